import type { NodeId } from '../../fixed/graph.js'
import type { LinearSum } from '../linear-sums.js'
import { digitPairs, inBoundedParts, MOST_COLUMNS, MOST_ROWS, nodesRead } from './groups.js'
import { linesOf, type Position, positionsOf } from './positions.js'

/**
 * Pairs of digits up to which sums are solved together, whatever they are; and what a tile of a larger convolution has.
 * Windows that overlap have sums of two terms in common, so larger tiles need fewer adders (test/bench/convolutions.ts).
 */
const MOST_JOINT_PAIRS = Number(process.env['JP'] ?? 150_000)
const MOST_TILE_PAIRS = Number(process.env['TP'] ?? 40_000)

/** Positions by kind at the least: with fewer it is no convolution, but chance. */
const LEAST_REPEATS = 2

/** How connected sums may be solved: in these parts, and position by position where it is a convolution of many. */
export interface Partitions {
  readonly parts: readonly (readonly LinearSum[])[]
  readonly positions: readonly (readonly LinearSum[])[]
}

/**
 * Connected sums in parts that are solved one by one. A convolution of many positions is cut into tiles, as square as can
 * be and alike, so that most of them are one problem; anything else stays together as far as the solver's bounds allow.
 */
export function partitionsOf(group: readonly LinearSum[], isConstant: (id: NodeId) => boolean): Partitions {
  const isSmall = group.length <= MOST_COLUMNS && nodesRead(group).size <= MOST_ROWS
  if (isSmall && digitPairs(group) <= MOST_JOINT_PAIRS) return { parts: [group], positions: [] }
  const positions = positionsOf(group, isConstant)
  const kinds = new Set(positions.map(({ kind }) => kind)).size
  if (positions.length < LEAST_REPEATS * kinds) return { parts: inBoundedParts(group), positions: [] }
  return {
    parts: tiles(linesOf(positions)).flatMap(inBoundedParts),
    positions: positions.flatMap(({ sums }) => inBoundedParts(sums)),
  }
}

function tiles(lines: readonly (readonly Position[])[]): readonly (readonly LinearSum[])[] {
  const positions = lines.flat()
  const pairs = positions.reduce((most, { sums }) => Math.max(most, digitPairs(sums)), 1)
  const columns = positions.reduce((most, { sums }) => Math.max(most, sums.length), 1)
  const count = Math.max(1, Math.floor(Math.min(MOST_TILE_PAIRS / pairs, MOST_COLUMNS / columns)))
  for (let side = Math.max(1, Math.floor(Math.sqrt(count))); ; side--) {
    const height = Math.min(side, lines.length)
    const found = tiled(lines, height, Math.max(1, Math.floor(count / height)))
    if (side === 1 || found.every((sums) => nodesRead(sums).size <= MOST_ROWS)) return found
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
      return (pieces[0] ?? []).map((_, n) =>
        pieces.flatMap((line) => line[n] ?? []).flatMap(({ sums }) => sums),
      )
    }),
  )
}

/** The list in pieces of `most` or one less, as far as its length allows. */
function evenly<T>(list: readonly T[], most: number): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / most)
  return Array.from({ length: count }, (_, n) =>
    list.slice(Math.floor((n * list.length) / count), Math.floor(((n + 1) * list.length) / count)),
  )
}
