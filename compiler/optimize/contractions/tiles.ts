import type { LinearSum } from '../linear-sums.js'
import type { Bounds } from './bounds.js'
import { digitPairs, inBoundedParts, nodesRead } from './groups.js'
import { linesOf, type Position, positionsOf } from './positions.js'
import type { SignedSum } from './signatures.js'

/** Positions by kind at the least: with fewer it is no convolution, but chance. */
const LEAST_REPEATS = 2

/**
 * How connected sums may be solved: part by part, and position by position where they are a convolution of many. Windows
 * that overlap have sums of two terms in common, which the solver sees within a part alone.
 */
export interface Partitions {
  readonly parts: readonly (readonly LinearSum[])[]
  readonly positions: readonly (readonly LinearSum[])[]
}

/**
 * How connected sums are cut up. A convolution of many positions is cut into tiles, as square as can be and alike, so that
 * most of them are one problem; anything else stays together as far as the solver's bounds allow.
 */
export function partitionsOf(
  group: readonly LinearSum[],
  signedOf: (sum: LinearSum) => SignedSum,
  bounds: Bounds,
): Partitions {
  const rows = nodesRead(group).size
  const isComparable = rows <= bounds.jointRows && group.length ** 2 * rows <= bounds.comparisons
  if (isComparable && digitPairs(group) <= bounds.jointPairs) return { parts: [group], positions: [] }
  const positions = positionsOf(group.map(signedOf))
  const kinds = new Set(positions.map(({ kind }) => kind)).size
  if (positions.length < LEAST_REPEATS * kinds) return { parts: inBoundedParts(group, bounds), positions: [] }
  return {
    parts: tiles(linesOf(positions), bounds).flatMap((sums) => inBoundedParts(sums, bounds)),
    positions: positions.flatMap((position) => inBoundedParts(sumsOf(position), bounds)),
  }
}

function tiles(lines: readonly (readonly Position[])[], bounds: Bounds): readonly (readonly LinearSum[])[] {
  const positions = lines.flat()
  const pairs = positions.reduce((most, { sums }) => Math.max(most, digitPairs(sums.map(({ sum }) => sum))), 1)
  const columns = positions.reduce((most, { sums }) => Math.max(most, sums.length), 1)
  const count = Math.max(1, Math.floor(Math.min(bounds.tilePairs / pairs, bounds.columns / columns)))
  for (let side = Math.max(1, Math.floor(Math.sqrt(count))); ; side--) {
    const height = Math.min(side, lines.length)
    const found = tiled(lines, height, Math.max(1, Math.floor(count / height)))
    if (side === 1 || found.every((sums) => nodesRead(sums).size <= bounds.rows)) return found
  }
}

/** Stacks of lines of one length, cut across and along. */
function tiled(
  lines: readonly (readonly Position[])[],
  height: number,
  width: number,
): readonly (readonly LinearSum[])[] {
  const stacks: (readonly Position[])[][] = []
  for (const line of lines) {
    const stack = stacks.at(-1)
    if (stack?.[0]?.length === line.length) stack.push(line)
    else stacks.push([line])
  }
  return stacks.flatMap((stack) =>
    evenly(stack, height).flatMap((some) => {
      const pieces = some.map((line) => evenly(line, width))
      return (pieces[0] ?? []).map((_, n) => pieces.flatMap((line) => line[n] ?? []).flatMap(sumsOf))
    }),
  )
}

function sumsOf({ sums }: Position): readonly LinearSum[] {
  return sums.map(({ sum }) => sum)
}

/** The list in pieces of `most` or one less, as far as its length allows. */
function evenly<T>(list: readonly T[], most: number): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / most)
  return Array.from({ length: count }, (_, n) =>
    list.slice(Math.floor((n * list.length) / count), Math.floor(((n + 1) * list.length) / count)),
  )
}
