import { ceilLog2, lowestBit } from '../../numeric/exponent.js'
import { type Attempt, attempt, Start } from './attempt.js'
import { solutionOf } from './check.js'
import { type CentredKernel, centre, Distances, decompose, digitCount, trivialDecomposition } from './decompose.js'
import { type Plan, plansFor } from './portfolio.js'
import { waitingBits } from './registers.js'
import { singleConstant } from './single-constant.js'
import { transposedAttempt, transposedProblem } from './transpose.js'
import type { CmvmProblem, CmvmSolution } from './types.js'

/** Columns are compared at relative shifts up to this. */
const MOST_SHIFT = 2

/**
 * A constant matrix–vector product in as few adders, or adder bits, as several ways of sharing sub-expressions find; the
 * cheapest by true cost that keeps the bound. Deterministic. The solution has been proven by `solutionOf`. Null where the
 * solver's ranges do not hold the problem (entries of a column more than 24 bits apart, sums of more than 45 bits) or nothing
 * is in time.
 *
 * The method follows da4ml (Sun et al., arXiv 2507.04535): signed digits, a tree of columns, two-term sub-expressions.
 * Beyond it, weights see shifts and scales, bounds on depth are kept exactly at every step, and the transposed
 * problem is tried as well.
 */
export function solve(problem: CmvmProblem): CmvmSolution | null {
  const straight = Forms.of(problem)
  if (straight === null) return null
  let transposed: Forms | null = null
  let best: Attempt | null = null
  let least = Number.POSITIVE_INFINITY
  const consider = (found: Attempt | null): void => {
    if (found === null) return
    const price = priceOf(problem, found)
    if (price < least) [best, least] = [found, price]
  }
  for (const plan of plansFor(problem, straight.pairs)) {
    if (plan.transposed) transposed ??= Forms.of(transposedProblem(problem))
    consider(
      plan.transposed
        ? transposed && turned(problem, transposed, plan)
        : attempt(straight.problem, { ...plan, start: straight.start(plan.tree) }),
    )
  }
  consider(singleConstant(problem))
  for (const order of ['earliest', 'cheapest'] as const) {
    consider(attempt(problem, { ...WITHOUT_SHARING, order, start: straight.start(null) }))
  }
  const chosen = best as Attempt | null
  return chosen === null ? null : solutionOf(problem, operationsOf(chosen), chosen.outputs)
}

/** Adders, and registers where they count. */
function priceOf({ model }: CmvmProblem, { graph, outputs }: Attempt): number {
  const { registerCost } = model
  return graph.cost + (registerCost === undefined ? 0 : registerCost * waitingBits(graph, outputs))
}

/**
 * When the outputs are ready where nothing is shared and terms ready first are added first; with adders of one level no
 * solution is ready earlier.
 */
export function minimalLatency(problem: Omit<CmvmProblem, 'latest'>): number | null {
  const unbounded: CmvmProblem = { ...problem, latest: null }
  const forms = Forms.of(unbounded)
  return forms && (attempt(unbounded, { ...WITHOUT_SHARING, start: forms.start(null) })?.latency ?? null)
}

const WITHOUT_SHARING = { style: null, order: 'earliest', margin: 0 } as const

function turned(problem: CmvmProblem, forms: Forms, plan: Plan): Attempt | null {
  const found = attempt(forms.problem, { ...plan, start: forms.start(plan.tree) })
  return found && transposedAttempt(problem, found, plan.order)
}

function operationsOf({ graph }: Attempt): Parameters<typeof solutionOf>[1] {
  return Array.from({ length: graph.size - graph.inputCount }, (_, n) => {
    const id = graph.inputCount + n
    return {
      left: graph.left[id] as number,
      right: graph.right[id] as number,
      shift: graph.shift[id] as number,
      subtract: graph.subtract[id] === 1,
    }
  })
}

/** A problem's kernel with its decompositions, each made once. */
class Forms {
  readonly #starts = new Map<number | null, Start>()
  #distances: Distances | null = null
  private constructor(
    readonly problem: CmvmProblem,
    readonly kernel: CentredKernel,
  ) {}

  static of(problem: CmvmProblem): Forms | null {
    const kernel = centre(problem.kernel)
    return kernel === null || !isExact(problem) ? null : new Forms(problem, kernel)
  }

  /** Pairs of signed digits within columns: a measure of how long solving takes. */
  get pairs(): number {
    return this.kernel.columns.reduce((total, column) => {
      const digits = column.reduce((sum, entry) => sum + digitCount(entry), 0)
      return total + (digits * (digits - 1)) / 2
    }, 0)
  }

  start(tree: number | null): Start {
    const known = this.#starts.get(tree)
    if (known !== undefined) return known
    if (tree !== null) this.#distances ??= new Distances(this.kernel, MOST_SHIFT)
    const made = new Start(
      tree === null || this.#distances === null ? trivialDecomposition(this.kernel) : decompose(this.#distances, tree),
    )
    this.#starts.set(tree, made)
    return made
  }
}

/** Sums of so many bits leave room for what differences of shifted columns add to them: all are exact in doubles. */
const MOST_BITS = 45

function isExact({ kernel, inputs }: CmvmProblem): boolean {
  let bottom = Number.POSITIVE_INFINITY
  const magnitudes = new Array<number>(kernel[0]?.length ?? 0).fill(0)
  for (const [row, { low, high, step }] of inputs.entries()) {
    const greatest = Math.max(Math.abs(low), Math.abs(high))
    if (greatest === 0) continue
    const grid = lowestBit(low === high ? low : step)
    for (const [column, entry] of kernel[row]?.entries() ?? []) {
      if (entry === 0) continue
      bottom = Math.min(bottom, grid + lowestBit(entry))
      magnitudes[column] = (magnitudes[column] as number) + Math.abs(entry) * greatest
    }
  }
  return magnitudes.every((magnitude) => magnitude === 0 || ceilLog2(magnitude) - bottom <= MOST_BITS)
}
