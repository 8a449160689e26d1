import type { AdderGraph } from './adder-graph.js'
import { type Approach, type Attempt, attempt } from './attempt.js'
import { solutionOf } from './check.js'
import { Forms } from './forms.js'
import { type Plan, plansFor } from './portfolio.js'
import { waitingBits } from './registers.js'
import { singleConstant } from './single-constant.js'
import { earliest } from './start.js'
import { transposedAttempt, transposedProblem } from './transpose.js'
import type { CmvmOutput, CmvmProblem, CmvmSolution } from './types.js'

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
  const best = new Cheapest(problem)
  let transposed: Forms | null = null
  for (const plan of plansFor(problem, straight.pairs)) {
    if (plan.transposed) {
      transposed ??= Forms.of(transposedProblem(problem), straight)
      best.consider(transposed && turned(straight, transposed, plan))
    } else {
      best.consider(attempt(straight, straight.start(plan.tree), plan, problem.latest, best.price))
    }
  }
  best.consider(singleConstant(problem))
  best.consider(attempt(straight, straight.start(null), WITHOUT_SHARING, problem.latest, best.price))
  best.consider(attempt(straight, straight.start(null), CHEAPEST_FIRST, problem.latest, best.price))
  return best.solution()
}

const WITHOUT_SHARING: Approach = { style: null, order: 'earliest', margin: 0 }
const CHEAPEST_FIRST: Approach = { style: null, order: 'cheapest', margin: 0 }

function turned(straight: Forms, transposed: Forms, plan: Plan): Attempt | null {
  const start = transposed.start(plan.tree)
  const found = attempt(transposed, start, plan, null, Number.POSITIVE_INFINITY)
  return found && transposedAttempt(straight, found, plan.order, straight.problem.latest)
}

/** The cheapest of the attempts at a problem; what it needs of them is copied, as their graphs are built upon. */
class Cheapest {
  price = Number.POSITIVE_INFINITY
  #operations: readonly Operation[] = []
  #outputs: readonly CmvmOutput[] = []

  constructor(readonly problem: CmvmProblem) {}

  consider(found: Attempt | null): void {
    if (found === null) return
    const price = priceOf(this.problem, found)
    if (price >= this.price) return
    this.price = price
    this.#operations = operationsOf(found.graph)
    this.#outputs = found.outputs
  }

  /** Null where nothing has been found. */
  solution(): CmvmSolution | null {
    if (this.price === Number.POSITIVE_INFINITY) return null
    return solutionOf(this.problem, this.#operations, this.#outputs)
  }
}

/** Adders, and registers where they count. */
function priceOf({ model }: CmvmProblem, { graph, outputs }: Attempt): number {
  const { registerCost } = model
  return graph.cost + (registerCost === undefined ? 0 : registerCost * waitingBits(graph, outputs))
}

type Operation = Parameters<typeof solutionOf>[1][number]

function operationsOf(graph: AdderGraph): readonly Operation[] {
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

/**
 * When the outputs are ready where nothing is shared and terms ready first are added first; with adders of one level no
 * solution is ready earlier.
 */
export function minimalLatency(problem: Omit<CmvmProblem, 'latest'>): number | null {
  const forms = Forms.of({ ...problem, latest: null })
  if (forms === null) return null
  const start = forms.start(null)
  // There the order of joining is a Huffman tree's, which is as early as Kraft's inequality allows.
  if (forms.graph.levelled) {
    let latency = 0
    for (let c = 0; c < start.columns.count; c++) {
      latency = Math.max(latency, earliest(forms.graph, start.columns, c))
    }
    return latency
  }
  return attempt(forms, start, WITHOUT_SHARING, null, Number.POSITIVE_INFINITY)?.latency ?? null
}
