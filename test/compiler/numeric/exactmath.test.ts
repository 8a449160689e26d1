import { createHash } from 'node:crypto'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { atan, cos, exp, expm1, log, log2, sin, tan, tanh } from '../../../compiler/numeric/exactmath.js'
import { ceilLog2, floorLog2, powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { suite } from '../../kit.js'

const test = suite('exactmath')
const exact = { exp, expm1, log, log2, sin, cos, tan, atan, tanh }
const engine = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  atan: Math.atan,
  tanh: Math.tanh,
}

/** `count` points between two ends, in no special order. */
function grid(count: number, from: number, to: number): number[] {
  return Array.from({ length: count }, (_, index) => from + (to - from) * ((index * 0.6180339887498949) % 1))
}

/** Points whose exponents fill a range. */
function wideGrid(count: number, from: number, to: number): number[] {
  return grid(count, from, to).map(
    (exponent) => powerOfTwo(Math.floor(exponent)) * (1 + exponent - Math.floor(exponent)),
  )
}

/** Distance from the engine's value in units of its last place. */
function distance(ours: number, other: number): number {
  if (Object.is(ours, other)) return 0
  const exponent = Math.max(floorLog2(Math.abs(other)), -1022)
  return Math.abs(ours - other) / powerOfTwo(Math.max(exponent - 52, -1074))
}

interface Checked {
  readonly name: keyof typeof exact
  readonly points: number[]
}

const CHECKED: Checked[] = [
  { name: 'exp', points: [...grid(20_000, -745, 709.7), ...grid(20_000, -1, 1), 0, -0, 1e-20] },
  { name: 'expm1', points: [...grid(20_000, -45, 709), ...grid(20_000, -1, 1), 0, 1e-20] },
  { name: 'log', points: [...wideGrid(20_000, -1022, 1023), ...grid(20_000, 0.4, 2.1), 5e-324, 1e-310, 1] },
  { name: 'log2', points: [...wideGrid(20_000, -1022, 1023), ...grid(20_000, 0.4, 2.1), 5e-324, 1e-310, 1] },
  { name: 'sin', points: [...grid(20_000, -10, 10), ...grid(5_000, -1.1e6, 1.1e6), ...wideGrid(500, 20, 1023), 0, -0] },
  { name: 'cos', points: [...grid(20_000, -10, 10), ...grid(5_000, -1.1e6, 1.1e6), ...wideGrid(500, 20, 1023), 0] },
  { name: 'tan', points: [...grid(20_000, -10, 10), ...grid(5_000, -1.1e6, 1.1e6), ...wideGrid(500, 20, 1023), 0] },
  { name: 'atan', points: [...grid(20_000, -10, 10), ...wideGrid(5_000, -1000, 1000), 0, -0] },
  { name: 'tanh', points: [...grid(20_000, -25, 25), ...grid(20_000, -1, 1), ...wideGrid(2_000, -1000, 0), 0, -0] },
]

for (const { name, points } of CHECKED) {
  test(`${name} is within 4 units of the engine's, which is itself within 2`, () => {
    for (const x of points) {
      const error = distance(exact[name](x), engine[name](x))
      assert.ok(error <= 4, `${name}(${x}) = ${exact[name](x)}, the engine says ${engine[name](x)}`)
    }
  })
}

// From decimal arithmetic with 45 digits; each must be met to the nearest double or its neighbour.
const REFERENCE: [keyof typeof exact, number, number][] = [
  ['exp', 1, Math.E],
  ['exp', -10, 4.5399929762484854e-5],
  ['log', 10, Math.LN10],
  ['log', 0.5, -Math.LN2],
  ['log2', 3, 1.584962500721156],
  ['sin', 1, 0.8414709848078965],
  ['sin', 1e22, -0.8522008497671888],
  ['cos', 1, 0.5403023058681398],
  ['cos', 1e22, 0.5232147853951389],
  ['tan', 1, 1.5574077246549023],
  ['atan', 1, 0.7853981633974483],
  ['tanh', 0.5, 0.4621171572600098],
]

test('known values', () => {
  for (const [name, x, expected] of REFERENCE) {
    assert.ok(distance(exact[name](x), expected) <= 1, `${name}(${x}) = ${exact[name](x)}, not ${expected}`)
  }
})

test('powers of two and their logarithms are exact, subnormals included', () => {
  for (let n = -1074; n <= 1023; n++) {
    const power = powerOfTwo(n)
    assert.is(power, 2 ** n)
    assert.is(floorLog2(power), n)
    assert.is(ceilLog2(power), n)
    assert.is(log2(power), n)
  }
  assert.is(powerOfTwo(-1075), 0)
  assert.is(powerOfTwo(1024), Number.POSITIVE_INFINITY)
  assert.throws(() => powerOfTwo(0.5), /needs an integer/)
  assert.is(floorLog2(0), Number.NEGATIVE_INFINITY)
  assert.is(ceilLog2(0), Number.NEGATIVE_INFINITY)
  assert.is(floorLog2(Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY)
  assert.ok(Number.isNaN(floorLog2(-1)))
})

test('floorLog2 and ceilLog2 enclose every positive double', () => {
  fc.assert(
    fc.property(fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true }), (x) => {
      assert.ok(powerOfTwo(floorLog2(x)) <= x && x <= powerOfTwo(ceilLog2(x)))
      assert.ok(ceilLog2(x) - floorLog2(x) === (powerOfTwo(floorLog2(x)) === x ? 0 : 1))
    }),
    { seed: 1, numRuns: 5_000 },
  )
})

test('ends of the ranges', () => {
  const { NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN: nan } = Number
  assert.is(exp(710), POSITIVE_INFINITY)
  assert.is(exp(-746), 0)
  assert.is(exp(NEGATIVE_INFINITY), 0)
  assert.is(expm1(NEGATIVE_INFINITY), -1)
  assert.is(log(0), NEGATIVE_INFINITY)
  assert.is(log(POSITIVE_INFINITY), POSITIVE_INFINITY)
  assert.is(tanh(POSITIVE_INFINITY), 1)
  assert.is(tanh(NEGATIVE_INFINITY), -1)
  assert.is(atan(POSITIVE_INFINITY), Math.PI / 2)
  assert.is(atan(NEGATIVE_INFINITY), -Math.PI / 2)
  for (const value of [log(-1), sin(POSITIVE_INFINITY), cos(nan), tan(nan), exp(nan)]) {
    assert.ok(Number.isNaN(value))
  }
  for (const name of ['sin', 'tan', 'atan', 'tanh', 'expm1'] as const) {
    assert.ok(Object.is(exact[name](-0), -0), `${name}(-0)`)
  }
})

test('symmetries hold exactly', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      for (const name of ['sin', 'tan', 'atan', 'tanh'] as const) {
        assert.ok(Object.is(exact[name](-x), -exact[name](x)), name)
      }
      assert.is(cos(-x), cos(x))
    }),
    { seed: 2, numRuns: 2_000 },
  )
})

test('the same bits on every machine', () => {
  const digests = CHECKED.map(({ name, points }) => {
    const values = new DataView(new ArrayBuffer(points.length * 8))
    for (const [index, x] of points.entries()) values.setFloat64(index * 8, exact[name](x))
    return `${name} ${createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex').slice(0, 16)}`
  })
  assert.equal(digests, DIGESTS)
})

// The bits that every machine must give on the points above. They change only when a method changes, knowingly.
const DIGESTS = [
  'exp ee0637c26cc58447',
  'expm1 a560e2b89fd86d63',
  'log afb3cba8e440efa4',
  'log2 6329148b05a19c12',
  'sin a6f4518f85ad7dcf',
  'cos be32ad8d43717d24',
  'tan ec4568a7d4cd53d9',
  'atan e0ad38ff4c929d99',
  'tanh ad2900989674bd91',
]
