import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { PlainBound } from '../../../compiler/plan/budget.js'
import { rankCandidates } from '../../../runtime/report/choose.js'
import type { Front } from '../../../runtime/train/front.js'
import { suite } from '../../kit.js'

const test = suite('choice among the networks of a front')

function frontOf(points: readonly (readonly [accuracy: number, ebops: number])[]): Front {
  return {
    metric: { kind: 'accuracy', better: 'higher' },
    points: points.map(([accuracy, ebops], candidate) => ({
      training: '0',
      epoch: candidate + 1,
      validation: { accuracy },
      ebops,
      ebopsExact: ebops,
      meanBits: { weight: 1, activation: 1 },
      candidate,
    })),
  }
}

const bound = (quantity: string, relation: '<=' | '>=', value: number): PlainBound => ({
  quantity,
  relation,
  value,
  phase: 'selection',
  isMetric: quantity !== 'ebops',
})

test('of those within the bounds the best metric comes first, then the cheaper', () => {
  const front = frontOf([
    [0.7, 100],
    [0.8, 200],
    [0.9, 300],
    [0.8, 150],
  ])
  const { eligible, others } = rankCandidates(front, [bound('ebops', '<=', 250)], 'accuracy', 'higher')
  assert.equal(
    eligible.map((each) => each.index),
    [3, 1, 0],
  )
  assert.equal(
    others.map((each) => each.index),
    [2],
  )
})

test('with a metric where less is better, the least comes first', () => {
  const { eligible } = rankCandidates(
    frontOf([
      [5, 1],
      [3, 2],
      [4, 3],
    ]),
    [],
    'accuracy',
    'lower',
  )
  assert.equal(
    eligible.map((each) => each.index),
    [1, 2, 0],
  )
})

test('of those that miss, the nearest comes first', () => {
  const front = frontOf([
    [0.7, 100],
    [0.8, 110],
    [0.9, 300],
  ])
  const { eligible, others } = rankCandidates(front, [bound('ebops', '<=', 90)], 'accuracy', 'higher')
  assert.is(eligible.length, 0)
  assert.equal(
    others.map((each) => each.index),
    [0, 1, 2],
  )
})

test('every network is either eligible or not, and a metric that is no number comes last', () => {
  const value = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN))
  fc.assert(
    fc.property(fc.array(fc.tuple(value, fc.nat(1000))), fc.nat(1000), (points, most) => {
      const { eligible, others } = rankCandidates(frontOf(points), [bound('ebops', '<=', most)], 'accuracy', 'higher')
      assert.equal(
        [...eligible, ...others].map((each) => each.index).sort((a, b) => a - b),
        points.map((_, index) => index),
      )
      assert.ok(eligible.every((each) => each.point.ebops <= most))
      const metrics = eligible
        .map((each) => each.point.validation.accuracy ?? 0)
        .map((each) => (Number.isNaN(each) ? -1 : each))
      assert.ok(metrics.every((each, index) => index === 0 || each <= (metrics[index - 1] ?? 0)))
    }),
  )
})
