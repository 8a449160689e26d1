import * as assert from 'uvu/assert'
import { type CostTerm, evaluateTerm } from '../../../compiler/ebops/terms.js'
import { ceilLog2, powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { roundNearestEven } from '../../../compiler/numeric/fixed-quantizer.js'
import { leastForMagnitude } from '../../../runtime/train/tracking.js'
import { isPressed } from '../../../runtime/train/width-entries.js'
import { TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'
import { Bench, randomFloats } from './bench.js'

const test = suite('kernels of widths and EBOPs')

for (const groups of [1, 2, 7, 16]) {
  test(`bits of ${groups} groups as EBOPs count them, and their penalty`, () => {
    const random = new TestRandom(groups)
    const [fraction, integer] = [randomFloats(random, groups, 6), randomFloats(random, groups, 4)]
    const sign = Float32Array.from({ length: groups }, () => random.integer(0, 1))
    fraction[0] = 2.5
    integer[0] = -2.5
    for (const [kif, signed] of [
      [true, true],
      [true, false],
      [false, false],
      [false, true],
    ] as const) {
      const bench = new Bench()
      const [bits, slopes] = [bench.doubles(new Float64Array(groups + 1).fill(9)), bench.doubles([...fraction, 9])]
      const widths = [fraction, kif ? integer : null, signed ? sign : null] as const
      const [f = 0, i = 0, k = 0] = widths.map((values) => (values === null ? 0 : bench.floats(values)))
      bench.kernels.fillWidths(bits, slopes, f, i, k, groups)
      const expected = Array.from(fraction, (width, at) => {
        const whole = roundNearestEven(width) + (kif ? roundNearestEven(integer[at] as number) : 0)
        return Math.max(0, whole + (signed ? (sign[at] as number) : 0)) + 0
      })
      // What follows the last group belongs to another quantizer.
      assert.equal([...bench.readDoubles(bits, groups + 1)], [...expected, 9])
      assert.equal([...bench.readDoubles(slopes, groups + 1)], [...new Array(groups).fill(0), 9])

      const gradient = randomFloats(random, groups)
      const given = Array.from({ length: groups }, () => random.unit() * 1e4)
      const [target, pressure] = [bench.floats([...gradient, 9]), bench.doubles([1e-3])]
      bench.kernels.addPenalty(target, bits, bench.doubles(given), kif ? 0 : f, groups, 1e-4, pressure)
      const penalized = Float32Array.from(gradient, (held, at) => {
        const pressed = isPressed(kif ? 'kif' : 'kbi', fraction[at] as number, expected[at] as number)
        return held + (1e-4 + (pressed ? 1e-3 * (given[at] as number) : 0))
      })
      assert.equal([...bench.read(target, groups + 1)], [...penalized, 9])
    }
  })
}

test('gradients of elements go to their groups', () => {
  const random = new TestRandom(4)
  const [groupOf, groups] = [[0, 2, 1, 0, 2, 2, 1], 3]
  const [df, di] = [randomFloats(random, groupOf.length), randomFloats(random, groupOf.length)]
  for (const kbi of [false, true]) {
    const bench = new Bench()
    const start = randomFloats(random, groups)
    const [fraction, integer] = [bench.floats(start), bench.floats(start)]
    const map = bench.words(groupOf)
    const [fs, is] = [bench.floats(df), bench.floats(di)]
    bench.kernels.addWidthGradients(fraction, integer, fs, is, map, groupOf.length, kbi ? 1 : 0)
    const expected = { f: Float32Array.from(start), i: Float32Array.from(start) }
    for (const [e, group] of groupOf.entries()) {
      const [f, i] = [df[e] as number, di[e] as number]
      expected.f[group] = (expected.f[group] as number) + f
      expected.i[group] = (expected.i[group] as number) + (kbi ? i - f : i)
    }
    assert.equal(bench.read(fraction, groups), expected.f)
    assert.equal(bench.read(integer, groups), expected.i)
    bench.kernels.addWidthGradients(fraction, 0, fs, 0, map, groupOf.length, 0)
    bench.kernels.addWidthGradients(0, integer, fs, is, map, groupOf.length, 0)
  }
})

/** Integer bits that follow magnitudes, as runtime/train/reference/quantizer.ts has them follow. */
function tracked(
  given: { readonly integer: Float32Array; readonly fraction: Float32Array; readonly kbi: boolean },
  extremes: readonly number[],
  decay: number,
): Float32Array {
  return given.integer.map((held, group) => {
    const extreme = extremes[group] as number
    const bits = roundNearestEven(given.fraction[group] as number)
    const least = given.kbi ? leastForMagnitude(extreme, bits) : ceilLog2(extreme + powerOfTwo(-bits))
    return Math.min(Math.max(held - decay, least, -5), 6)
  })
}

for (const kbi of [false, true]) {
  test(`integer bits follow the data: ${kbi ? 'kbi' : 'kif'}`, () => {
    const random = new TestRandom(kbi ? 1 : 2)
    const hard = [0, 1, 0.5, 2, 4, 3.9999998, 4.0000005, 1e-40, 2 ** -30, 1e30, Number.POSITIVE_INFINITY, 0.24999999]
    for (const decay of [0.01, Number.POSITIVE_INFINITY])
      for (let round = 0; round < 30; round++) {
        const bench = new Bench()
        const eachAlone = round % 2 === 1
        const elements = [16, 1, 5, 13][(round >> 1) % 4] as number
        const [groups, arrays] = [eachAlone ? elements : Math.min(elements, 5), 3]
        const groupOf = Array.from({ length: elements }, (_, e) => (eachAlone ? e : random.integer(0, groups - 1)))
        const parts = Array.from({ length: arrays }, () =>
          Float32Array.from({ length: elements }, () => {
            const value = random.integer(0, 2) === 0 ? random.unit() * 9 : (hard[random.integer(0, 11)] as number)
            return random.integer(0, 1) === 0 ? value : -value
          }),
        )
        const integer = Float32Array.from({ length: groups }, () => random.integer(-6, 6) + random.unit())
        const fraction = Float32Array.from({ length: groups }, () => random.integer(-3, 8) + random.unit())
        const extremes = Array.from({ length: groups }, (_, group) =>
          Math.max(0, ...parts.flatMap((values) => [...values].map(Math.abs).filter((_, e) => groupOf[e] === group))),
        )
        const place = bench.floats(integer)
        // What stands behind the elements of an array is none of them.
        const values = bench.floats(parts.flatMap((each) => [...each, ...Array(16 - elements).fill(2 ** 60)]))
        const [map, room] = [eachAlone ? 0 : bench.words(groupOf), bench.room(groups)]
        const sizes = [arrays, 64, map, elements, groups, room, kbi ? 1 : 0, decay, -5, 6] as const
        bench.kernels.trackWidths(place, bench.floats(fraction), values, ...sizes)
        assert.equal(bench.read(place, groups), tracked({ integer, fraction, kbi }, extremes, decay))
      }
  })
}

test('slopes of every kind of term are those of its evaluation', () => {
  const random = new TestRandom(7)
  const entries = (count: number, low = 0, high = 19): Int32Array =>
    Int32Array.from({ length: count }, () => random.integer(low, high))
  for (let round = 0; round < 50; round++) {
    const bench = new Bench()
    const widths = Float64Array.from({ length: 40 }, () => random.integer(0, 9))
    const slopes = Float64Array.from({ length: 40 }, () => random.unit())
    const [rows, columns, terms, size] = [1 + (round % 3), 1 + (round % 7), 1 + (round % 4), 1 + (round % 5)]
    const [left, right] = [entries(rows * terms), entries(columns * terms)]
    const first = entries(terms, 20, 40 - columns)
    const runs = Int32Array.from({ length: columns * terms }, (_, at) => {
      return (first[Math.floor(at / columns)] as number) + (at % columns)
    })
    const single = entries(terms)
    const groups = entries(terms * size)
    const which = round % 2 === 0 ? 'widest' : 'narrowest'
    const place = bench.doubles(slopes)
    const bits = bench.doubles(widths)
    const table = (given: Int32Array): number => bench.words(given)
    const made: readonly (readonly [CostTerm, () => number])[] = [
      [
        { kind: 'contraction', terms, rows, columns, left, right },
        () => bench.kernels.costContraction(place, bits, table(left), table(right), terms, rows, columns),
      ],
      [
        { kind: 'contraction', terms, rows: 1, columns, left: single, right: runs },
        () => bench.kernels.costRuns(place, bits, table(single), table(first), terms, columns),
      ],
      [
        { kind: 'sum', entries: groups, factor: 0.65 },
        () => bench.kernels.costSum(place, table(groups), groups.length, 0.65),
      ],
      [
        { kind: 'products', left: single, right: first },
        () => bench.kernels.costProducts(place, bits, table(single), table(first), terms),
      ],
      [
        { kind: 'choice', groups, size, which, factor: -0.65 },
        () => bench.kernels.costChoice(place, bits, table(groups), terms, size, which === 'widest' ? 1 : 0, -0.65),
      ],
    ]
    for (const [term, run] of made) {
      evaluateTerm(term, widths, slopes)
      run()
      assert.equal(bench.readDoubles(place, 40), slopes, term.kind)
    }
  }
})
