import * as assert from 'uvu/assert'
import { CONTRACT } from '../../../runtime/kernels/codes.js'
import { panelBytes } from '../../../runtime/train/engine/contraction/panels.js'
import { TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'
import { Bench, randomFloats } from './bench.js'

const test = suite('kernels that contract')
const STRIDE = 80 * 4
const SIZES = [
  [1, 1, 8],
  [3, 5, 8],
  [4, 4, 64],
  [5, 8, 24],
  [7, 9, 40],
  [16, 3, 16],
  [2, 17, 56],
] as const

function near(found: number, expected: number, what: string): void {
  assert.ok(Math.abs(found - expected) <= 1e-5 * (1 + Math.abs(expected)), `${what}: ${found} instead of ${expected}`)
}

/** Rows of random numbers; two jobs take them from row 0 and from row `count`. */
function randomRows(random: TestRandom, count: number, samples: number): Float32Array[] {
  return Array.from({ length: count }, () => randomFloats(random, samples))
}

function at(rows: readonly Float32Array[], row: number, sample: number): number {
  return rows[row]?.[sample] ?? Number.NaN
}

for (const [k, n, samples] of SIZES) {
  for (const flags of [0, CONTRACT.accumulate, CONTRACT.relu, CONTRACT.accumulate | CONTRACT.relu]) {
    test(`contract: ${k} to ${n}, ${samples} samples, flags ${flags}`, () => {
      const bench = new Bench()
      const random = new TestRandom(k * 100 + n)
      const x = randomRows(random, 2 * k, samples)
      const held = randomRows(random, 2 * n, samples)
      const a = Array.from({ length: k }, () => randomFloats(random, n))
      const bias = randomFloats(random, n)
      const panels: number[] = []
      for (let column = 0; column < n; column += 4)
        for (let row = 0; row < k; row++) for (let lane = 0; lane < 4; lane++) panels.push(a[row]?.[column + lane] ?? 0)
      const y = bench.rows(held, STRIDE)
      // The second job has no bias.
      const table = bench.words([0, 0, 0, 0, k * STRIDE, n * STRIDE, 0, -1])
      const xs = bench.rows(x, STRIDE)
      bench.kernels.contract(
        table,
        2,
        xs,
        STRIDE,
        y,
        STRIDE,
        bench.floats(panels),
        bench.floats(bias),
        k,
        n,
        samples,
        flags,
      )
      const found = bench.readRows(y, 2 * n, STRIDE, samples)
      for (let job = 0; job < 2; job++)
        for (let column = 0; column < n; column++)
          for (let s = 0; s < samples; s++) {
            let sum = job === 0 ? (bias[column] as number) : 0
            for (let row = 0; row < k; row++) sum += (a[row]?.[column] ?? 0) * at(x, job * k + row, s)
            if (flags & CONTRACT.accumulate) sum += at(held, job * n + column, s)
            if (flags & CONTRACT.relu) sum = Math.max(sum, 0)
            near(at(found, job * n + column, s), sum, `job ${job}, column ${column}, sample ${s}`)
          }
    })
  }

  for (const begins of [0, 1])
    test(`outerProducts: ${k} by ${n}, ${samples} samples, begins ${begins}`, () => {
      const bench = new Bench()
      const random = new TestRandom(k * 100 + n)
      const x = randomRows(random, 2 * k, samples)
      const dy = randomRows(random, 2 * n, samples)
      const width = Math.ceil(n / 8) * 8
      const held = randomFloats(random, k * width)
      const dw = bench.floats(held)
      const table = bench.words([0, 0, 0, 0, k * STRIDE, n * STRIDE, 0, 0])
      const [xs, dys] = [bench.rows(x, STRIDE), bench.rows(dy, STRIDE)]
      const scratch = bench.room(samples * width + width + k + 16)
      bench.kernels.outerProducts(table, 2, xs, STRIDE, dys, STRIDE, dw, scratch, k, n, width, samples, begins)
      const found = bench.read(dw, k * width)
      for (let row = 0; row < k; row++)
        for (let column = 0; column < width; column++) {
          let sum = begins === 1 ? 0 : (held[row * width + column] as number)
          if (column < n)
            for (let job = 0; job < 2; job++)
              for (let s = 0; s < samples; s++) sum += at(x, job * k + row, s) * at(dy, job * n + column, s)
          near(found[row * width + column] as number, sum, `${row}, ${column}`)
        }
    })
}

test('outerProducts starts each of its sums anew at the first entry that adds to it', () => {
  const bench = new Bench()
  const x = randomRows(new TestRandom(11), 3, 16)
  const dw = bench.floats(new Float32Array(16).fill(5))
  // The first two add to one sum, the third to another; one factor is the same in all.
  const table = bench.words([0, 1, 2].flatMap((row) => [row * STRIDE, 0, row === 2 ? 32 : 0, 0]))
  const [rows, ones] = [bench.rows(x, STRIDE), bench.rows([new Float32Array(16).fill(1)], STRIDE)]
  bench.kernels.outerProducts(table, 3, rows, STRIDE, ones, STRIDE, dw, bench.room(16 * 8 + 8 + 1 + 16), 1, 1, 8, 16, 1)
  const sums = x.map((row) => row.reduce((sum, value) => sum + value, 0))
  const found = bench.read(dw, 16)
  near(found[0] as number, (sums[0] as number) + (sums[1] as number), 'the first sum')
  near(found[8] as number, sums[2] as number, 'the second sum')
})

/** Rows of random numbers of which a share is 0 throughout, and the others here and there; zeros have either sign. */
function rowsWithZeros(random: TestRandom, count: number, samples: number, share: number): Float32Array[] {
  return randomRows(random, count, samples).map((row) => {
    const isZero = random.unit() < share
    return row.map((value) => (isZero || random.unit() < 0.3 ? Math.sign(value) * 0 : value))
  })
}

test('outerProducts leaves rows of zeros out and gives the bits that it would with them', () => {
  const random = new TestRandom(31)
  const seen = { fewer: 0, all: 0 }
  for (const [k, n, samples] of [...SIZES, [16, 64, 80], [9, 33, 64], [6, 24, 8]] as const)
    for (const [ofX, ofDy] of [
      [0, 0],
      [0.5, 0],
      [0, 0.8],
      [0.5, 0.5],
      [1, 0.2],
      [0.2, 1],
    ] as const)
      for (const begins of [0, 1]) {
        const bench = new Bench()
        const x = rowsWithZeros(random, 2 * k, samples, ofX)
        const dy = rowsWithZeros(random, 2 * n, samples, ofDy)
        const alive = (rows: readonly Float32Array[]): number =>
          rows.filter((row) => row.some((each) => each !== 0)).length
        seen[alive(x.slice(0, k)) < k || alive(dy.slice(0, n)) + 8 <= n ? 'fewer' : 'all']++
        const width = Math.ceil(n / 8) * 8
        const held = randomFloats(random, k * width)
        const dw = bench.floats([...held, ...new Float32Array(8).fill(7)])
        const floats = samples * width + width + k + 16
        const scratch = bench.room(floats + 8)
        // Both add to the same sums.
        const table = bench.words([0, 0, 0, 0, k * STRIDE, n * STRIDE, 0, 0])
        const [xs, dys] = [bench.rows(x, STRIDE), bench.rows(dy, STRIDE)]
        bench.kernels.outerProducts(table, 2, xs, STRIDE, dys, STRIDE, dw, scratch, k, n, width, samples, begins)
        const expected = held.map((value, place) => {
          const [row, column] = [Math.floor(place / width), place % width]
          let sum = begins === 1 ? 0 : value
          for (let job = 0; job < 2; job++) {
            let own = 0
            for (let s = 0; s < samples && column < n; s++)
              own = Math.fround(own + Math.fround(at(x, job * k + row, s) * at(dy, job * n + column, s)))
            sum = Math.fround(sum + own)
          }
          return sum
        })
        const what = `${k} by ${n}, ${samples} samples, zeros ${ofX} and ${ofDy}, begins ${begins}`
        assert.equal(new Uint32Array(bench.read(dw, k * width).buffer), new Uint32Array(expected.buffer), what)
        assert.equal(bench.read(dw + k * width * 4, 8), new Float32Array(8).fill(7), what)
        assert.equal(bench.read(scratch + floats * 4, 8), new Float32Array(8).fill(1234.5), what)
      }
  assert.ok(seen.fewer > 30 && seen.all > 30, JSON.stringify(seen))
})

test('packPanels puts columns into panels of four, with zeros beyond the last', () => {
  for (let columns = 1; columns <= 9; columns++)
    for (const inner of [1, 3, 4, 6])
      for (const [innerStride, columnStride] of [
        [columns, 1],
        [1, inner],
        [2, 2 * inner + 1],
      ] as const) {
        const bench = new Bench()
        const source = randomFloats(new TestRandom(columns), inner * innerStride + columns * columnStride)
        const size = Math.ceil(columns / 4) * 4 * inner
        const target = bench.room(size + 8)
        bench.kernels.packPanels(target, bench.floats(source), inner, columns, innerStride * 4, columnStride * 4)
        const expected = Float32Array.from({ length: size }, (_, at) => {
          const [lane, i, panel] = [at % 4, Math.floor(at / 4) % inner, Math.floor(at / 4 / inner)]
          const column = 4 * panel + lane
          return column < columns ? (source[i * innerStride + column * columnStride] as number) : 0
        })
        assert.equal(bench.read(target, size), expected)
        assert.equal(bench.read(target + size * 4, 8), new Float32Array(8).fill(1234.5))
      }
})

/** Numbers of which a share is other than 0; zeros have either sign. */
function sparseFloats(random: TestRandom, count: number, share: number): Float32Array {
  return randomFloats(random, count).map((value) => (random.unit() < share ? value : Math.sign(value) * 0))
}

test('sums over lists have the bits of sums over panels, and there are lists where at most half of the weights count', () => {
  const random = new TestRandom(21)
  const seen = { listed: 0, not: 0 }
  for (const [inner, columns, samples] of [...SIZES, [33, 10, 72], [64, 32, 64]] as const)
    for (const share of [0, 0.1, 0.4, 0.5, 0.6, 1])
      for (const flags of [0, CONTRACT.accumulate, CONTRACT.relu, CONTRACT.accumulate | CONTRACT.relu]) {
        const bench = new Bench()
        const weights = sparseFloats(random, inner * columns, share)
        const words = panelBytes(inner, columns) / 4
        const panels = bench.room(2 * words + 8)
        for (let copy = 0; copy < 2; copy++) {
          const target = panels + copy * words * 4
          bench.kernels.packPanels(target, bench.floats(weights), inner, columns, columns * 4, 4)
          bench.kernels.listWeights(target, inner, columns, STRIDE)
        }
        assert.equal(
          bench.read(panels + 2 * words * 4, 8),
          new Float32Array(8).fill(1234.5),
          'nothing behind is written',
        )
        const listed = 2 * weights.filter((weight) => weight !== 0).length <= inner * columns
        assert.is(bench.readWord(panels + Math.ceil(columns / 4) * 4 * inner * 4), listed ? 1 : 0)
        seen[listed ? 'listed' : 'not']++
        const xs = bench.rows(randomRows(random, 2 * inner, samples), STRIDE)
        const bias = bench.floats(randomFloats(random, columns))
        const held = randomRows(random, 2 * columns, samples)
        // The second entry has panels of its own and no bias.
        const table = bench.words([0, 0, 0, 0, inner * STRIDE, columns * STRIDE, words * 4, -1])
        const sums = [0, CONTRACT.listed].map((how) => {
          const y = bench.rows(held, STRIDE)
          bench.kernels.contract(
            ...[table, 2, xs, STRIDE, y, STRIDE, panels, bias, inner, columns, samples, flags | how],
          )
          return bench.readRows(y, 2 * columns, STRIDE, samples).map((row) => new Uint32Array(row.buffer))
        })
        assert.equal(sums[1], sums[0], `${inner} to ${columns}, ${share} of the weights, flags ${flags}`)
      }
  assert.ok(seen.listed > 50 && seen.not > 50)
})

test('contractData adds products of rows, over what is there where told so', () => {
  for (const flags of [0, CONTRACT.accumulate]) {
    const bench = new Bench()
    const random = new TestRandom(7)
    const [left, right] = [randomRows(random, 5, 24), randomRows(random, 4, 24)]
    const held = randomRows(random, 2, 24)
    const terms = [
      [0, 3, 4, 0, 1, 1],
      [2, 2, 2, 3, 3, 0],
    ] as const
    const words = terms.flatMap((pairs, output) => [output * STRIDE, ...pairs.map((row) => row * STRIDE)])
    const y = bench.rows(held, STRIDE)
    const [a, b] = [bench.rows(left, STRIDE), bench.rows(right, STRIDE)]
    bench.kernels.contractData(bench.words(words), 2, 3, a, b, y, 24, flags)
    const found = bench.readRows(y, 2, STRIDE, 24)
    for (const [output, pairs] of terms.entries())
      for (let s = 0; s < 24; s++) {
        let sum = flags === 0 ? 0 : at(held, output, s)
        for (let term = 0; term < 6; term += 2)
          sum += at(left, pairs[term] as number, s) * at(right, pairs[term + 1] as number, s)
        near(at(found, output, s), sum, `output ${output}, sample ${s}`)
      }
  }
})

test('sumSamples adds each row to the element that it stands for', () => {
  const bench = new Bench()
  const x = randomRows(new TestRandom(3), 3, 40)
  const target = bench.floats([1, 2])
  bench.kernels.sumSamples(target, bench.words([1, 0, 1]), bench.rows(x, STRIDE), STRIDE, 3, 40, bench.room(8))
  const sums = x.map((row) => row.reduce((sum, value) => sum + value, 0))
  const found = bench.read(target, 2)
  near(found[0] as number, 1 + (sums[1] as number), 'element 0')
  near(found[1] as number, 2 + (sums[0] as number) + (sums[2] as number), 'element 1')
})
