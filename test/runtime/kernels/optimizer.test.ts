import * as assert from 'uvu/assert'
import { TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'
import { Bench, randomFloats } from './bench.js'

const test = suite('kernels of the optimiser')
const COUNT = 16

function near(found: Float32Array, expected: (at: number) => number, what: string): void {
  for (const [at, value] of found.entries())
    assert.ok(Math.abs(value - expected(at)) <= 1e-6 * (1 + Math.abs(expected(at))), `${what}[${at}]: ${value}`)
}

test('adam, with decay', () => {
  const bench = new Bench()
  const random = new TestRandom(1)
  const [w, g, m] = [randomFloats(random, COUNT), randomFloats(random, COUNT), randomFloats(random, COUNT)]
  const v = randomFloats(random, COUNT).map(Math.abs)
  const [ws, ms, vs] = [bench.floats(w), bench.floats(m), bench.floats(v)]
  bench.kernels.adam(ws, bench.floats(g), ms, vs, COUNT * 4, 0.01, 0.9, 0.99, 1e-3, 0.95)
  const of = (values: Float32Array, at: number): number => values[at] as number
  const first = (at: number): number => 0.9 * of(m, at) + 0.1 * of(g, at)
  const second = (at: number): number => 0.99 * of(v, at) + 0.01 * of(g, at) ** 2
  near(bench.read(ms, COUNT), first, 'm')
  near(bench.read(vs, COUNT), second, 'v')
  near(bench.read(ws, COUNT), (at) => 0.95 * of(w, at) - (0.01 * first(at)) / (Math.sqrt(second(at)) + 1e-3), 'w')
})

test('momentum, plain and looking ahead', () => {
  for (const nesterov of [0, 1]) {
    const bench = new Bench()
    const random = new TestRandom(2)
    const [w, g, v] = [randomFloats(random, COUNT), randomFloats(random, COUNT), randomFloats(random, COUNT)]
    const [ws, vs] = [bench.floats(w), bench.floats(v)]
    bench.kernels.momentum(ws, bench.floats(g), vs, COUNT * 4, 0.1, 0.8, nesterov)
    const velocity = (at: number): number => 0.8 * (v[at] as number) + (g[at] as number)
    near(bench.read(vs, COUNT), velocity, 'v')
    const direction = (at: number): number => (nesterov === 1 ? (g[at] as number) + 0.8 * velocity(at) : velocity(at))
    near(bench.read(ws, COUNT), (at) => (w[at] as number) - 0.1 * direction(at), 'w')
  }
})

test('limit, scaleBy, sumOfSquares', () => {
  const bench = new Bench()
  const values = randomFloats(new TestRandom(3), COUNT)
  const address = bench.floats(values)
  const sum = values.reduce((all, value) => all + value * value, 0)
  assert.is(bench.kernels.sumOfSquares(address, COUNT * 4), sum)
  bench.kernels.limit(address, COUNT * 4, -0.5, 0.75)
  near(bench.read(address, COUNT), (at) => Math.min(Math.max(values[at] as number, -0.5), 0.75), 'limited')
  bench.kernels.scaleBy(address, COUNT * 4, -4)
  near(bench.read(address, COUNT), (at) => -4 * Math.min(Math.max(values[at] as number, -0.5), 0.75), 'scaled')
})

test('allFinite finds infinities and NaN in every lane', () => {
  const bench = new Bench()
  const most = 3.4028234663852886e38
  assert.is(bench.kernels.allFinite(bench.floats([1, -most, most, 0, 1e-45]), 32), 1)
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    for (let at = 0; at < 8; at++) {
      const values = new Float32Array(8)
      values[at] = bad
      assert.is(bench.kernels.allFinite(bench.floats(values), 32), 0)
    }
})
