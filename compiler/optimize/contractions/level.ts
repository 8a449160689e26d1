import type { NodeId } from '../../fixed/graph.js'
import { grouped } from '../../grouped.js'
import type { AdderDepths } from '../adder-tree.js'
import type { LinearSum } from '../linear-sums.js'
import type { Rebuilt } from '../rebuild.js'
import { type Shared, type Solved, solveAlike, type Task } from './alike.js'
import { costTogether } from './cost.js'
import { connectedGroups, digitPairs } from './groups.js'
import { contractionOf, inOneOrder } from './problem.js'
import { inOrder, kindOf, type SignedSum, signed } from './signatures.js'
import { partitionsOf } from './tiles.js'

/** Sums that were solved together. */
export interface SolvedPart extends Solved {
  readonly sums: readonly LinearSum[]
}

type Sums = readonly LinearSum[]

/**
 * Adder graphs of sums that do not depend on each other; what the solver does not take is missing. A convolution of many
 * positions is solved in tiles and position by position, and the cheaper is taken: in tiles the solver sees what
 * overlapping windows have in common, alone it tries more, and windows that are built alike meet in equal sums as well.
 */
export function solveLevel(
  sums: Sums,
  isConstant: (id: NodeId) => boolean,
  rebuilt: Rebuilt,
  depths: AdderDepths,
  task: Task,
): readonly SolvedPart[] {
  const known = new Map(sums.map((sum) => [sum, signed(sum, isConstant)]))
  const signedOf = (sum: LinearSum): SignedSum => known.get(sum) ?? signed(sum, isConstant)
  const groups = connectedGroups(sums, isConstant).map((group) => partitionsOf(group, signedOf, task.bounds))
  const solve = (parts: readonly Sums[], shared: Shared): ReadonlyMap<Sums, readonly SolvedPart[]> => {
    const found = new Map<Sums, readonly SolvedPart[]>()
    const kinds = grouped(parts, (part) => kindOf(part.map(signedOf)))
    for (const alike of kinds.values()) {
      const solved = solveKind(alike, signedOf, rebuilt, depths, task, shared)
      for (const [n, part] of alike.entries()) {
        const own = solved[n]
        if (own === undefined) throw new Error('a part without a result')
        if (own !== null) found.set(part, [own])
      }
    }
    // One sum of a finer grid or a wider range than the solver has bits for does not keep the others from being solved.
    const halves = new Map(
      parts.filter((part) => !found.has(part) && part.length > 1).map((part) => [part, halved(part)]),
    )
    if (halves.size === 0) return found
    const smaller = solve([...halves.values()].flat(), shared)
    for (const [part, both] of halves) found.set(part, of(both, smaller))
    return found
  }
  const together = solve(
    groups.flatMap(({ parts }) => parts),
    'beyond effort',
  )
  // One adder graph for all positions: two that differ would have fewer sums in common.
  const alone = solve(
    groups.flatMap(({ positions }) => positions),
    'always',
  )
  return groups.flatMap(({ parts, positions }) => {
    const [first, second] = [of(parts, together), of(positions, alone)]
    const more = countSums(first) - countSums(second)
    if (more !== 0) return more > 0 ? first : second
    return costTogether(second) < costTogether(first) ? second : first
  })
}

function of(parts: readonly Sums[], solved: ReadonlyMap<Sums, readonly SolvedPart[]>): readonly SolvedPart[] {
  return parts.flatMap((part) => solved.get(part) ?? [])
}

function countSums(parts: readonly SolvedPart[]): number {
  return parts.reduce((count, { sums }) => count + sums.length, 0)
}

function halved(sums: Sums): readonly [Sums, Sums] {
  const half = Math.ceil(sums.length / 2)
  return [sums.slice(0, half), sums.slice(half)]
}

/** Parts of equal kernels, as far as that is seen without their nodes, one by one; null for what the solver does not take. */
function solveKind(
  alike: readonly Sums[],
  signedOf: (sum: LinearSum) => SignedSum,
  rebuilt: Rebuilt,
  depths: AdderDepths,
  task: Task,
  shared: Shared,
): readonly (SolvedPart | null)[] {
  const ordered = alike.map((part) => {
    // What stands alone is taken as it comes.
    const sums =
      alike.length > 1
        ? part
            .map(signedOf)
            .sort(inOrder)
            .map(({ sum }) => sum)
        : part
    const contraction = contractionOf(sums, rebuilt, depths)
    return { sums, contraction: contraction && alike.length > 1 ? inOneOrder(contraction) : contraction }
  })
  const read = ordered.flatMap(({ sums, contraction }) => (contraction === null ? [] : [{ sums, contraction }]))
  const pairs = digitPairs(read[0]?.sums ?? [])
  const contractions = read.map(({ contraction }) => contraction)
  const solved = solveAlike(contractions, pairs, rebuilt.builder, task, shared)
  const found = new Map(read.map(({ sums }, n) => [sums, solved[n] ?? null]))
  return ordered.map(({ sums }) => {
    const own = found.get(sums) ?? null
    return own && { ...own, sums }
  })
}
