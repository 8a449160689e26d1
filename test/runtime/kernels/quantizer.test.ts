import * as assert from 'uvu/assert'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import {
  type QuantizerType,
  quantizerGradient,
  quantizeValue,
  rangeOf,
  roundNearestEven,
} from '../../../compiler/numeric/fixed-quantizer.js'
import type { Overflow, Rounding } from '../../../lang/program.js'
import { QUANTIZE, roundingCode } from '../../../runtime/kernels/codes.js'
import { TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'
import { Bench, randomFloats } from './bench.js'

const test = suite('kernels of the quantizer')
const CASES: readonly (readonly [Overflow, number])[] = [
  ['wrap', 0],
  ['saturate', QUANTIZE.clip],
  ['saturate_symmetric', QUANTIZE.clip | QUANTIZE.symmetric],
]

interface Widths {
  readonly types: readonly QuantizerType[]
  readonly fraction: Float32Array
  readonly integer: Float32Array
  readonly sign: Float32Array
}

/** Widths that are no integers, some of them without a bit. */
function randomWidths(random: TestRandom, count: number, kbi: boolean): Widths {
  const integer = Float32Array.from({ length: count }, () => random.integer(-3, 4) + (random.unit() - 0.5) * 0.98)
  const fraction = Float32Array.from({ length: count }, () => random.integer(-3, 9) + (random.unit() - 0.5) * 0.98)
  const sign = Float32Array.from({ length: count }, () => random.integer(0, 1))
  // Ties go to even.
  integer[0] = 1.5
  fraction[0] = 2.5
  const types = Array.from({ length: count }, (_, at): QuantizerType => {
    const i = roundNearestEven(integer[at] as number)
    const rest = roundNearestEven(fraction[at] as number)
    return { k: sign[at] as number, i, f: kbi ? rest - i : rest }
  })
  return { types, fraction, integer, sign }
}

interface Prepared {
  readonly scale: number
  readonly step: number
  readonly high: number
  readonly low: number
  readonly top: number
  readonly sign: number
}

function prepare(bench: Bench, widths: Widths, flags: number, mask: number): Prepared {
  const count = widths.types.length
  const room = (): number => bench.room(count)
  const places = {
    scale: room(),
    step: room(),
    high: room(),
    low: room(),
    top: room(),
    sign: bench.floats(widths.sign),
  }
  const { scale, step, high, low, top, sign } = places
  const [fraction, integer] = [bench.floats(widths.fraction), bench.floats(widths.integer)]
  bench.kernels.prepareTypes(fraction, integer, sign, scale, step, high, low, top, count, flags, mask)
  return places
}

for (const [overflow, flags] of CASES) {
  for (const kbi of [false, true]) {
    test(`types from widths: ${overflow}, ${kbi ? 'kbi' : 'kif'}`, () => {
      const widths = randomWidths(new TestRandom(1), 37, kbi)
      for (const mask of [0, 1]) {
        const bench = new Bench()
        const places = prepare(bench, widths, flags | (kbi ? QUANTIZE.kbi : 0), mask)
        const [scale, step, high, low, top] = [places.scale, places.step, places.high, places.low, places.top].map(
          (place) => bench.read(place, 37),
        )
        for (const [at, type] of widths.types.entries()) {
          const range = rangeOf(type, overflow)
          const none = mask === 1 && type.k + type.i + type.f <= 0
          assert.is(scale?.[at], none ? 0 : powerOfTwo(type.f))
          assert.is(step?.[at], none ? 0 : powerOfTwo(-type.f))
          assert.is(high?.[at], range.high)
          assert.is((low?.[at] ?? Number.NaN) + 0, range.low + 0)
          assert.is(top?.[at], powerOfTwo(Math.max(type.i, -type.f)))
        }
      }
    })
  }
}

const MODES: readonly Rounding[] = ['nearest', 'nearest_even', 'truncate', 'nearest_to_infinity']

/** What may become of the operand's gradient. */
const KINDS: readonly number[] = [
  0,
  QUANTIZE.mask,
  QUANTIZE.accumulate,
  QUANTIZE.mask | QUANTIZE.accumulate,
  QUANTIZE.widthsAlone,
]

/** The sums of quantizerGradient over samples, with upstream gradients. */
function expectedSums(x: Float32Array, dy: Float32Array, type: QuantizerType, mode: Rounding, overflow: Overflow) {
  const sums = { f: 0, i: 0 }
  const dx = x.map((value, at) => {
    const gradient = quantizerGradient(value, dy[at] as number, type, mode, overflow)
    sums.f += gradient.f
    sums.i += gradient.i
    return gradient.x
  })
  return { ...sums, dx }
}

function near(found: number | undefined, expected: number, what: string): void {
  assert.ok(
    Math.abs((found ?? Number.NaN) - expected) <= 2e-5 * (1 + Math.abs(expected)),
    `${what}: ${found}, not ${expected}`,
  )
}

for (const [overflow, flags] of CASES) {
  for (const mode of MODES) {
    test(`rows and their gradients: ${overflow}, ${mode}`, () => {
      const bench = new Bench()
      const random = new TestRandom(6)
      const [rows, samples, stride] = [9, 24, 320] as const
      const widths = randomWidths(random, rows, false)
      const { scale, step, high, low, top, sign } = prepare(bench, widths, flags, 0)
      const x = widths.types.map(({ i }) => randomFloats(random, samples, 2 * powerOfTwo(i)))
      const dy = x.map(() => randomFloats(random, samples))
      const [xs, ys, dys] = [bench.rows(x, stride), bench.room((rows * stride) / 4), bench.rows(dy, stride)]
      const greatest = bench.floats(new Float32Array(rows))
      const size = [rows, stride, samples] as const
      bench.kernels.quantizeRows(
        ys,
        xs,
        scale,
        step,
        high,
        low,
        greatest,
        ...size,
        roundingCode(mode),
        flags,
        0,
        0,
        samples,
        bench.room(8),
      )
      const y = bench.readRows(ys, rows, stride, samples)
      const held = x.map(() => randomFloats(random, samples))
      for (const [row, type] of widths.types.entries()) {
        for (const [s, value] of (x[row] as Float32Array).entries())
          assert.is((y[row]?.[s] ?? Number.NaN) + 0, quantizeValue(value, type, mode, overflow, 'round') + 0)
        assert.is(bench.read(greatest, rows)[row], Math.max(...(y[row] ?? []).map(Math.abs)))
      }
      for (const kind of KINDS) {
        const dxs = bench.rows(held, stride)
        const [df, di] = [bench.floats(new Float32Array(rows)), bench.floats(new Float32Array(rows))]
        const places = [step, high, low, top, sign, df, di] as const
        bench.kernels.quantizeRowsBackward(dxs, dys, xs, ys, ...places, ...size, flags | kind, bench.room(8))
        const dx = bench.readRows(dxs, rows, stride, samples)
        const sums = { f: bench.read(df, rows), i: bench.read(di, rows) }
        for (const [row, type] of widths.types.entries()) {
          const values = x[row] as Float32Array
          const expected = expectedSums(values, dy[row] as Float32Array, type, mode, overflow)
          near(sums.f[row], expected.f, `f of row ${row}`)
          if (flags & QUANTIZE.clip) near(sums.i[row], expected.i, `i of row ${row}`)
          for (const [s, slope] of expected.dx.entries()) {
            const passed = kind & QUANTIZE.mask && !((values[s] as number) > 0) ? 0 : slope
            const before = held[row]?.[s] ?? 0
            const result = kind & QUANTIZE.widthsAlone ? before : passed + (kind & QUANTIZE.accumulate ? before : 0)
            near(dx[row]?.[s], result, `x of ${row}, ${s} with ${kind}`)
          }
        }
      }
    })

    test(`constants and their gradients: ${overflow}, ${mode}`, () => {
      for (const kbi of [false, true]) {
        const bench = new Bench()
        const random = new TestRandom(8)
        const count = 24
        const widths = randomWidths(random, count, kbi)
        const all = flags | (kbi ? QUANTIZE.kbi : 0)
        const { scale, step, high, low, top, sign } = prepare(bench, widths, all, 0)
        const x = Float32Array.from(widths.types, ({ i }) => (random.unit() * 4 - 2) * powerOfTwo(i))
        const dy = randomFloats(random, count)
        const [xs, dys, y] = [bench.floats(x), bench.floats(dy), bench.room(count)]
        bench.kernels.quantizeConstants(y, xs, scale, step, high, low, count, roundingCode(mode), all, 0)
        const dx = bench.floats(new Float32Array(count).fill(1))
        const [df, di] = [bench.room(count), bench.room(count)]
        bench.kernels.quantizeConstantsBackward(dx, df, di, dys, xs, y, step, high, low, top, sign, count, all)
        for (const [at, type] of widths.types.entries()) {
          const value = x[at] as number
          const gradient = quantizerGradient(value, dy[at] as number, type, mode, overflow)
          assert.is(
            (bench.read(y, count)[at] ?? Number.NaN) + 0,
            quantizeValue(value, type, mode, overflow, 'round') + 0,
          )
          near(bench.read(dx, count)[at], 1 + gradient.x, `x of ${at}`)
          near(bench.read(df, count)[at], gradient.f, `f of ${at}`)
          near(bench.read(di, count)[at], kbi ? gradient.i - gradient.f : gradient.i, `i of ${at}`)
        }
      }
    })
  }
}

test('a type without bits gives 0 at inference, for half a step as well', () => {
  for (const [overflow, flags] of CASES) {
    const bench = new Bench()
    const widths = {
      types: [{ k: 0, i: -2, f: 2 }],
      fraction: Float32Array.of(2),
      integer: Float32Array.of(-2),
      sign: Float32Array.of(0),
    }
    const { scale, step, high, low } = prepare(bench, widths, flags, 1)
    const x = bench.floats([0.125, -0.125, 0.25, 3, -3, 0, 0.1, 0.13])
    const y = bench.room(8)
    bench.kernels.quantizeRows(
      y,
      x,
      scale,
      step,
      high,
      low,
      0,
      1,
      32,
      8,
      roundingCode('nearest'),
      flags,
      0,
      0,
      8,
      bench.room(8),
    )
    assert.ok(
      bench.read(y, 8).every((value) => value === 0),
      overflow,
    )
  }
})
