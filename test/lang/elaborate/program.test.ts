import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import * as assert from 'uvu/assert'
import { buildTensorGraph } from '../../../compiler/graph/build.js'
import { analyze } from '../../../lang/analyze.js'
import type { Program } from '../../../lang/program.js'
import { languageHost } from '../../../runtime/language-host.js'
import { suite } from '../../kit.js'
import { sharedFile } from '../../paths.js'
import { analyzeText, changed, JETS, programOf } from './pipelines.js'

const test = suite('elaborated programs')

function onDisk(path: string): Program {
  const { program, diagnostics } = analyze(basename(path), languageHost(dirname(path)))
  assert.equal(
    diagnostics.map(({ code, message }) => `${code} ${message}`),
    [],
  )
  if (program === null) throw new Error('no program')
  return program
}

const muon = sharedFile('design/examples/muon.hgq')
const mixer = sharedFile('design/examples/mixer.hgq')

if (muon === null || mixer === null) test.skip('the examples of the design', 'the shared files are absent')
else {
  test('muon has two trainings, two targets and the networks they need', () => {
    const program = onDisk(muon)
    assert.equal(
      program.trainings.map((training) => training.id),
      ['scan(16)', 'scan(24)'],
    )
    assert.equal(
      program.networks.map((network) => network.id),
      ['tracker() with per_parameter', 'tracker(width = 16) with per_parameter'],
    )
    assert.equal(program.builds[0]?.from, ['scan(16)', 'scan(24)'])
    assert.equal(
      program.builds[0]?.within.map(({ quantity, relation, value }) => [quantity, relation, value]),
      [
        ['latency', '<=', 200],
        ['lut', '<=', 30_000],
        ['resolution', '<=', 5],
      ],
    )
    assert.equal(
      program.targets.map(({ name, clockPeriodNs }) => [name, clockPeriodNs]),
      [
        ['agilex', 3],
        ['vu13p', 1000 / 360],
      ],
    )
    assert.equal(program.datasets[0]?.source, {
      kind: 'simulate.muon_tracker',
      events: 60_000,
      efficiency: 0.95,
      noise: 0.01,
      crosstalk: 0.02,
      seed: 3,
    })
    assert.equal(program.datasets[0]?.features, { inner: 'station_1', middle: 'station_2', outer: 'station_3' })
  })

  test("muon's network has paths of calls, one-bit inputs without quantizers, and the quantizer of its last layer", () => {
    const [network] = onDisk(muon).networks
    if (network === undefined) throw new Error('no network')
    const graph = buildTensorGraph(network)
    const paths = graph.operations.flatMap((operation) =>
      operation.kind === 'quantize' || operation.kind === 'parameter' ? [operation.path] : [],
    )
    assert.equal(paths.slice(0, 4), [
      'station[0]/dense[0]/parameter[0]',
      'station[0]/dense[0]/weight[0]',
      'station[0]/dense[0]/parameter[1]',
      'station[0]/dense[0]/bias[0]',
    ])
    assert.is(new Set(paths).size, paths.length)
    assert.not.ok(paths.some((path) => path.startsWith('station') && path.includes('activation')))
    const last = graph.operations.find(
      (operation) => operation.kind === 'quantize' && operation.path === 'dense[2]/weight[0]',
    )
    const quantizer = last?.kind === 'quantize' ? last.quantizer : undefined
    assert.equal([quantizer?.magnitude, quantizer?.integer, quantizer?.granularity], [6, 1, [1]])
    const input = graph.operations[0]
    assert.equal(
      input?.kind === 'input' && [input.type?.integer, input.type?.signed, input.type?.learned, input.type?.overflow],
      [1, false, false, 'saturate'],
    )
  })

  test('mixer checks without a message and has nothing to build', () => {
    assert.equal(onDisk(mixer).builds, [])
  })

  test('every value of muon has an origin inside the text', () => {
    const program = onDisk(muon)
    const text = readFileSync(muon, 'utf8')
    const at = (pointer: string): string => {
      const span = program.origins[pointer]
      return span === undefined ? 'nowhere' : span.file === 'muon.hgq' ? text.slice(span.start, span.end) : span.file
    }
    assert.is(at('/trainings/0/optimizer/rate/from'), '3e-3')
    assert.is(at('/trainings/0/optimizer/rate/over'), '60 epochs')
    assert.is(at('/trainings/0/metric/arguments/outlier'), '30 mrad')
    assert.is(at('/trainings/0/optimizer/beta_1'), 'std/prelude')
    assert.is(at('/targets/1/clockPeriodNs'), '360 MHz')
    assert.is(at('/datasets/0/split/train'), '70 %')
    assert.is(at('/datasets/0/source/noise'), '1 %')
  })
}

test('the example of the language page', () => {
  const program = programOf(JETS)
  const [training] = program.trainings
  assert.equal(training?.pressure, { kind: 'geometric', from: 1e-7, to: 1e-4 })
  assert.equal(training?.optimizer, {
    kind: 'adam',
    rate: { kind: 'cosine', from: 5e-3, to: 1e-4, over: { epochs: 300 }, cycles: 1, shrink: 1 },
    beta_1: 0.9,
    beta_2: 0.999,
    epsilon: 1e-7,
  })
  assert.equal(training?.metric, { kind: 'accuracy', better: 'higher', arguments: {} })
  assert.equal(training?.keep, { kind: 'pareto', metric: 'accuracy', cost: 'ebops', size: 32 })
  assert.equal(training?.calibrate, { data: 'train', margin: 1 })
  assert.is(training?.engine, 'hgq')
  assert.is(training?.segment, 100)
  assert.equal(program.datasets[0]?.source, { kind: 'npz', path: { kind: 'file', path: 'data/jets.npz' } })
  assert.is(program.datasets[0]?.standardize, 'standard')
  assert.is(program.datasets[0]?.doc, 'LHC jets.')
  assert.equal(program.builds[0]?.within.find((bound) => bound.quantity === 'accuracy')?.value, 0.74)
  assert.is(program.networks[0]?.id, 'tagger() with fine')
  assert.is(program.networks[0]?.outputs[0]?.name, 'output')
})

test('a program is plain JSON', () => {
  const program = programOf(JETS)
  assert.equal(JSON.parse(JSON.stringify(program)), program)
})

test('what is left out has its default', () => {
  let text = changed(JETS, '  metric = accuracy\n', '')
  text = changed(text, '  keep = pareto(accuracy, ebops)\n', '')
  text = changed(text, '  calibrate = { data = train, margin = 1 bit }\n', '  calibrate = { data = validation }\n')
  text = changed(text, '  within = trigger\n', '')
  const program = programOf(text)
  assert.is(program.trainings[0]?.metric.kind, 'accuracy')
  assert.equal(program.trainings[0]?.keep, { kind: 'pareto', metric: 'accuracy', cost: 'ebops', size: 32 })
  assert.equal(program.trainings[0]?.calibrate, { data: 'validation', margin: 0 })
  assert.equal(program.builds[0]?.within, [])
  assert.is(program.builds[0]?.tries, 8)
})

test('arguments name a training: positions without a default, names otherwise, defaults left out', () => {
  let text = changed(JETS, 'train scan {', 'train scan(last: int, rate: float = 5e-3, note: string = "a") {')
  text = changed(text, 'cosine(5e-3,', 'cosine(rate,')
  text = changed(text, 'tagger() with fine', 'tagger([64, last]) with fine')
  text = changed(text, 'from = scan', 'from = [scan(32), scan(16, rate = 1e-3), scan(8, rate = 5e-3)]')
  const program = programOf(text)
  assert.equal(program.builds[0]?.from, ['scan(32)', 'scan(16, rate = 0.001)', 'scan(8)'])
  assert.equal(
    program.networks.map((network) => network.id),
    [
      'tagger(hidden = [64, 16]) with fine',
      'tagger(hidden = [64, 32]) with fine',
      'tagger(hidden = [64, 8]) with fine',
    ],
  )
})

test('trainings of the same arguments are one, however they are written', () => {
  const text = `${changed(JETS, 'from = scan', 'from = scan\n')}build again { from = [scan], targets = [] }\n`
  const program = programOf(text)
  assert.is(program.trainings.length, 1)
  assert.equal(
    program.builds.map((build) => build.name),
    ['again', 'jet_tagger'],
  )
})

test('only what builds use is in the program', () => {
  const program = programOf(`${JETS}
train other { model = tagger([8]) with fine, dataset = jets, loss = cross_entropy, epochs = 1 }
target spare { device = xcvu13p, clock = 5 ns, language = vhdl }
`)
  assert.is(program.trainings.length, 1)
  assert.is(program.networks.length, 1)
  assert.equal(
    program.targets.map((target) => target.name),
    ['vu13p'],
  )
})

test('a bound in percent is a share of the device, one in cells is not', () => {
  const bounds = (lut: string): readonly unknown[] => {
    const text = `budget trigger {\n  lut <= ${lut}\n}\n\n`
    const [start, end] = [JETS.indexOf('budget trigger'), JETS.indexOf('target vu13p')]
    const program = programOf(`${JETS.slice(0, start)}${text}${JETS.slice(end)}`)
    return program.builds[0]?.within.map(({ value, ofDevice }) => [value, ofDevice]) ?? []
  }
  assert.equal(bounds('100 %'), [[1, true]])
  assert.equal(bounds('1'), [[1, undefined]])
  assert.equal(bounds('7 %'), [[0.07, true]])
})

test('a network from a file stands for a training', () => {
  const start = JETS.indexOf('train scan')
  const end = JETS.indexOf('budget trigger')
  const imported = 'train scan {\n  checkpoint = keras("jets.keras")\n  dataset = jets\n  seed = 3\n}\n\n'
  const program = programOf(JETS.slice(0, start) + imported + JETS.slice(end))
  assert.equal([program.trainings, program.networks], [[], []])
  assert.equal(program.builds[0]?.from, ['scan'])
  assert.equal(program.datasets.length, 1)
  const [source] = program.imports
  assert.equal(source?.checkpoint, { kind: 'keras', path: 'jets.keras' })
  assert.equal([source?.id, source?.dataset, source?.metric?.kind, source?.seed], ['scan', 'jets', 'accuracy', 3])
  const span = program.origins['/imports/0/checkpoint']
  assert.is(
    span === undefined ? '' : (JETS.slice(0, start) + imported).slice(span.start, span.end),
    'keras("jets.keras")',
  )
})

test('a network from a file needs no data set', () => {
  const start = JETS.indexOf('train scan')
  const end = JETS.indexOf('budget trigger')
  const imported = 'train scan {\n  checkpoint = keras("jets.keras")\n}\n\n'
  const text = (JETS.slice(0, start) + imported + JETS.slice(end)).replace('  accuracy >= 74 %\n', '')
  const program = programOf(text)
  assert.equal(program.datasets, [])
  assert.equal([program.imports[0]?.dataset, program.imports[0]?.metric], [null, null])
})

test('a clock is a frequency or a period', () => {
  assert.is(programOf(JETS).targets[0]?.clockPeriodNs, 5)
  assert.is(programOf(changed(JETS, '200 MHz', '2500 ps')).targets[0]?.clockPeriodNs, 2.5)
  assert.is(programOf(changed(JETS, '200 MHz', '0.5 GHz')).targets[0]?.clockPeriodNs, 2)
})

test('the options of a target say where registers stand and how it is controlled', () => {
  const target = (options: string) =>
    programOf(changed(JETS, 'language = verilog', `language = verilog${options}`)).targets[0]
  const registers = { inputRegisters: false, outputRegisters: true, registerLayers: 1 }
  const control = { reset: 'none', resetData: false, clockEnable: false, handshake: 'none' }
  assert.equal(target('')?.pipeline, registers)
  assert.equal(target('')?.control, control)
  assert.equal(target(', stages = 3, latency = 15 ns')?.pipeline, { stages: 3, latencyNs: 15, ...registers })
  assert.equal(
    target(', levels = 1, input_registers = true, output_registers = false, register_layers = 2')?.pipeline,
    {
      levels: 1,
      inputRegisters: true,
      outputRegisters: false,
      registerLayers: 2,
    },
  )
  // A reset clears data where there is nothing else, and comes with a handshake.
  assert.equal(target(', reset = asynchronous')?.control, { ...control, reset: 'asynchronous', resetData: true })
  assert.equal(target(', handshake = valid')?.control, { ...control, reset: 'synchronous', handshake: 'valid' })
  assert.equal(target(', handshake = valid, reset_data = true, clock_enable = true, fan_out = 8')?.control, {
    reset: 'synchronous',
    resetData: true,
    clockEnable: true,
    handshake: 'valid',
    fanOut: 8,
  })
  assert.is(target('')?.ternaryAdders, undefined)
  assert.is(target(', ternary_adders = true')?.ternaryAdders, true)
  assert.is(target(', ternary_adders = false')?.ternaryAdders, false)
  const hls = programOf(changed(JETS, 'language = verilog', 'language = vitis, ternary_adders = true'))
  assert.is(hls.targets[0]?.ternaryAdders, true)
  const program = programOf(changed(JETS, 'language = verilog', 'language = verilog, levels = 2, fan_out = 8'))
  const span = program.origins['/targets/0/pipeline/levels']
  assert.is(span?.file, 'pipeline.hgq')
  assert.is(program.origins['/targets/0/control/fanOut']?.file, 'pipeline.hgq')
})

test('a presets file of the library and constants are values', () => {
  const text = changed(JETS, 'import "std/devices"', 'import "std/schedules" { sweep }\nimport "std/devices"')
  const program = programOf(changed(text, 'geometric(1e-7, 1e-4)', 'sweep'))
  assert.equal(program.trainings[0]?.pressure, { kind: 'geometric', from: 1e-5, to: 1e-3 })
})

test('a training may be a piece of one whose schedules go on', () => {
  const program = programOf(
    JETS.replace('cosine(5e-3, to = 1e-4, over = 300 epochs)', 'cosine(5e-3, warmup = 400 epochs, over = 3000 epochs)')
      .replace('geometric(1e-7, 1e-4)', 'geometric(1e-7, 1e-4, hold = 300 epochs, over = 2700 epochs)')
      .replace(/^ {2}epochs = .*$/m, '  epochs = 100'),
  )
  assert.is(program.trainings[0]?.epochs, 100)
})

test('a front is kept by the metric of the training, wherever it is written', () => {
  const text = changed(JETS, 'labels = "y"', 'target = "pt"\n  unit = mrad')
    .replace(/^ {2}classes = .*\n/m, '')
    .replace('dense(5)', 'dense(1)')
    .replace('cross_entropy', 'mse')
    .replace(/^ {2}metric = .*\n/m, '')
    .replace('pareto(accuracy, ebops)', 'pareto(mae, ebops)')
    .replace(/^ {2}accuracy >= .*\n/m, '')
  const [training] = programOf(text).trainings
  assert.is(training?.metric.kind, 'mae')
  assert.equal(training?.keep, { kind: 'pareto', metric: 'mae', cost: 'ebops', size: 32 })
})

test('a constant that a function has made is called with other arguments', () => {
  const text = changed(JETS, 'import "std/devices"', 'import "std/schedules" { sweep, swift }\nimport "std/devices"')
  const held = 'let held = sweep(hold = 5 epochs)\n\ntrain scan'
  const program = programOf(
    text
      .replace('train scan', held)
      .replace('geometric(1e-7, 1e-4)', 'held(over = 60 epochs, to = 1e-2)')
      .replace(/optimizer = .*/, 'optimizer = swift(clip_norm = 1.0)'),
  )
  const [training] = program.trainings
  const [over, hold] = [{ epochs: 60 }, { epochs: 5 }]
  assert.equal(training?.pressure, { kind: 'geometric', from: 1e-5, to: 1e-2, over, hold })
  const known = { rate: 8e-3, width_rate: 1e-2, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 }
  assert.equal(training?.optimizer, { kind: 'adam', ...known, clip_norm: 1 })
  assert.is(program.origins['/trainings/0/pressure/over']?.file, 'pipeline.hgq')
  assert.is(program.origins['/trainings/0/pressure/from']?.file, 'std/schedules')
})

test('a controller that is not told where to start does so within its limits', () => {
  const startOf = (pressure: string): unknown => {
    const [training] = programOf(changed(JETS, 'geometric(1e-7, 1e-4)', pressure)).trainings
    return typeof training?.pressure === 'object' ? training.pressure.start : undefined
  }
  assert.is(startOf('pid(300)'), 1e-6)
  assert.is(startOf('pid(300, lowest = 1e-5)'), 1e-5)
  assert.is(startOf('pid(300, highest = 1e-7)'), 1e-7)
  assert.is(startOf('pid(300, start = 1e-4, lowest = 1e-5)'), 1e-4)
})

test('declarations of other files are used like those of this one', () => {
  const cut = JETS.indexOf('budget trigger')
  const common = JETS.slice(0, cut)
    .replace('train scan', 'export train scan')
    .replace('dataset jets', 'export dataset jets')
  const main =
    `hgq 1\nimport "./common.hgq" { scan as run }\nimport "std/devices" { xcvu13p }\n${JETS.slice(cut)}`.replace(
      'from = scan',
      'from = run',
    )
  const { program, marks } = analyzeText(main, undefined, { 'common.hgq': common })
  assert.equal(marks, [])
  assert.equal(program?.builds[0]?.from, ['scan'])
  assert.is(program?.origins['/trainings/0/epochs']?.file, 'common.hgq')
  assert.equal(
    program?.networks,
    programOf(JETS).networks.map((network) => ({ ...network, operations: program?.networks[0]?.operations })),
  )
})

test('two files may not both give a data set of one name', () => {
  const cut = JETS.indexOf('budget trigger')
  const common = JETS.slice(0, cut).replace('train scan', 'export train other')
  const main = `${JETS.replace('hgq 1\n', 'hgq 1\nimport "./common.hgq" { other }\n').replace('from = scan', 'from = [scan, other]')}`
  const { marks } = analyzeText(main, undefined, { 'common.hgq': common })
  assert.equal(marks, ['HGQ2219 jets'])
})
