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
  const [rates, broken] = [bench.floats([0.01, 0.95]), bench.words([0])]
  const limits = [-1, 1.5] as const
  bench.kernels.adam(ws, bench.floats(g), ms, vs, COUNT * 4, rates, 0.9, 0.99, 1e-3, ...limits, broken)
  const of = (values: Float32Array, at: number): number => values[at] as number
  const first = (at: number): number => 0.9 * of(m, at) + 0.1 * of(g, at)
  const second = (at: number): number => 0.99 * of(v, at) + 0.01 * of(g, at) ** 2
  near(bench.read(ms, COUNT), first, 'm')
  near(bench.read(vs, COUNT), second, 'v')
  const updated = (at: number): number => 0.95 * of(w, at) - (0.01 * first(at)) / (Math.sqrt(second(at)) + 1e-3)
  near(bench.read(ws, COUNT), (at) => Math.min(Math.max(updated(at), -1), 1.5), 'w')
  assert.is(bench.readWord(broken), 0)
})

test('momentum, plain and looking ahead', () => {
  for (const nesterov of [0, 1]) {
    const bench = new Bench()
    const random = new TestRandom(2)
    const [w, g, v] = [randomFloats(random, COUNT), randomFloats(random, COUNT), randomFloats(random, COUNT)]
    const [ws, vs] = [bench.floats(w), bench.floats(v)]
    const [rates, broken] = [bench.floats([0.1]), bench.words([0])]
    bench.kernels.momentum(ws, bench.floats(g), vs, COUNT * 4, rates, 0.8, nesterov, -1.5, 1, broken)
    const velocity = (at: number): number => 0.8 * (v[at] as number) + (g[at] as number)
    near(bench.read(vs, COUNT), velocity, 'v')
    const direction = (at: number): number => (nesterov === 1 ? (g[at] as number) + 0.8 * velocity(at) : velocity(at))
    const updated = (at: number): number => (w[at] as number) - 0.1 * direction(at)
    near(bench.read(ws, COUNT), (at) => Math.min(Math.max(updated(at), -1.5), 1), 'w')
    assert.is(bench.readWord(broken), 0)
  }
})

test('where they are to settle, running means of less than the least normal number become 0', () => {
  const least = 2 ** -126
  const means = [0.5, least, least / 2, 4 * 2 ** -149, -0, -least, -least / 2, Number.NaN]
  const settled = [0.5, least, 0, 0, 0, -least, 0, Number.NaN]
  for (const settles of [0, 1]) {
    const bench = new Bench()
    // Rates at which means stay as they are.
    const [rates, broken] = [bench.floats([0, 1, 0]), bench.words([0])]
    const slots = [bench.floats(means), bench.floats(means), bench.floats(means)] as const
    const values = (): number => bench.floats(new Float32Array(8))
    if (settles === 1) bench.writeWord(rates + 8, 1)
    bench.kernels.adam(values(), values(), slots[0], slots[1], 32, rates, 1, 1, 1, -1, 1, broken)
    bench.kernels.momentum(values(), values(), slots[2], 32, rates, 1, 0, -1, 1, broken)
    for (const slot of slots) {
      const left = [...bench.read(slot, 8)].map((mean) => (mean === 0 ? 0 : mean))
      assert.equal(
        left,
        (settles === 1 ? settled : means).map((mean) => (mean === 0 ? 0 : mean)),
      )
    }
  }
})

test('scaleBy, sumOfSquares', () => {
  const bench = new Bench()
  const values = randomFloats(new TestRandom(3), COUNT)
  const address = bench.floats(values)
  const sum = values.reduce((all, value) => all + value * value, 0)
  assert.is(bench.kernels.sumOfSquares(address, COUNT * 4), sum)
  bench.kernels.scaleBy(address, COUNT * 4, -4)
  near(bench.read(address, COUNT), (at) => -4 * (values[at] as number), 'scaled')
})

test('a number that is not finite is told of in every lane, whatever the limits make of it', () => {
  const most = 3.4028234663852886e38
  const updated = (values: ArrayLike<number>): readonly number[] => {
    const bench = new Bench()
    const zeros = (): number => bench.floats(new Float32Array(8))
    const [rates, first, second] = [bench.floats([0, 1]), bench.words([0]), bench.words([0])]
    const slots = [zeros(), zeros()] as const
    bench.kernels.adam(bench.floats(values), zeros(), ...slots, 32, rates, 0.9, 0.9, 1, -1, 1, first)
    bench.kernels.momentum(bench.floats(values), zeros(), zeros(), 32, rates, 0.9, 0, -1, 1, second)
    return [bench.readWord(first), bench.readWord(second)]
  }
  assert.equal(updated([1, -most, most, 0, 1e-45]), [0, 0])
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    for (let at = 0; at < 8; at++) {
      const values = new Float32Array(8)
      values[at] = bad
      assert.equal(updated(values), [1, 1])
    }
})
