import type { FixedGraphBuilder } from '../../fixed/builder.js'
import { plansFor } from '../cmvm/portfolio.js'
import { fromFirstArrival, type Solutions } from '../cmvm/solutions.js'
import type { AdderModel, CmvmInput, CmvmSolution } from '../cmvm/types.js'
import type { Bounds } from './bounds.js'
import { type Contraction, withOwnConstants } from './problem.js'

/** How contractions are solved. */
export interface Task {
  readonly model: AdderModel
  /** Levels of adders that an output may come after the earliest possible. */
  readonly extraDepth: number
  readonly solutions: Solutions
  readonly bounds: Bounds
}

/** A contraction with its adder graph. */
export interface Solved {
  readonly contraction: Contraction
  readonly solution: CmvmSolution
}

/**
 * Contractions whose sums weigh other values alike, as those of a convolution's positions do, with `pairs` of digits in
 * each; null for one that the solver does not take. Where solving those that differ in what their inputs are takes more
 * than the bound on effort, they share the adder graph of one problem whose inputs have the values of all of them: the graph computes
 * the same whatever its inputs are, and each one's own intervals make it narrower. One for which that is too late is
 * solved for itself.
 */
export function solveAlike(
  contractions: readonly Contraction[],
  pairs: number,
  builder: FixedGraphBuilder,
  { model, extraDepth, solutions, bounds }: Task,
): readonly (Solved | null)[] {
  const asProblem = ({ kernel, inputs }: Contraction) => ({ kernel, inputs, model, extraDepth })
  const solved = (contraction: Contraction): Solved | null => {
    const solution = solutions.of(asProblem(contraction))
    return solution && { contraction, solution }
  }
  const [first] = contractions
  if (first === undefined) return []
  const different = new Set(contractions.map(textOf)).size
  const plans = plansFor({ ...asProblem(first), latest: 0 }, pairs).length
  if (different === 1 || different * pairs * plans <= bounds.effort) return contractions.map(solved)
  const kernels = new Map<string, Contraction[]>()
  const separate = contractions.map((each) => withOwnConstants(each, builder))
  const keys = separate.map(({ kernel }) => JSON.stringify(kernel))
  for (const [n, each] of separate.entries()) {
    const key = keys[n] as string
    kernels.set(key, [...(kernels.get(key) ?? []), each])
  }
  const shared = new Map<string, CmvmSolution | null>()
  for (const [key, same] of kernels) {
    const [one, other] = same
    if (one === undefined || other === undefined) continue
    const inputs = hullOf(same.map((each) => fromFirstArrival(each.inputs)))
    shared.set(key, solutions.of({ ...asProblem(one), inputs }))
  }
  return contractions.map((contraction, n) => {
    const own = separate[n] ?? contraction
    const template = shared.get(keys[n] ?? '') ?? null
    const solution = template && solutions.like(asProblem(own), template)
    return solution === null ? solved(contraction) : { contraction: own, solution }
  })
}

function textOf({ kernel, inputs }: Contraction): string {
  return JSON.stringify([kernel, fromFirstArrival(inputs)])
}

/** Inputs that have all the values of the given ones and arrive no earlier. */
function hullOf(inputs: readonly (readonly CmvmInput[])[]): readonly CmvmInput[] {
  return inputs.reduce((hull, own) =>
    hull.map((input, row): CmvmInput => {
      const other = own[row]
      if (other === undefined) throw new Error('kernels of different heights')
      return {
        low: Math.min(input.low, other.low),
        high: Math.max(input.high, other.high),
        step: Math.min(input.step, other.step),
        latency: Math.max(input.latency, other.latency),
      }
    }),
  )
}
