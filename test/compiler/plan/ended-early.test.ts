import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { canonicalJson } from '../../../compiler/plan/canonical-json.js'
import { endedEarly, isOpen } from '../../../compiler/plan/ended-early.js'
import { segmentsOf } from '../../../compiler/plan/segments.js'
import { segmentSlice } from '../../../compiler/plan/slices.js'
import type { Built, Plain, Schedule, TrainingSpec } from '../../../lang/program.js'
import { trainingOf } from '../../fixtures/datasets.js'
import { denseNetwork } from '../../fixtures/networks.js'
import { suite } from '../../kit.js'

const test = suite('segments that end early')
const graph = denseNetwork({ inputs: 2, hidden: [], outputs: 2 })

const value = fc.constantFrom(1e-3, 1e-2, 0.5)
const epochs = fc.integer({ min: 1, max: 40 }).map((count): Plain => ({ epochs: count }))
const steps = fc.integer({ min: 1, max: 400 }).map((count): Plain => ({ steps: count }))
const duration = fc.oneof(
  epochs,
  epochs.map((each) => ({ epochs: (each as { epochs: number }).epochs / 4 })),
  steps,
)
/** Absent in half of the cases. */
const maybe = (each: fc.Arbitrary<Plain>): fc.Arbitrary<Plain | undefined> => fc.option(each, { nil: undefined })

function built(kind: string, fields: Record<string, fc.Arbitrary<Plain | undefined>>): fc.Arbitrary<Built> {
  return fc.record(fields).map((record) => {
    const present = Object.entries(record).filter((entry): entry is [string, Plain] => entry[1] !== undefined)
    return { kind, ...Object.fromEntries(present) }
  })
}

const knots = fc
  .uniqueArray(
    fc.record({ at: fc.integer({ min: 0, max: 30 }), value, between: maybe(fc.constantFrom('constant', 'linear')) }),
    {
      minLength: 1,
      maxLength: 5,
      selector: ({ at }) => at,
    },
  )
  .map(
    (list): Plain =>
      list
        .sort((a, b) => a.at - b.at)
        .map(({ at, value: height, between }) => ({
          at: { epochs: at },
          value: height,
          ...(between === undefined ? {} : { between }),
        })),
  )

const schedule: fc.Arbitrary<Schedule> = fc.oneof(
  value,
  built('constant', { value }),
  built('linear', { from: value, to: value, over: maybe(duration) }),
  built('geometric', { from: value, to: value, over: maybe(duration), hold: maybe(duration) }),
  built('cosine', { from: value, to: value, over: maybe(duration), warmup: maybe(duration), cycles: fc.constant(2) }),
  built('piecewise', { knots, between: fc.constantFrom('linear', 'geometric') }),
)

/** The same schedule with the length that it has in a training of `epochs`, where whole epochs can say it. */
function withLength(each: Schedule, all: number): Schedule {
  if (typeof each === 'number' || each.over !== undefined) return each
  if (each.kind !== 'linear' && each.kind !== 'geometric' && each.kind !== 'cosine') return each
  const hold = each.hold === undefined ? 0 : (each.hold as { readonly epochs?: number }).epochs
  return hold !== undefined && Number.isInteger(hold) ? { ...each, over: { epochs: all - hold } } : each
}

test('one that ends early has the slice of the shorter training whose schedules are as long as before, unless one lasts as long as the training', () => {
  let [opened, ended] = [0, 0]
  fc.assert(
    fc.property(
      fc.record({ rate: schedule, width_rate: fc.option(schedule, { nil: undefined }), pressure: schedule }),
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 2, max: 12 }),
      fc.nat(),
      fc.nat(),
      ({ rate, width_rate, pressure }, all, segment, which, end) => {
        const rates = { rate: rate as Plain, ...(width_rate === undefined ? {} : { width_rate: width_rate as Plain }) }
        const training = trainingOf({ epochs: all, segment, pressure, optimizer: { kind: 'adam', ...rates } })
        const ranges = segmentsOf(training)
        const range = ranges[which % ranges.length] ?? { from: 0, to: all }
        if (range.to - range.from < 2) return
        const to = range.from + 1 + (end % (range.to - range.from - 1))
        const slice = segmentSlice(training, graph, range, 'x') as unknown as Parameters<typeof endedEarly>[0]
        const closed = (each: Schedule): Schedule => withLength(each, all)
        const shorter: TrainingSpec = {
          ...training,
          epochs: to,
          pressure: closed(pressure),
          optimizer: {
            kind: 'adam',
            ...Object.fromEntries(
              Object.entries(rates).map(([name, each]) => [name, closed(each as Schedule) as Plain]),
            ),
          },
        }
        const early = endedEarly(slice, to)
        assert.is(early === null, isOpen(slice))
        if (early === null) {
          opened++
          return
        }
        ended++
        assert.equal(segmentsOf(shorter).at(-1), { from: range.from, to })
        const wanted = segmentSlice(shorter, graph, { from: range.from, to }, 'x')
        assert.is(canonicalJson(early as unknown as Plain), canonicalJson(wanted))
      },
    ),
    { numRuns: 500 },
  )
  assert.ok(opened > 5 && ended > 20, `${opened} open, ${ended} ended`)
})
