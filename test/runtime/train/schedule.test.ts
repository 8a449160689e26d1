import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { scheduleWithin } from '../../../compiler/plan/schedules.js'
import type { Built, Schedule } from '../../../lang/program.js'
import { scheduleAt } from '../../../runtime/train/schedule.js'
import { suite } from '../../kit.js'

const test = suite('schedules')
const EPOCHS = 10
const STEPS = 10

/** As an uninterrupted training of ten epochs of ten steps reads it. */
const whole = (schedule: Schedule): ((step: number) => number) =>
  scheduleAt(scheduleWithin(schedule, EPOCHS, { from: 0, to: EPOCHS }), STEPS)

const epochs = (value: number) => ({ epochs: value })

/** A schedule, and its values at some steps. */
const TABLE: readonly (readonly [name: string, schedule: Schedule, values: Readonly<Record<number, number>>])[] = [
  ['a number', 0.25, { 0: 0.25, 7: 0.25, 999: 0.25 }],
  ['constant', { kind: 'constant', value: 3 }, { 0: 3, 99: 3 }],
  ['linear over the whole training', { kind: 'linear', from: 1, to: 100 }, { 0: 1, 49: 50, 99: 100, 200: 100 }],
  ['linear over some steps', { kind: 'linear', from: 1, to: 3, over: { steps: 21 } }, { 0: 1, 10: 2, 20: 3, 99: 3 }],
  ['geometric', { kind: 'geometric', from: 1e-6, to: 1e-3 }, { 0: 1e-6, 33: 1e-5, 66: 1e-4, 99: 1e-3 }],
  [
    'geometric after a hold, until the end',
    { kind: 'geometric', from: 1, to: 128, hold: { steps: 92 } },
    { 0: 1, 91: 1, 92: 1, 93: 2, 95: 8, 99: 128 },
  ],
  [
    'geometric after a hold, over some epochs',
    { kind: 'geometric', from: 16, to: 1, hold: epochs(2), over: { steps: 5 } },
    { 19: 16, 20: 16, 21: 8, 22: 4, 24: 1, 50: 1 },
  ],
  [
    'cosine',
    { kind: 'cosine', from: 1, to: 0, over: epochs(10), cycles: 1, shrink: 1 },
    { 0: 1, 50: 0.5, 100: 0, 500: 0 },
  ],
  [
    'cosine over the whole training',
    { kind: 'cosine', from: 1, to: 0, cycles: 2, shrink: 1 },
    { 0: 1, 25: 0.5, 50: 1, 75: 0.5, 100: 0 },
  ],
  [
    'cosine, two cycles',
    { kind: 'cosine', from: 1, to: 0, over: epochs(10), cycles: 2, shrink: 1 },
    { 0: 1, 25: 0.5, 50: 1, 75: 0.5, 100: 0 },
  ],
  [
    'cosine, each cycle half as high above its end',
    { kind: 'cosine', from: 9, to: 1, over: { steps: 40 }, cycles: 4, shrink: 0.5 },
    { 0: 9, 5: 5, 10: 5, 15: 3, 20: 3, 30: 2, 40: 1 },
  ],
  [
    'cosine after a warm-up',
    { kind: 'cosine', from: 1, to: 0, over: epochs(3), warmup: epochs(1), cycles: 1, shrink: 1 },
    { 0: 0.1, 4: 0.5, 9: 1, 10: 1, 20: 0.5, 30: 0 },
  ],
  [
    'piecewise, linear',
    { kind: 'piecewise', knots: [knot(1, 2), knot(3, 6), knot(5, 0)], between: 'linear' },
    { 0: 2, 10: 2, 15: 3, 20: 4, 30: 6, 40: 3, 50: 0, 99: 0 },
  ],
  [
    'piecewise, geometric',
    { kind: 'piecewise', knots: [knot(0, 1e-6), knot(4, 1e-4)], between: 'geometric' },
    { 0: 1e-6, 20: 1e-5, 40: 1e-4, 99: 1e-4 },
  ],
  [
    'piecewise, a piece of its own kind',
    { kind: 'piecewise', knots: [knot(0, 1, 'constant'), knot(2, 4), knot(4, 16)], between: 'geometric' },
    { 0: 1, 19: 1, 20: 4, 30: 8, 40: 16 },
  ],
  [
    'piecewise in steps',
    {
      kind: 'piecewise',
      knots: [
        { at: { steps: 0 }, value: 1 },
        { at: { steps: 4 }, value: 3 },
      ],
      between: 'linear',
    },
    { 0: 1, 2: 2, 4: 3, 5: 3 },
  ],
]

function knot(at: number, value: number, between?: string) {
  return between === undefined ? { at: epochs(at), value } : { at: epochs(at), value, between }
}

for (const [name, schedule, values] of TABLE) {
  test(name, () => {
    const at = whole(schedule)
    for (const [step, value] of Object.entries(values)) {
      const found = at(Number(step))
      assert.ok(Math.abs(found - value) <= 1e-12 * value, `step ${step}: ${found} instead of ${value}`)
    }
  })
}

const value = fc.double({ min: 1e-8, max: 1, noNaN: true })
const span = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map(epochs),
  fc.integer({ min: 1, max: 90 }).map((steps) => ({ steps })),
  fc.double({ min: 0.3, max: 9, noNaN: true }).map(epochs),
)
const interpolation = fc.constantFrom('constant', 'linear', 'geometric')
const knots = fc
  .uniqueArray(
    fc.record({ at: fc.integer({ min: 0, max: 12 }), value, between: fc.option(interpolation, { nil: undefined }) }),
    {
      minLength: 1,
      maxLength: 6,
      selector: ({ at }) => at,
    },
  )
  .map((all) => all.sort((a, b) => a.at - b.at).map(({ at, value: v, between }) => knot(at, v, between)))
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
const schedules: fc.Arbitrary<Schedule> = fc
  .oneof(
    fc.record({ kind: fc.constant('constant'), value }),
    fc.record({ kind: fc.constant('linear'), from: value, to: value, over: optional(span) }),
    fc.record({ kind: fc.constant('geometric'), from: value, to: value, over: optional(span), hold: optional(span) }),
    fc.record({
      kind: fc.constant('cosine'),
      from: value,
      to: value,
      over: span,
      warmup: optional(span),
      cycles: fc.integer({ min: 1, max: 4 }),
      shrink: fc.double({ min: 0.5, max: 1, noNaN: true }),
    }),
    fc.record({ kind: fc.constant('piecewise'), knots, between: interpolation }),
  )
  .map((schedule) => Object.fromEntries(Object.entries(schedule).filter(([, each]) => each !== undefined)) as Built)

test('a segment reads what the whole training reads, to the bit', () => {
  const range = fc
    .integer({ min: 0, max: 8 })
    .chain((from) => fc.record({ from: fc.constant(from), to: fc.integer({ min: from + 1, max: EPOCHS }) }))
  fc.assert(
    fc.property(schedules, range, (schedule, { from, to }) => {
      const [all, part] = [whole(schedule), scheduleAt(scheduleWithin(schedule, EPOCHS, { from, to }), STEPS)]
      for (let step = from * STEPS; step < to * STEPS; step++) assert.is(part(step), all(step), `step ${step}`)
    }),
    { numRuns: 2_000 },
  )
})

test('a schedule without `over` and the one that says its length are one to the store, and to the bit', () => {
  const lasting = schedules
    .filter((schedule): schedule is Built => typeof schedule !== 'number' && 'from' in schedule)
    .map(({ over: _over, hold, ...rest }) => ({ schedule: { ...rest } as Built, holds: hold !== undefined }))
  const lengths = fc.record({
    total: fc.integer({ min: 1, max: 20 }),
    hold: fc.nat(8),
    from: fc.nat(19),
    size: fc.integer({ min: 1, max: 20 }),
    steps: fc.integer({ min: 1, max: 9 }),
  })
  fc.assert(
    fc.property(lasting, lengths, ({ schedule, holds }, { total, hold, from, size, steps }) => {
      const open = holds ? { ...schedule, hold: epochs(hold) } : schedule
      const rest = total - (holds ? hold : 0)
      if (rest < 1) return
      const closed = { ...open, over: epochs(rest) }
      const first = Math.min(from, total - 1)
      const range = { from: first, to: Math.min(first + size, total) }
      const read = scheduleWithin(open, total, range)
      assert.equal(scheduleWithin(closed, total, range), read)
      // Once its length is said, it is the same in a shorter or a longer training.
      assert.equal(scheduleWithin(closed, range.to, range), read)
      const [asRead, asWritten] = [scheduleAt(read, steps), scheduleAt(closed, steps)]
      for (let step = range.from * steps; step < range.to * steps; step++)
        assert.is(asRead(step), asWritten(step), `step ${step}`)
    }),
    { numRuns: 2_000 },
  )
})

test('no schedule leaves the values that it names', () => {
  fc.assert(
    fc.property(schedules, fc.integer({ min: 0, max: 200 }), (schedule, step) => {
      const numbers = [...JSON.stringify(schedule).matchAll(/"(?:from|to|value)":([-\d.e]+)/g)].map(([, each]) =>
        Number(each),
      )
      const found = whole(schedule)(step)
      const warm = typeof schedule !== 'number' && schedule.warmup !== undefined
      // What rounding of the largest of them leaves.
      const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
      const slack = high * 1e-12
      assert.ok(found >= (warm ? 0 : low - slack) && found <= high + slack)
    }),
    { numRuns: 1_000 },
  )
})

test('what a segment does not read is not in its parameters', () => {
  const second = { from: 4, to: 6 }
  const within = (schedule: Schedule, epochsOfAll = EPOCHS): Schedule => scheduleWithin(schedule, epochsOfAll, second)
  assert.is(within({ kind: 'constant', value: 3 }), 3)
  assert.is(within({ kind: 'linear', from: 1, to: 2, over: epochs(4) }), 2)
  assert.is(within({ kind: 'geometric', from: 1, to: 2, over: epochs(3), hold: epochs(1) }), 2)
  assert.is(within({ kind: 'geometric', from: 1, to: 2, hold: epochs(6) }), 1)
  assert.is(within({ kind: 'cosine', from: 1, to: 0, over: epochs(4), cycles: 1, shrink: 1 }), 0)
  const open = { kind: 'geometric', from: 1, to: 2 }
  assert.equal(within(open), { ...open, over: epochs(EPOCHS) })
  assert.equal(within({ ...open, hold: epochs(5) }), { ...open, hold: epochs(5), over: epochs(EPOCHS - 5) })
  assert.equal(within({ ...open, hold: { steps: 5 } }), { ...open, hold: { steps: 5 }, until: epochs(EPOCHS) })
  assert.not.equal(within(open, 20), within(open))
  const closed = { kind: 'cosine', from: 1, to: 0, over: epochs(9), cycles: 1, shrink: 1 }
  assert.equal(within(closed, 20), within(closed))
  const all = [knot(0, 1), knot(4, 2), knot(5, 3), knot(6, 4), knot(9, 5)]
  assert.equal(within({ kind: 'piecewise', knots: all, between: 'linear' }), {
    kind: 'piecewise',
    knots: [knot(4, 2, 'linear'), knot(5, 3, 'linear'), knot(6, 4)],
  })
  assert.is(within({ kind: 'piecewise', knots: [knot(0, 1), knot(3, 2), knot(7, 3)], between: 'constant' }), 2)
  assert.is(within({ kind: 'piecewise', knots: [knot(0, 1), knot(3, 2)], between: 'linear' }), 2)
})
