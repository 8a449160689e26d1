import * as assert from 'uvu/assert'
import type { BoundCheck } from '../../../compiler/plan/budget.js'
import { TryLoop } from '../../../runtime/execute/tries.js'
import { encodeJson, type MeasuredDesign } from '../../../runtime/report/report-file.js'
import { planOf, planOptions, programOf, sampleText } from '../../compiler/plan/sample.js'
import { NO_ESTIMATES } from '../../fixtures/tools.js'
import { suite } from '../../kit.js'

const test = suite('the budget loop')

const text = sampleText.replace('targets = [fast, slow]', 'targets = [fast]')

function check(lut: number, phase: BoundCheck['phase'] = 'design'): BoundCheck {
  return {
    quantity: 'lut',
    relation: '<=',
    limit: 2000,
    measured: lut,
    met: lut <= 2000,
    phase,
    excess: lut / 2000 - 1,
  }
}

function measured(attempt: number, lut: number, changes: Partial<MeasuredDesign> = {}): MeasuredDesign {
  return {
    choice: {
      training: 0,
      epoch: 10 + attempt,
      attempt,
      eligible: 5,
      front: 7,
      validation: { accuracy: 0.9 },
      ebops: lut,
      ebops_exact: lut,
      mean_bits: { weight: 1, activation: 1 },
    },
    validation: { accuracy: 0.9 },
    test: { accuracy: 0.9 },
    lut,
    ff: 1,
    dsp: 0,
    bram: 0,
    capacity: { lut: 10_000, ff: 20_000, dsp: 0, bram: 0 },
    resources: { tool: 'yosys', version: '1', estimate: true },
    estimates: NO_ESTIMATES,
    implementation: null,
    depth: 1,
    stages: 2,
    latency_cycles: 2,
    latency_ns: 10,
    fmax_estimate_mhz: { mhz: 250, low: 150, high: 275 },
    clock_mhz: 200,
    verified: { vectors: 1, mismatches: 0, wraps: 0 },
    proven: null,
    unproven: { reason: 'high_level_synthesis', tool: null },
    budget: [check(lut)],
    budget_on_test: [],
    ...changes,
  }
}

/** Feeds reports to the loop as a build would; gives how many designs were measured. */
async function play(designs: readonly MeasuredDesign[], source = text): Promise<{ loop: TryLoop; tried: number }> {
  const loop = new TryLoop(programOf(source), planOptions)
  let actions = planOf(source).actions
  let tried = 0
  for (;;) {
    const report = actions.find((each) => each.kind === 'report')
    if (report === undefined) return { loop, tried }
    const design = designs[tried++]
    if (design === undefined) throw new Error('more designs were measured than there are')
    actions = [...(await loop.expand(report, () => Promise.resolve(encodeJson(design))))]
  }
}

test('the first design that meets the budget is taken', async () => {
  const { loop, tried } = await play([measured(0, 3000), measured(1, 2500), measured(2, 1900)])
  assert.is(tried, 3)
  assert.is(loop.states[0]?.chosen?.attempt, 2)
  assert.equal(loop.misses(), [])
})

test('tries bound the search; the nearest miss is told with what it would take', async () => {
  const { loop, tried } = await play([measured(0, 3000), measured(1, 2080), measured(2, 2500)])
  assert.is(tried, 3)
  const [miss] = loop.misses()
  assert.is(miss?.code, 'HGQ7031')
  assert.match(
    miss?.message ?? '',
    /none of the 3 designs of 'beans_tagger' for 'fast' .* lut 2 080 > 2 000 \(4 % over\) at try 1/,
  )
  assert.ok(miss?.notes.some((note) => note.includes('lut <= 2_080')))
  assert.ok(miss?.notes.some((note) => note.includes('about 4 % fewer EBOPs')))
  assert.ok(miss?.notes.some((note) => note.includes("2 more networks of the front were not tried; 'tries = 5'")))
  assert.is(miss?.span?.file, 'pipeline.hgq')
})

test('a network from a file has no epoch, and no training to change', async () => {
  const design = measured(0, 2500)
  const { loop } = await play([{ ...design, choice: { ...design.choice, epoch: 0, eligible: 1 } }])
  const [miss] = loop.misses()
  assert.match(
    miss?.message ?? '',
    /^the only design of 'beans_tagger' for 'fast' misses the budget; nearest: lut 2 500/,
  )
  const notes = miss?.notes.join('\n') ?? ''
  assert.match(notes, /^nearest: the network of scan: /)
  assert.match(notes, /% fewer EBOPs$/m)
  assert.not.match(notes, /epoch|pressure/)
})

test('an exhausted front ends the search', async () => {
  const last = measured(1, 2500)
  const { tried } = await play([
    measured(0, 3000, { choice: { ...last.choice, eligible: 2 } }),
    { ...last, choice: { ...last.choice, eligible: 2 } },
  ])
  assert.is(tried, 2)
})

test('a bound that no network can change is not tried again', async () => {
  const { loop, tried } = await play([measured(0, 3000, { budget: [check(3000, 'target')] })])
  assert.is(tried, 1)
  assert.is(loop.misses().length, 1)
})

test('a miss on the test part is told and tries nothing else', async () => {
  const missed = {
    ...check(1),
    quantity: 'accuracy',
    relation: '>=' as const,
    limit: 0.5,
    measured: 0.4,
    met: false,
    excess: 0.2,
  }
  const { loop, tried } = await play([measured(0, 1000, { budget_on_test: [missed] })])
  assert.is(tried, 1)
  assert.is(loop.states[0]?.chosen?.attempt, 0)
  assert.equal(
    loop.misses().map((each) => each.code),
    ['HGQ7032'],
  )
  assert.match(loop.misses()[0]?.message ?? '', /accuracy 40 % < 50 %/)
})

test('a chosen design that is larger than its device is a warning', async () => {
  const { loop } = await play([measured(0, 12_500, { budget: [], ff: 20_000, dsp: 2 })])
  assert.is(loop.states[0]?.chosen?.attempt, 0)
  const [large, ...others] = loop.misses()
  assert.equal(others, [])
  assert.equal([large?.code, large?.severity], ['HGQ7033', 'warning'])
  assert.match(
    large?.message ?? '',
    "the design of 'beans_tagger' for 'fast' is larger than xcvu13p: 12 500 of 10 000 LUT (125 %), 2 of 0 DSP",
  )
  assert.match(large?.notes.join('\n') ?? '', '`dsp <= 100 %` in the budget')
})

test('a missed share of the device is told at its bound', async () => {
  const source = text.replace('lut <= 2_000', 'lut <= 20 %')
  const missed = { ...check(3000), capacity: 10_000 }
  const design = measured(0, 3000, { budget: [missed] })
  const { loop } = await play([{ ...design, choice: { ...design.choice, eligible: 1 } }], source)
  const [miss] = loop.misses()
  assert.match(miss?.message ?? '', 'lut 3 000 > 2 000, 20 % of the device (50 % over)')
  assert.ok(miss?.notes.some((note) => note.includes('lut <= 30 %')))
  assert.is(source.slice(miss?.span?.start, miss?.span?.end), 'lut <= 20 %')
  const { loop: larger } = await play(
    [
      {
        ...design,
        capacity: { ...design.capacity, lut: 2500 },
        budget: [{ ...missed, capacity: 2500 }],
        choice: { ...design.choice, eligible: 1 },
      },
    ],
    source,
  )
  const notes = larger.misses()[0]?.notes.join('\n') ?? ''
  assert.match(notes, 'it would take a device with more LUT')
  assert.not.match(notes, 'it would take the budget')
})

test('a bound in cells that would take more than the device has is not offered', async () => {
  const design = measured(0, 3000, { capacity: { lut: 2500, ff: 20_000, dsp: 0, bram: 0 } })
  const { loop } = await play([{ ...design, choice: { ...design.choice, eligible: 1 } }])
  const notes = loop.misses()[0]?.notes.join('\n') ?? ''
  assert.match(notes, 'it would take a device with more LUT')
  assert.not.match(notes, 'it would take the budget')
})

test('`keep` is told to hold more networks only where the front is full', async () => {
  const notesOf = async (front: number, source = text): Promise<string> => {
    const design = measured(0, 3000)
    const { loop } = await play([{ ...design, choice: { ...design.choice, eligible: 1, front } }], source)
    return loop.misses()[0]?.notes.join('\n') ?? ''
  }
  assert.match(await notesOf(9), "raise 'pressure', or let 'keep' hold more networks")
  assert.match(await notesOf(1, text.replace(/keep = .*/, 'keep = last()')), "let 'keep' hold more networks")
  const few = await notesOf(2)
  assert.match(few, "raise 'pressure'")
  assert.not.match(few, 'keep')
})

test('a network from a file that is larger than its device has no pressure to raise', async () => {
  const design = measured(0, 12_500, { budget: [] })
  const alone = await play([{ ...design, choice: { ...design.choice, epoch: 0, eligible: 1 } }])
  const [large] = alone.loop.misses()
  assert.is(large?.code, 'HGQ7033')
  assert.equal(large?.notes[0], 'take a smaller network, or choose a larger device')
  const amongOthers = await play([{ ...design, choice: { ...design.choice, epoch: 0 } }])
  assert.is(
    amongOthers.loop.misses()[0]?.notes[0],
    '`lut <= 100 %` in the budget takes a network that fits, if the front has one; else take a smaller network, or choose a larger device',
  )
})

test('a search that something else ended is no miss', async () => {
  const loop = new TryLoop(programOf(text), planOptions)
  const report = planOf(text).actions.find((each) => each.kind === 'report')
  if (report === undefined) throw new Error('a design has a report')
  assert.is(loop.states[0]?.awaited, report.address)
  assert.equal(loop.misses(), [])
  await loop.expand(report, () => Promise.resolve(encodeJson(measured(0, 3000))))
  assert.is(loop.states[0]?.awaited, 'beans_tagger/fast/try[1]/report')
  assert.equal(loop.misses(), [], 'the next try was not measured')
})
