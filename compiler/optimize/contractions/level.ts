import type { NodeId } from '../../fixed/graph.js'
import type { AdderDepths } from '../adder-tree.js'
import type { LinearSum } from '../linear-sums.js'
import type { Rebuilt } from '../rebuild.js'
import { MOST_EFFORT, type Solved, solveAlike, type Task } from './alike.js'
import { costTogether } from './cost.js'
import { connectedGroups, digitPairs } from './groups.js'
import { kindOf } from './positions.js'
import { contractionOf, inOneOrder } from './problem.js'
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
  const groups = connectedGroups(sums, isConstant).map((group) => partitionsOf(group, isConstant))
  const solve = (parts: readonly Sums[], mostEffort: number): ReadonlyMap<Sums, SolvedPart> => {
    const kinds = new Map<string, Sums[]>()
    for (const part of parts) {
      const kind = kindOf(part, isConstant)
      kinds.set(kind, [...(kinds.get(kind) ?? []), part])
    }
    const solved = [...kinds.values()].flatMap((alike) => solveKind(alike, rebuilt, depths, { ...task, mostEffort }))
    return new Map(solved.map((each) => [each.sums, each]))
  }
  const together = solve(
    groups.flatMap(({ parts }) => parts),
    MOST_EFFORT,
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

/** Parts of equal kernels, as far as that is seen without their nodes. */
function solveKind(
  alike: readonly Sums[],
  rebuilt: Rebuilt,
  depths: AdderDepths,
  task: Task & { readonly mostEffort: number },
): readonly SolvedPart[] {
  const read = alike.flatMap((sums) => {
    const contraction = contractionOf(sums, rebuilt, depths)
    // What stands alone is taken as it comes.
    return contraction === null ? [] : [{ sums, contraction: alike.length > 1 ? inOneOrder(contraction) : contraction }]
  })
  const [first] = read
  if (first === undefined) return []
  const solved = solveAlike(
    read.map(({ contraction }) => contraction),
    digitPairs(first.sums),
    rebuilt.builder,
    task,
  )
  return solved.flatMap((each, n) => {
    const sums = read[n]?.sums
    return each === null || sums === undefined ? [] : [{ ...each, sums }]
  })
}
