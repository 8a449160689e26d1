import { solutionOf } from './check.js'
import { minimalLatency, solve } from './solve.js'
import type { CmvmInput, CmvmProblem, CmvmSolution } from './types.js'

/** Keeps solutions between builds, as texts by the text of their problem. It may lose any, and is never trusted. */
export interface SolutionCache {
  find(problem: string): string | null
  keep(problem: string, solution: string): void
}

/** A problem whose outputs may come so many levels after the earliest possible. */
export interface BoundedProblem extends Omit<CmvmProblem, 'latest'> {
  readonly extraDepth: number
}

/**
 * Only differences between arrivals matter: what arrives first is taken to come at level 0. A constant, as a bias is, is
 * there before any data, so that with one the levels in front of the data count as well.
 */
export function fromFirstArrival(inputs: readonly CmvmInput[]): readonly CmvmInput[] {
  const first = inputs.reduce((least, { latency }) => Math.min(least, latency), Number.POSITIVE_INFINITY)
  return inputs.map((input) => ({ ...input, latency: input.latency - first }))
}

/**
 * Solves each problem once, and looks in a cache first. What comes from there has been proven by `solutionOf` like any
 * other.
 */
export class Solutions {
  readonly #known = new Map<string, CmvmSolution | null>()

  constructor(readonly cache: SolutionCache | null) {}

  /** Null where the solver does not take the problem. */
  of(problem: BoundedProblem): CmvmSolution | null {
    const relative = { ...problem, inputs: fromFirstArrival(problem.inputs) }
    const key = JSON.stringify(relative)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const bounded = withLatest(relative)
    const solution = bounded && (this.#recalled(bounded, key) ?? this.#solved(bounded, key))
    this.#known.set(key, solution)
    return solution
  }

  /**
   * The problem by the operations of another one of the same kernel whose inputs have all the values of its own and arrive
   * no earlier. Null where that is too late for its own bound.
   */
  like(problem: BoundedProblem, { operations, outputs }: CmvmSolution): CmvmSolution | null {
    const bounded = withLatest({ ...problem, inputs: fromFirstArrival(problem.inputs) })
    const solution = bounded && solutionOf(bounded, operations, outputs)
    return solution !== null && isInTime(solution, bounded) ? solution : null
  }

  #recalled(problem: CmvmProblem, key: string): CmvmSolution | null {
    const text = this.cache?.find(key) ?? null
    const solution = text === null ? null : decode(problem, text)
    return solution !== null && isInTime(solution, problem) ? solution : null
  }

  #solved(problem: CmvmProblem, key: string): CmvmSolution | null {
    const solution = solve(problem)
    if (solution !== null) this.cache?.keep(key, encode(solution))
    return solution
  }
}

/** Null where the solver does not take the problem. */
function withLatest(problem: BoundedProblem): CmvmProblem | null {
  const least = minimalLatency(problem)
  return least === null ? null : { ...problem, latest: least + problem.extraDepth }
}

function isInTime({ latency }: CmvmSolution, problem: CmvmProblem | null): boolean {
  return latency <= (problem?.latest ?? Number.POSITIVE_INFINITY)
}

function encode({ operations, outputs }: CmvmSolution): string {
  return JSON.stringify({
    operations: operations.map(({ left, right, shift, subtract }) => [left, right, shift, subtract]),
    outputs: outputs.map(({ value, shift, negate }) => [value, shift, negate]),
  })
}

/** Null for a text that is no solution of the problem. */
function decode(problem: CmvmProblem, text: string): CmvmSolution | null {
  try {
    const { operations, outputs } = JSON.parse(text) as { operations: unknown[][]; outputs: unknown[][] }
    return solutionOf(
      problem,
      operations.map(([left, right, shift, subtract]) => ({
        left: whole(left),
        right: whole(right),
        shift: whole(shift),
        subtract: subtract === true,
      })),
      outputs.map(([value, shift, negate]) => ({
        value: value === null ? null : whole(value),
        shift: whole(shift),
        negate: negate === true,
      })),
    )
  } catch {
    // Another form, or refuted: as good as absent.
    return null
  }
}

function whole(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new Error(`${value} is no integer`)
  return value
}
