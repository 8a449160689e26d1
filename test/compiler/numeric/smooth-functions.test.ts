import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import { TABLE_FUNCTION_NAMES, tableFunction } from '../../../compiler/graph/table-function.js'
import {
  elu,
  erf,
  gelu,
  log1p,
  normalCdf,
  normalDensity,
  sigmoid,
  silu,
  softplus,
} from '../../../compiler/numeric/smooth-functions.js'
import { suite } from '../../kit.js'

const test = suite('smooth functions')

// The oracle: fixed-point numbers of 400 fractional bits and the plainest series.
const BITS = 400n
const ONE = 1n << BITS
type Big = bigint

function big(x: number): Big {
  // Exact: a double has no bit below 2^-1074, and those here none below 2^-120.
  return (
    (BigInt(Math.trunc(x * 2 ** 60)) << (BITS - 60n)) +
    (BigInt((x * 2 ** 60 - Math.trunc(x * 2 ** 60)) * 2 ** 60) << (BITS - 120n))
  )
}
const times = (a: Big, b: Big): Big => (a * b) >> BITS
const over = (a: Big, b: Big): Big => (a << BITS) / b
const number = (a: Big): number => Number(a >> (BITS - 160n)) / 2 ** 160

function bigExp(x: Big): Big {
  const small = x >> 12n
  let [sum, term] = [ONE, ONE]
  for (let n = 1n; term !== 0n && n < 200n; n++) {
    term = times(term, small) / n
    sum += term
  }
  for (let square = 0; square < 12; square++) sum = times(sum, sum)
  return sum
}

/** ln y by Newton's method on e^z = y. */
function bigLog(y: Big): Big {
  let z = big(Math.log(number(y)))
  for (let step = 0; step < 5; step++) z += over(y, bigExp(z)) - ONE
  return z
}

function bigAtanInverse(n: bigint): Big {
  let [sum, power, sign] = [0n, ONE / n, 1n]
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += (sign * power) / k
    power /= n * n
    sign = -sign
  }
  return sum
}
const PI = 4n * (4n * bigAtanInverse(5n) - bigAtanInverse(239n))

function bigRoot(x: Big): Big {
  let root = big(Math.sqrt(number(x)))
  for (let step = 0; step < 6; step++) root = (root + over(x, root)) >> 1n
  return root
}

function bigErf(x: Big): Big {
  let [sum, power] = [0n, x]
  const square = times(x, x)
  for (let n = 0n; n < 600n && power !== 0n; n++) {
    sum += power / (2n * n + 1n)
    power = -times(power, square) / (n + 1n)
  }
  return over(2n * sum, bigRoot(PI))
}

const POINTS = Array.from({ length: 400 }, (_, n) => ((n * 0.6180339887498949) % 1) * 16 - 8)
POINTS.push(0, 1e-9, -1e-9, 2.5, -2.5, 0.5, -0.5, 1, -1, 3.5355339059327378, 5.99)

/** In units of 2^-53 of the value, or absolutely. */
function error(ours: number, exact: Big, relative: boolean): number {
  const difference = number(big(ours) - exact)
  return (Math.abs(difference) * 2 ** 53) / (relative ? Math.max(Math.abs(number(exact)), 1e-300) : 1)
}

const bigSigmoid = (x: Big): Big => over(ONE, ONE + bigExp(-x))

for (const [name, ours, exact, relative] of [
  ['sigmoid', sigmoid, bigSigmoid, true],
  ['silu', silu, (x: Big) => times(x, bigSigmoid(x)), true],
  ['softplus', softplus, (x: Big) => bigLog(ONE + bigExp(x)), true],
  ['elu', elu, (x: Big) => (x > 0n ? x : bigExp(x) - ONE), true],
  ['erf', erf, bigErf, true],
  ['normalCdf', normalCdf, (x: Big) => (ONE + bigErf(over(x, bigRoot(2n * ONE)))) >> 1n, false],
] as const) {
  test(`${name} errs by less than 8 units of 2^-53`, () => {
    for (const x of POINTS) {
      const found = error(ours(x), exact(big(x)), relative)
      assert.ok(found < 8, `${name}(${x}) is off by ${found}`)
    }
  })
}

test('log1p errs by less than 8 units, also where the sum loses its argument', () => {
  for (const x of [...POINTS.map((point) => Math.abs(point)), 1e-12, -1e-12, -0.75, -0.999]) {
    assert.ok(error(log1p(x), bigLog(ONE + big(x)), true) < 8, `${x}`)
  }
  assert.is(log1p(0), 0)
})

test('gelu errs by less than 8 units times the argument', () => {
  for (const x of POINTS) {
    const exact = times(big(x), (ONE + bigErf(over(big(x), bigRoot(2n * ONE)))) >> 1n)
    assert.ok(error(gelu(x), exact, false) < 8 * Math.max(Math.abs(x), 1e-9), `${x}`)
  }
})

test('every table function is finite everywhere, its slope is that of a secant, and signs are as it says', () => {
  for (const name of TABLE_FUNCTION_NAMES) {
    const { value, slope, nonNegative } = tableFunction(name)
    for (const x of [...POINTS, -1e9, 1e9, 2 ** -24, -(2 ** -24)]) {
      assert.ok(Number.isFinite(value(x)) && Number.isFinite(slope(x, value(x))), `${name}(${x})`)
      if (nonNegative === 'always' || x >= 0) assert.ok(value(x) >= 0, `${name}(${x}) is negative`)
    }
    for (const x of POINTS.filter((point) => Math.abs(point) > 0.1)) {
      const h = 1e-5
      const secant = (value(x + h) - value(x - h)) / (2 * h)
      const found = slope(x, value(x))
      assert.ok(Math.abs(found - secant) < 1e-5 * (1 + Math.abs(secant)), `${name}'(${x}): ${found}, ${secant}`)
    }
  }
  assert.ok(Math.abs(normalDensity(0) - 0.3989422804014327) < 1e-16)
})

test('the bits are the same on every machine', () => {
  const hash = createHash('sha256')
  for (const name of TABLE_FUNCTION_NAMES) hash.update(Float64Array.from(POINTS, tableFunction(name).value))
  assert.is(hash.digest('hex'), '088962d9208fd20ebffcfede1f2b1e1af4fab4e45d84f17096d9638e480156f1')
})
