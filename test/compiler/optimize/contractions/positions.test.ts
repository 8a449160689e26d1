import * as assert from 'uvu/assert'
import { BOUNDS, type Bounds } from '../../../../compiler/optimize/contractions/bounds.js'
import { connectedGroups, inBoundedParts } from '../../../../compiler/optimize/contractions/groups.js'
import { linesOf, positionsOf } from '../../../../compiler/optimize/contractions/positions.js'
import { type SignedSum, signed } from '../../../../compiler/optimize/contractions/signatures.js'
import { partitionsOf } from '../../../../compiler/optimize/contractions/tiles.js'
import type { LinearSum } from '../../../../compiler/optimize/linear-sums.js'
import { TestRandom } from '../../../fixtures/calibrated.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/contractions/positions')

/** Node 0 is a constant, those from 1 on are elements of a tensor. */
const isConstant = (id: number): boolean => id === 0
const signedOf = (each: LinearSum): SignedSum => signed(each, isConstant)
const sum = (id: number, factors: readonly (readonly [node: number, factor: number])[]): LinearSum => ({
  id,
  parts: factors.map(([node, factor]) => ({ node, factor: { mantissa: BigInt(factor), exponent: 0 } })),
})

/** Filters of 2 by 2 over rows of so many columns; the second has a hole in it, and its sums were made after all others. */
function twoFilters(rows: number, columns: number): readonly LinearSum[] {
  const at = (row: number, column: number): number => 1 + row * columns + column
  const positions = Array.from({ length: (rows - 1) * (columns - 1) }, (_, n) => {
    return [Math.floor(n / (columns - 1)), n % (columns - 1)] as const
  })
  const filter = (id: number, [a, b, c, d]: readonly [number, number, number, number]): readonly LinearSum[] =>
    positions.map(([row, column], n) =>
      sum(
        id + n,
        (
          [
            [at(row, column), a],
            [at(row, column + 1), b],
            [at(row + 1, column), c],
            [at(row + 1, column + 1), d],
            [0, n % 3],
          ] as const
        ).filter(([, factor]) => factor !== 0),
      ),
    )
  return [...filter(100, [3, 5, 7, 9]), ...filter(200, [11, 0, 13, 3])]
}

test('positions are found whatever is pruned and in which order sums are made, and stand in lines', () => {
  const positions = positionsOf(twoFilters(5, 7).map(signedOf))
  assert.is(positions.length, 4 * 6)
  for (const { sums } of positions) assert.equal(sums.map(({ signature }) => signature).length, 2)
  assert.is(new Set(positions.map(({ kind }) => kind)).size, 1)
  assert.equal(
    linesOf(positions).map((line) => line.length),
    [6, 6, 6, 6],
  )
})

test('every sum is in one part, and in one position', () => {
  const sums = twoFilters(9, 9)
  const { parts, positions } = partitionsOf(sums, signedOf, { ...BOUNDS, jointPairs: 0, tilePairs: 200 })
  const ids = (lists: readonly (readonly LinearSum[])[]): readonly number[] =>
    lists
      .flat()
      .map(({ id }) => id)
      .sort((a, b) => a - b)
  assert.equal(ids(parts), ids([sums]))
  assert.equal(ids(positions), ids([sums]))
  assert.ok(parts.length > 1 && parts.length < positions.length)
})

test('what is small stays whole, and sums that weigh the same by chance are not taken for positions', () => {
  const sums = twoFilters(5, 7)
  assert.equal(partitionsOf(sums, signedOf, BOUNDS), { parts: [sums], positions: [] })
  const random = new TestRandom(7)
  const dense = Array.from({ length: 40 }, (_, id) =>
    sum(
      id,
      Array.from({ length: 30 }, (__, node) => [node + 1, random.integer(-40, 40)] as const).filter(
        ([, factor]) => factor !== 0,
      ),
    ),
  )
  const bounds = { ...BOUNDS, jointPairs: 0 }
  assert.equal(partitionsOf(dense, signedOf, bounds), { parts: inBoundedParts(dense, bounds), positions: [] })
})

test('many entries to compare, or to keep, are not one part', () => {
  const sums = twoFilters(9, 9)
  const isWhole = (bounds: Bounds): boolean => partitionsOf(sums, signedOf, bounds).parts.length === 1
  // 128 sums read all of 81 elements and the constant.
  const [entries, rows] = [sums.length ** 2 * 82, 82]
  const small = { ...BOUNDS, rows: 20 }
  assert.ok(isWhole({ ...small, comparisons: entries, jointRows: rows }))
  assert.not.ok(isWhole({ ...small, comparisons: entries - 1 }))
  assert.not.ok(isWhole({ ...small, jointRows: rows - 1 }))
})

test('a constant that two sums read does not join them', () => {
  const sums = [
    sum(10, [
      [1, 3],
      [0, 1],
    ]),
    sum(11, [
      [2, 3],
      [0, 1],
    ]),
    sum(12, [
      [2, 5],
      [3, 1],
    ]),
  ]
  assert.equal(
    connectedGroups(sums, isConstant).map((group) => group.map(({ id }) => id)),
    [[10], [11, 12]],
  )
})
