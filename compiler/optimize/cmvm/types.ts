/**
 * Constant matrix–vector multiplication (CMVM): y_j = Σ_i x_i · kernel[i][j] as a graph of two-operand adders
 * a ± b · 2^shift, where shifts are wiring. Bounds are doubles and exact: nothing in a problem or a solution needs more
 * than 53 bits, which the checker makes sure of.
 */
export interface CmvmProblem {
  /** One row per input, one column per output; every entry is a dyadic number, as all finite doubles are. */
  readonly kernel: readonly (readonly number[])[]
  readonly inputs: readonly CmvmInput[]
  readonly model: AdderModel
  /** No output may be ready later than this, in units of `AdderModel`; null where time does not matter. */
  readonly latest: number | null
}

/** The values low, low + step, … high of an input, and when it arrives. */
export interface CmvmInput {
  readonly low: number
  readonly high: number
  /** A power of two. Of no meaning where low = high. */
  readonly step: number
  readonly latency: number
}

/**
 * What an adder costs. With b the bits from the coarser of the operands' lowest bits to the top of the greater one, cost
 * is ⌈b / adderSize⌉ and latency ⌈b / carrySize⌉. Null for a size: 1 whatever the width; both null count adders and levels.
 */
export interface AdderModel {
  readonly adderSize: number | null
  readonly carrySize: number | null
  /** Operands without a common bit, the lower one never negative, are put side by side: no cost and no latency. */
  readonly concatenates: boolean
  /** What a bit costs that waits for a level, where each is a clocked stage. Left out: nothing. */
  readonly registerCost?: number
}

/** Value number `inputs + n` of a solution for its operation number n: left ± right · 2^shift. Values 0 … are the inputs. */
export interface CmvmOperation {
  readonly left: number
  readonly right: number
  readonly shift: number
  readonly subtract: boolean
  /** The least and the greatest value, both taken; inputs are independent. */
  readonly low: number
  readonly high: number
  /** Every value is a multiple of it. */
  readonly step: number
  readonly latency: number
  readonly cost: number
}

/** ±value · 2^shift; the value null stands for 0. */
export interface CmvmOutput {
  readonly value: number | null
  readonly shift: number
  readonly negate: boolean
}

export interface CmvmSolution {
  /** Operands precede their users. */
  readonly operations: readonly CmvmOperation[]
  readonly outputs: readonly CmvmOutput[]
  /** Σ costs of the operations. */
  readonly cost: number
  /** When the last output is ready. */
  readonly latency: number
}
