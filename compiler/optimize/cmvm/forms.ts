import { ceilLog2, lowestBit } from '../../numeric/exponent.js'
import { Accumulator } from './accumulate.js'
import { AdderGraph } from './adder-graph.js'
import type { Bench } from './attempt.js'
import {
  type CentredKernel,
  centre,
  type Decomposition,
  Distances,
  decompose,
  digitCount,
  trivialDecomposition,
} from './decompose.js'
import { Sharing } from './share.js'
import { Start } from './start.js'
import type { CmvmProblem } from './types.js'

/** Columns are compared at relative shifts up to this. */
const MOST_SHIFT = 2

/** A problem's kernel with its decompositions, each made once, and where attempts at it are made. */
export class Forms implements Bench {
  readonly graph: AdderGraph
  readonly accumulator = new Accumulator()
  readonly #starts = new Map<number | null, Start>()
  #distances: Distances | null = null
  private constructor(
    readonly problem: CmvmProblem,
    readonly kernel: CentredKernel,
    readonly sharing: Sharing,
  ) {
    this.graph = new AdderGraph(problem.inputs, problem.model)
  }

  /** Null where the solver's ranges do not hold the problem. Of two forms one can work in the arrays of the other. */
  static of(problem: CmvmProblem, other: Forms | null = null): Forms | null {
    const kernel = centre(problem.kernel)
    return kernel === null || !isExact(problem) ? null : new Forms(problem, kernel, other?.sharing ?? new Sharing())
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
    const made = new Start(this.#decomposition(tree), this.problem.inputs)
    this.#starts.set(tree, made)
    return made
  }

  #decomposition(tree: number | null): Decomposition {
    if (tree === null) return trivialDecomposition(this.kernel)
    this.#distances ??= new Distances(this.kernel, MOST_SHIFT)
    return decompose(this.#distances, tree)
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
