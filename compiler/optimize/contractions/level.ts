import type { NodeId } from '../../fixed/graph.js'
import type { AdderDepths } from '../adder-tree.js'
import type { LinearSum } from '../linear-sums.js'
import type { Rebuilt } from '../rebuild.js'
import { type Solved, solveAlike, type Task } from './alike.js'
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
  const groups = connectedGroups(sums, isConstant).map((group) => partitionsOf(group, isConstant, task.bounds))
  const signedOf = new Map(sums.map((sum) => [sum, signed(sum, isConstant)]))
  const solve = (parts: readonly Sums[], effort: number): ReadonlyMap<Sums, SolvedPart> => {
    const kinds = new Map<string, (readonly SignedSum[])[]>()
    const partOf = new Map<readonly SignedSum[], Sums>()
    for (const part of parts) {
      const own = part.flatMap((sum) => signedOf.get(sum) ?? [])
      const kind = kindOf(own)
      kinds.set(kind, [...(kinds.get(kind) ?? []), own])
      partOf.set(own, part)
    }
    const found = new Map<Sums, SolvedPart>()
    for (const alike of kinds.values()) {
      for (const [own, solved] of solveKind(alike, rebuilt, depths, { ...task, bounds: { ...task.bounds, effort } })) {
        found.set(partOf.get(own) ?? [], solved)
      }
    }
    return found
  }
  const together = solve(
    groups.flatMap(({ parts }) => parts),
    task.bounds.effort,
  )
  // One adder graph for all positions: two that differ would have fewer sums in common.
  const alone = solve(
    groups.flatMap(({ positions }) => positions),
    0,
  )
  return groups.flatMap(({ parts, positions }) => {
    const [first, second] = [of(parts, together), of(positions, alone)]
    if (second.length === 0 || second.length < positions.length) return first
    if (first.length < parts.length) return second
    return costTogether(second) < costTogether(first) ? second : first
  })
}

function of(parts: readonly Sums[], solved: ReadonlyMap<Sums, SolvedPart>): readonly SolvedPart[] {
  return parts.flatMap((part) => solved.get(part) ?? [])
}

/** Parts of equal kernels, as far as that is seen without their nodes; without those that the solver does not take. */
function solveKind(
  alike: readonly (readonly SignedSum[])[],
  rebuilt: Rebuilt,
  depths: AdderDepths,
  task: Task,
): ReadonlyMap<readonly SignedSum[], SolvedPart> {
  const read = alike.flatMap((part) => {
    // What stands alone is taken as it comes.
    const ordered = alike.length > 1 ? [...part].sort(inOrder) : part
    const sums = ordered.map(({ sum }) => sum)
    const contraction = contractionOf(sums, rebuilt, depths)
    if (contraction === null) return []
    return [{ part, sums, contraction: alike.length > 1 ? inOneOrder(contraction) : contraction }]
  })
  const pairs = digitPairs(read[0]?.sums ?? [])
  const contractions = read.map(({ contraction }) => contraction)
  const solved = new Map<readonly SignedSum[], SolvedPart>()
  for (const [n, each] of solveAlike(contractions, pairs, rebuilt.builder, task).entries()) {
    const of = read[n]
    if (each !== null && of !== undefined) solved.set(of.part, { ...each, sums: of.sums })
  }
  return solved
}
