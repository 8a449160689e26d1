import type { FixedGraphBuilder } from '../../fixed/builder.js'
import { grouped } from '../../grouped.js'
import { planCount } from '../cmvm/portfolio.js'
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

/** Whether contractions that differ in what their inputs are share an adder graph. */
export type Shared = 'always' | 'beyond effort'

/**
 * Contractions whose sums weigh other values alike, as those of a convolution's positions do, with `pairs` of digits in
 * each; null for one that the solver does not take. Where solving those that differ in what their inputs are takes more
 * than the bound on effort, or `shared` asks for it, they share the adder graph of one problem whose inputs have the values
 * of all of them: the graph computes the same whatever its inputs are, and each one's own intervals make it narrower. Those
 * for which that is too late share one with those whose inputs arrive as theirs do; one that is left is solved for itself.
 */
export function solveAlike(
  contractions: readonly Contraction[],
  pairs: number,
  builder: FixedGraphBuilder,
  { model, extraDepth, solutions, bounds }: Task,
  shared: Shared,
): readonly (Solved | null)[] {
  const asProblem = ({ kernel, inputs }: Contraction) => ({ kernel, inputs, model, extraDepth })
  const solved = (contraction: Contraction): Solved | null => {
    const solution = solutions.of(asProblem(contraction))
    return solution && { contraction, solution }
  }
  const isLittle = (some: readonly Contraction[]): boolean => {
    const different = new Set(some.map(textOf)).size
    if (different <= 1) return true
    return shared === 'beyond effort' && different * pairs * planCount(model, pairs) <= bounds.effort
  }
  if (isLittle(contractions)) return contractions.map(solved)
  const separate = contractions.map((each) => withOwnConstants(each, builder))
  const found = new Map<number, Solved>()
  for (const keyOf of [kernelOf, kernelAndArrivalsOf]) {
    const left = [...separate.entries()].filter(([n]) => !found.has(n))
    if (isLittle(left.map(([n]) => contractions[n] as Contraction))) break
    for (const same of grouped(left, ([, own]) => keyOf(own)).values()) {
      const [one, other] = same
      if (one === undefined || other === undefined) continue
      const inputs = hullOf(same.map(([, own]) => fromFirstArrival(own.inputs)))
      const template = solutions.of({ ...asProblem(one[1]), inputs })
      if (template === null) continue
      for (const [n, own] of same) {
        const solution = solutions.like(asProblem(own), template)
        if (solution !== null) found.set(n, { contraction: own, solution })
      }
    }
  }
  return contractions.map((contraction, n) => found.get(n) ?? solved(contraction))
}

function kernelOf({ kernel }: Contraction): string {
  return JSON.stringify(kernel)
}

function kernelAndArrivalsOf({ kernel, inputs }: Contraction): string {
  return JSON.stringify([kernel, fromFirstArrival(inputs).map(({ latency }) => latency)])
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
