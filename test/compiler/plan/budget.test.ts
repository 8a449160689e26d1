import * as assert from 'uvu/assert'
import type { Capacity } from '../../../compiler/estimate/capacity.js'
import { checkBounds, distance, missText, plainBounds, shareText } from '../../../compiler/plan/budget.js'
import { namedMetrics } from '../../../compiler/plan/metrics.js'
import { relaxations } from '../../../compiler/plan/relaxations.js'
import type { Bound, MetricSpec } from '../../../lang/program.js'
import { suite } from '../../kit.js'

const test = suite('budgets')
const span = { file: 'pipeline.hgq', start: 0, end: 1 }
const resolution: MetricSpec = { kind: 'resolution', better: 'lower', arguments: { outlier: 30 } }
const strict: MetricSpec = { ...resolution, arguments: { outlier: 20 } }
const device: Capacity = { lut: 75_000, ff: 150_000, dsp: 0, bram: 100 }
const bounds: readonly Bound[] = [
  { quantity: 'lut', relation: '<=', value: 30_000, span },
  { quantity: 'latency', relation: '<=', value: 200, span },
  { quantity: 'clock', relation: '>=', value: 300, span },
  { quantity: 'resolution', relation: '<=', value: 5, metric: strict, span },
]

test('metrics have names of their own even when one kind is bounded with other arguments', () => {
  const metrics = namedMetrics(resolution, bounds)
  assert.equal(
    metrics.map((each) => each.name),
    ['resolution', 'resolution(outlier=20)'],
  )
  assert.is(plainBounds(bounds, metrics, device)[3]?.quantity, 'resolution(outlier=20)')
})

test('a bound belongs to the moment when it is known', () => {
  const phases = plainBounds(bounds, namedMetrics(resolution, bounds), device).map((bound) => bound.phase)
  assert.equal(phases, ['design', 'design', 'target', 'selection'])
})

test('a miss says by how much, and what bound would do', () => {
  const plain = plainBounds(bounds, namedMetrics(resolution, bounds), device)
  const checks = checkBounds(plain, { lut: 31_200, latency: 180, clock: 200, 'resolution(outlier=20)': 5.014 })
  const missed = checks.filter((check) => !check.met)
  assert.equal(missed.map(missText), [
    'lut 31 200 > 30 000 (4 % over)',
    'clock 200 MHz < 300 MHz (33 % under)',
    'resolution(outlier=20) 5.014 mrad > 5 mrad (less than 1 % over)',
  ])
  assert.equal(relaxations(missed, device), ['lut <= 31_200', 'clock >= 200 MHz', 'resolution <= 5.014 mrad'])
  assert.ok(Math.abs(distance(checks) - 1 / 3) < 1e-12)
})

test('quantities that are not known yet are not checked', () => {
  assert.equal(checkBounds(plainBounds(bounds, namedMetrics(resolution, bounds), device), { lut: 1 }).length, 1)
})

test('a metric that is not a number meets no bound', () => {
  const [check] = checkBounds(plainBounds(bounds.slice(0, 1), [], device), { lut: Number.NaN })
  assert.is(check?.met, false)
  assert.ok(check !== undefined && check.excess > 1)
})

test('a share of a device is so many of its cells, and is told in both', () => {
  const share = (quantity: string, value: number): Bound => ({ quantity, relation: '<=', value, ofDevice: true, span })
  const plain = plainBounds([share('lut', 0.4), share('bram', 0.07), share('dsp', 0.5)], [], device)
  assert.equal(
    plain.map(({ value, capacity, phase }) => [value, capacity, phase]),
    [
      [30_000, 75_000, 'design'],
      [7, 100, 'design'],
      [0, 0, 'design'],
    ],
  )
  const missed = checkBounds(plain, { lut: 31_210, bram: 7, dsp: 3 }).filter((check) => !check.met)
  assert.equal(missed.map(missText), [
    'lut 31 210 > 30 000, 40 % of the device (4 % over)',
    'dsp 3 > 0, 0 % of the device (300 % over)',
  ])
  // No share is as much as more than there is.
  assert.equal(relaxations(missed, device), ['lut <= 41.62 %'])
  assert.is(shareText(75_001, 75_000), '100.1 %')
  assert.is(shareText(75_000, 75_000), '100 %')
})
