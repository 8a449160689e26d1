import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { measure } from '../../../runtime/train/metrics.js'
import { paretoFront, thinFront } from '../../../runtime/train/pareto.js'
import { blobs } from '../../fixtures/datasets.js'
import { suite } from '../../kit.js'

const test = suite('metrics, Pareto sets')
const SEED = 29

test('metrics of outputs', () => {
  const dataset = blobs(2, 6)
  const part = { ...dataset.parts.train, targets: Float32Array.of(0, 1, 2, 0, 1, 2) }
  const accuracy = { kind: 'accuracy', better: 'higher', arguments: {} } as const
  const oneHot = Float64Array.from({ length: 18 }, (_, at) => (at % 3 === Math.floor(at / 3) % 3 && at < 9 ? 1 : 0))
  assert.is(measure(accuracy, dataset, part, oneHot), 4 / 6)
  const regression = { ...dataset, task: 'regression' as const, targetScale: Float64Array.of(4), classes: [] }
  const targets = { ...part, rows: 3, targets: Float32Array.of(4, 8, 100) }
  const outputs = Float64Array.of(1, 3, 2)
  assert.is(measure({ kind: 'mae', better: 'lower', arguments: {} }, regression, targets, outputs), 32)
  assert.is(
    measure({ kind: 'resolution', better: 'lower', arguments: { outlier: 30 } }, regression, targets, outputs),
    Math.sqrt(8),
  )
})

test('what is beyond `outlier` costs nothing, so a network that leaves most rows there has no better resolution than it', () => {
  const dataset = { ...blobs(2, 6), task: 'regression' as const, targetScale: Float64Array.of(1), classes: [] }
  const part = { ...dataset.parts.train, rows: 4, targets: Float32Array.of(0, 0, 0, 0) }
  const resolution = (...outputs: readonly number[]): number =>
    measure(
      { kind: 'resolution', better: 'lower', arguments: { outlier: 30 } },
      dataset,
      part,
      Float64Array.from(outputs),
    )
  assert.is(resolution(1, 500, 500, 500), 30)
  assert.is(resolution(500, 500, 500, 500), 30)
  assert.is(resolution(3, -3, 500, 500), 3, 'half of them')
  assert.is(resolution(10, -10, 10, 500), 10)
  assert.is(resolution(1, Number.NaN, Number.NaN, Number.NaN), 30)
})

test(`the same outputs in single and in double precision have the same metric, to the bit, and NaN is not averaged away (seed ${SEED})`, () => {
  const kinds = ['accuracy', 'mse', 'mae', 'resolution'] as const
  const float = fc.oneof(fc.constant(Number.NaN), fc.float({ noNaN: true, min: -1000, max: 1000 }))
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.array(fc.tuple(float, float), { maxLength: 30 }), (kind, pairs) => {
      const [outputs, targets] = [0, 1].map((at) => Float32Array.from(pairs, (pair) => pair[at] ?? 0))
      const dataset = { ...blobs(2, 6), task: 'regression' as const, targetScale: Float64Array.of(0.1), classes: [] }
      const part = { rows: pairs.length, inputs: new Map(), targets: targets ?? new Float32Array() }
      const metric = { kind, better: 'lower', arguments: { outlier: 30 } } as const
      const single = outputs ?? new Float32Array()
      const found = measure(metric, dataset, part, single)
      assert.ok(Object.is(found, measure(metric, dataset, part, Float64Array.from(single))))
      const residuals = [...single].map((value, at) => value * 0.1 - (part.targets[at] ?? 0))
      if (kind === 'mse' || kind === 'mae')
        assert.is(Number.isNaN(found), residuals.some(Number.isNaN), 'a training with such outputs has diverged')
      if (kind === 'resolution') {
        const within = residuals.filter((residual) => Math.abs(residual) <= 30).length
        assert.ok(found <= 30, 'whoever places most rows is no worse than whoever does not')
        if (2 * within < residuals.length) assert.is(found, 30)
      }
      if (kind === 'mae' && !Number.isNaN(found)) {
        const sum = residuals.reduce((all, residual) => all + Math.abs(residual), 0)
        assert.is(found, residuals.length === 0 ? 0 : sum / residuals.length)
      }
    }),
    { seed: SEED },
  )
})

test('no point of a front is beaten, every other one is, and thinning keeps the ends', () => {
  const point = fc.record({ metric: fc.integer({ min: 0, max: 20 }), ebops: fc.integer({ min: 0, max: 20 }) })
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 1, maxLength: 40 }),
      fc.constantFrom('higher' as const, 'lower' as const),
      (points, better) => {
        const sign = better === 'higher' ? 1 : -1
        const beats = (a: (typeof points)[number], b: (typeof points)[number]): boolean =>
          sign * a.metric >= sign * b.metric && a.ebops <= b.ebops && (a.metric !== b.metric || a.ebops !== b.ebops)
        const front = paretoFront(points, (p) => p, better)
        for (const kept of front) assert.not.ok(points.some((other) => beats(other, kept)))
        for (const other of points)
          assert.ok(
            front.some((kept) => beats(kept, other) || (kept.metric === other.metric && kept.ebops === other.ebops)),
          )
        const thinned = thinFront(front, (p) => p, 3)
        assert.ok(thinned.length <= Math.max(3, 1) && thinned.every((kept) => front.includes(kept)))
        if (front.length > 1) assert.equal([thinned[0], thinned.at(-1)], [front[0], front.at(-1)])
      },
    ),
  )
})
