import * as assert from 'uvu/assert'
import { planTry } from '../../../compiler/plan/plan.js'
import { suite } from '../../kit.js'
import { changedParams, keysOf, planOf, planOptions, programOf, sampleText } from './sample.js'

const test = suite('compiler/plan')

test('a plan goes through all steps, each behind what it reads', () => {
  const plan = planOf(sampleText)
  assert.equal(
    plan.actions.map((action) => action.address),
    [
      'dataset/beans',
      'train/scan/segment[0]',
      'calibrate/scan',
      'front/beans_tagger',
      ...['fast', 'slow'].flatMap((target) =>
        ['select', 'lower', 'optimize', 'schedule', 'emit', 'verify', 'prove', 'synthesize', 'report'].map(
          (kind) => `beans_tagger/${target}/try[0]/${kind}`,
        ),
      ),
    ],
  )
  // Throws when an action reads one that is planned later.
  keysOf(plan)
})

const measured = sampleText.replace(
  'clock = 10 ns, language = verilog',
  'clock = 10 ns, language = verilog, tool = vivado',
)
const WITH_VIVADO = { toolVersions: { vivado: '2024.1' } }

test('a target with a tool of the vendor has it run beside the estimate, on what that tool reads', () => {
  const plan = planOf(measured, WITH_VIVADO)
  const own = plan.actions.filter((action) => action.kind === 'synthesize').map(({ address }) => address)
  assert.equal(own, [
    'beans_tagger/fast/try[0]/synthesize',
    'beans_tagger/slow/try[0]/synthesize',
    'beans_tagger/slow/try[0]/synthesize/vivado',
  ])
  const action = plan.actions.find(({ address }) => address.endsWith('/vivado'))
  assert.equal(action?.params, { tool: 'vivado', version: '2024.1' })
  assert.equal(action?.inputs, {
    implementation: { from: 'action', address: 'beans_tagger/slow/try[0]/emit', role: 'implementation' },
  })
  const report = plan.actions.find(({ address }) => address === 'beans_tagger/slow/try[0]/report')
  assert.equal(Object.keys(report?.inputs ?? {}).slice(-3), ['synthesis', 'measured', 'dataset'])
})

test('adders of three inputs are made for Vivado on a family that has them, or as the target says; then the clock matters', () => {
  const optimizes = (text: string): unknown =>
    planOf(text, WITH_VIVADO).actions.find(({ address }) => address === 'beans_tagger/slow/try[0]/optimize')?.params
  const registers = { inputs: false, outputs: true, layers: 1 }
  const ternary = { clockPeriodNs: 10, family: 'virtexuplus', registers }
  assert.equal(optimizes(sampleText), {})
  assert.equal(optimizes(measured), { ternary })
  const saying = (answer: boolean, text: string): string =>
    text.replace('clock = 10 ns, ', `clock = 10 ns, ternary_adders = ${answer}, `)
  assert.equal(optimizes(saying(false, measured)), {})
  assert.equal(optimizes(saying(true, sampleText)), { ternary })
  assert.equal(optimizes(measured.replace('clock = 10 ns', 'clock = 8 ns')), {
    ternary: { ...ternary, clockPeriodNs: 8 },
  })
  const versal = 'device versal { part = "xcvc1902", vendor = amd, family = "versalaicore", lut = 1, ff = 1, dsp = 1 }'
  assert.equal(optimizes(`${measured.replace('device = xcvu9p', 'device = versal')}\n${versal}\n`), {})
})

test('another version of a tool gives other keys from its run on, and of nothing before', () => {
  const before = keysOf(planOf(measured, WITH_VIVADO))
  const after = keysOf(planOf(measured, { toolVersions: { vivado: '2025.1' } }))
  const changed = [...before].filter(([address, key]) => after.get(address) !== key).map(([address]) => address)
  assert.equal(changed, ['beans_tagger/slow/try[0]/synthesize/vivado', 'beans_tagger/slow/try[0]/report'])
  const yosys = keysOf(planOf(sampleText, { toolVersions: { yosys: '0.23' } }))
  const plain = keysOf(planOf(sampleText))
  const differing = [...plain].filter(([address, key]) => yosys.get(address) !== key).map(([address]) => address)
  assert.ok(differing.every((address) => /\/(synthesize|report)$/.test(address)) && differing.length === 4)
})

test('VHDL is proven where there is a GHDL, by its version; else the report is told what is missing', () => {
  const text = sampleText.replace('clock = 10 ns, language = verilog', 'clock = 10 ns, language = vhdl, fan_out = 3')
  const of = (kind: string, versions: Record<string, string>) =>
    planOf(text, { toolVersions: versions }).actions.find(
      ({ address }) => address === `beans_tagger/slow/try[0]/${kind}`,
    )
  assert.equal(of('prove', { ghdl: '2.0.0' })?.params, { language: 'vhdl', fanOut: 3, ghdl: '2.0.0' })
  assert.equal(of('prove', { ghdl: '2.0.0' })?.inputs.sources, {
    from: 'action',
    address: 'beans_tagger/slow/try[0]/emit',
    role: 'sources',
  })
  assert.is(of('report', { ghdl: '2.0.0' })?.params.unproven, null)
  assert.is(of('prove', {}), undefined)
  assert.equal(of('report', {})?.params.unproven, { reason: 'tool_missing', tool: 'ghdl' })
  assert.not.ok('proof' in (of('report', {})?.inputs ?? {}))
  // Verilog does not ask for it.
  const verilog = keysOf(planOf(sampleText))
  assert.equal([...keysOf(planOf(sampleText, { toolVersions: { ghdl: '2.0.0' } }))], [...verilog])
})

test('of C++ for high-level synthesis nothing is proven, and the report is told why', () => {
  const text = sampleText.replace('clock = 10 ns, language = verilog', 'clock = 10 ns, language = vitis')
  const actions = planOf(text).actions.filter(({ address }) => address.startsWith('beans_tagger/slow/'))
  assert.not.ok(actions.some(({ kind }) => kind === 'prove'))
  const report = actions.find(({ kind }) => kind === 'report')
  assert.equal(report?.params.unproven, { reason: 'high_level_synthesis', tool: null })
})

test('a family without an estimate is measured alone; a version that is not known is a bug', () => {
  const plan = planOf(measured, { ...WITH_VIVADO, hasEstimate: () => false })
  const own = plan.actions
    .filter(({ address }) => address.startsWith('beans_tagger/slow'))
    .map(({ address }) => address)
  assert.ok(own.includes('beans_tagger/slow/try[0]/synthesize/vivado'))
  assert.not.ok(own.includes('beans_tagger/slow/try[0]/synthesize'))
  assert.throws(() => planOf(measured), /the version of vivado is not known/)
})

test('a network from a file is read instead of trained; where the file lies is part of no key', () => {
  const text = `${sampleText}
train other { checkpoint = keras("other.keras"), dataset = beans }
build imported { from = other, targets = [fast] }
build both { from = [scan, other], targets = [] }
`
  const plan = planOf(text, { builds: ['imported'] })
  assert.equal(
    plan.actions.slice(0, 4).map((action) => action.address),
    ['dataset/beans', 'import/other', 'front/imported', 'imported/fast/try[0]/select'],
  )
  const [, action] = plan.actions
  assert.equal(action?.params, { kind: 'keras' })
  assert.equal(action?.inputs.model, { from: 'file', path: 'other.keras' })
  const front = planOf(text, { builds: ['both'] }).actions.find((each) => each.kind === 'front')
  assert.equal(
    Object.values(front?.inputs ?? {}).flatMap((input) => (input.from === 'action' ? [input.address] : [])),
    ['calibrate/scan', 'import/other', 'dataset/beans', 'dataset/beans'],
  )
})

test('a network from a file without a data set: its import stands where data would', () => {
  const text = `${sampleText}
train alone { checkpoint = keras("alone.keras") }
build imported { from = alone, targets = [fast] }
`
  const { actions } = planOf(text, { builds: ['imported'] })
  assert.equal(actions[0]?.inputs, { model: { from: 'file', path: 'alone.keras' } })
  const readers = actions.flatMap(({ address, inputs }) =>
    Object.values(inputs).some((each) => each.from === 'action' && each.role === 'dataset') ? [address] : [],
  )
  assert.equal(readers, [
    'front/imported',
    ...['emit', 'verify', 'report'].map((each) => `imported/fast/try[0]/${each}`),
  ])
  assert.not.ok(actions.some(({ kind }) => kind === 'dataset'))
  assert.equal(actions.find(({ kind }) => kind === 'report')?.params.metrics, [])
})

test('a target may be planned alone', () => {
  const plan = planOf(sampleText, { targets: ['slow'] })
  assert.is(plan.actions.filter((action) => action.address.includes('/fast/')).length, 0)
  assert.is(plan.actions.length, 13)
})

test('targets share every step up to pipelining', () => {
  const keys = keysOf(planOf(sampleText))
  const of = (target: string, kind: string) => keys.get(`beans_tagger/${target}/try[0]/${kind}`)
  for (const kind of ['select', 'lower', 'optimize']) assert.is(of('fast', kind), of('slow', kind))
  for (const kind of ['schedule', 'emit']) assert.is.not(of('fast', kind), of('slow', kind))
})

test('a second target adds its own steps and changes no other', () => {
  const one = keysOf(planOf(sampleText.replace('targets = [fast, slow]', 'targets = [fast]')))
  const two = keysOf(planOf(sampleText))
  for (const [address, key] of one) assert.is(two.get(address), key)
  assert.is(two.size, one.size + 9)
})

test('the next try takes the next network and shares nothing else with the first', () => {
  const program = programOf(sampleText)
  const [build] = program.builds
  const [target] = program.targets
  assert.ok(build && target)
  const actions = planTry(program, planOptions, { build, target }, 1)
  assert.is(actions[0]?.address, 'beans_tagger/fast/try[1]/select')
  assert.is(actions[0]?.params.attempt, 1)
  assert.is(actions.length, 9)
})

test('a build without targets ends with its front', () => {
  const plan = planOf(sampleText.replace('targets = [fast, slow]', 'targets = []'))
  assert.is(plan.actions.at(-1)?.kind, 'front')
})

test('trainings on two data sets offer both to the selection', () => {
  const second = `
dataset other { source = csv("other.csv"), labels = "class", features = ["a", "b", "c", "d"], split = { train = 70 %, validation = 10 %, test = 20 % } }
train scan_2 { model = tagger(16) with per_parameter, dataset = other, loss = cross_entropy, metric = accuracy, epochs = 5 }`
  const text = `${sampleText.replace('from = scan\n', 'from = [scan, scan_2]\n')}${second}`
  const plan = planOf(text)
  const select = plan.actions.find((action) => action.kind === 'select')
  assert.equal(select?.params.datasets, [0, 1])
  assert.ok(select?.inputs['dataset[1]'])
  const verify = plan.actions.find((action) => action.kind === 'verify')
  assert.equal(verify?.inputs.dataset, { from: 'action', address: 'beans_tagger/fast/try[0]/select', role: 'dataset' })
})

/** The sample with this many epochs, trained in segments of two, and a pressure. */
const segmented = (epochs: number, pressure: string): string =>
  sampleText
    .replace('epochs = 5', `epochs = ${epochs}\n  segment = 2 epochs`)
    .replace('geometric(1e-6, 1e-4)', pressure)

/** The keys of the segments, in order. */
const segmentKeys = (text: string): readonly string[] =>
  [...keysOf(planOf(text))].flatMap(([address, key]) => (address.startsWith('train/') ? [key] : []))

test('a training is planned in segments, each behind the one before, and its candidates are gathered from all', () => {
  const plan = planOf(segmented(5, '1e-6'))
  const trained = plan.actions.filter((action) => action.kind === 'train')
  assert.equal(
    trained.map(({ address, params, hints }) => [address, params.epochs, hints]),
    [
      ['train/scan/segment[0]', { from: 0, to: 2 }, { epochs: 5, openSchedules: [] }],
      ['train/scan/segment[1]', { from: 2, to: 4 }, { epochs: 5, openSchedules: [] }],
      ['train/scan/segment[2]', { from: 4, to: 5 }, { epochs: 5, openSchedules: [] }],
    ],
  )
  assert.equal(trained[1]?.inputs.state, { from: 'action', address: 'train/scan/segment[0]', role: 'state' })
  const openOf = (text: string) => planOf(text).actions.find(({ kind }) => kind === 'train')?.hints?.openSchedules
  assert.equal(openOf(segmented(5, 'geometric(1e-6, 1e-4)')), ['pressure'])
  assert.equal(
    openOf(segmented(5, 'geometric(1e-6, 1e-4, over = 5 epochs)')),
    [],
    'written, so `epochs` alone may change',
  )
  const falling = segmented(5, 'pid(3_000)').replace(
    'rate = 5e-3',
    'rate = cosine(5e-3), width_rate = linear(1e-2, 1e-3)',
  )
  assert.equal(openOf(falling), ['rate', 'width_rate'])
  const calibrate = plan.actions.find((action) => action.kind === 'calibrate')
  assert.equal(Object.keys(calibrate?.inputs ?? {}), [
    'candidates[0]',
    'candidates[1]',
    'candidates[2]',
    'state',
    'dataset',
  ])
  assert.equal(calibrate?.inputs.state, { from: 'action', address: 'train/scan/segment[2]', role: 'state' })
})

test('more epochs leave the segments before as they are', () => {
  const schedules = [
    '1e-6',
    'constant(1e-6)',
    'geometric(1e-6, 1e-4, over = 5 epochs)',
    'piecewise([{ at = 0 epochs, value = 1e-6 }, { at = 7 epochs, value = 1e-4 }], between = geometric)',
    'pid(1_000)',
  ]
  for (const schedule of schedules) {
    const [short, long] = [4, 8].map((epochs) => segmentKeys(segmented(epochs, schedule)))
    assert.is(short?.length, 2)
    assert.is(long?.length, 4)
    assert.equal(long?.slice(0, 2), short, schedule)
  }
  // One that lasts as long as the training is another schedule when the training is longer.
  const [short, long] = [4, 8].map((epochs) => segmentKeys(segmented(epochs, 'geometric(1e-6, 1e-4)')))
  for (const n of [0, 1]) assert.is.not(long?.[n], short?.[n])
})

test('what an open schedule has trained is found again once its length is said, and then by longer trainings too', () => {
  const pairs: readonly (readonly [open: string, said: string])[] = [
    ['linear(1e-6, 1e-4)', 'linear(1e-6, 1e-4, over = 4 epochs)'],
    ['geometric(1e-6, 1e-4)', 'geometric(1e-6, 1e-4, over = 4 epochs)'],
    ['geometric(1e-6, 1e-4, hold = 1 epoch)', 'geometric(1e-6, 1e-4, over = 3 epochs, hold = 1 epoch)'],
    ['cosine(1e-4, cycles = 2, warmup = 3 steps)', 'cosine(1e-4, cycles = 2, warmup = 3 steps, over = 4 epochs)'],
    ['sweep', 'sweep(over = 4 epochs)'],
  ]
  const written = (epochs: number, schedule: string): string =>
    segmented(epochs, schedule).replace('hgq 1\n', 'hgq 1\n\nimport "std/schedules" { sweep }\n')
  for (const [open, said] of pairs) {
    const before = segmentKeys(written(4, open))
    assert.is(before.length, 2)
    assert.equal(segmentKeys(written(4, said)), before, said)
    assert.equal(segmentKeys(written(9, said)).slice(0, 2), before, said)
  }
})

test('a later part of a schedule reruns the later segments alone', () => {
  const knots = (last: string): string =>
    segmented(
      8,
      `piecewise([{ at = 0 epochs, value = 1e-6 }, { at = 4 epochs, value = 1e-5 }, { at = 8 epochs, value = ${last} }])`,
    )
  const [before, after] = [segmentKeys(knots('1e-4')), segmentKeys(knots('2e-4'))]
  assert.equal(after.slice(0, 2), before.slice(0, 2))
  for (const n of [2, 3]) assert.is.not(after[n], before[n])
})

test('only the engine on a native library has the platform in its key', () => {
  const platforms = ['hgq', 'tfjs', 'tfjs_node'].map((engine) => {
    const plan = planOf(sampleText.replace('epochs = 5', `epochs = 5\n  engine = ${engine}`))
    return plan.actions.find((action) => action.kind === 'train')?.params.platform
  })
  assert.equal(platforms, [undefined, undefined, 'test'])
})

test('the configured simulator is one of Verilog, and in no key of a design in VHDL', () => {
  const kinds = (text: string): readonly string[] => changedParams(planOf(text), planOf(text, { simulator: 'icarus' }))
  assert.equal(kinds(sampleText), ['verify'])
  assert.equal(kinds(sampleText.replaceAll('language = verilog', 'language = vhdl')), [])
})
