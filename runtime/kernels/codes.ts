/** Numbers by which kernels are told what to do, as in `assembly/`; a test compares both. */
import type { TableFunction } from '../../compiler/graph/table-function.js'
import type { Rounding } from '../../lang/program.js'

const ROUNDINGS: Readonly<Record<Rounding, number>> = {
  nearest: 0,
  nearest_even: 1,
  truncate: 2,
  truncate_to_zero: 3,
  nearest_to_zero: 4,
  nearest_to_minus_infinity: 5,
  nearest_to_infinity: 6,
  stochastic: 7,
}

/** Code of a rounding mode. */
export function roundingCode(rounding: Rounding): number {
  return ROUNDINGS[rounding]
}

/** Operations on two rows. */
export const BINARY = { add: 0, subtract: 1, multiply: 2, maximum: 3, minimum: 4 } as const
/** Operations on one row; `scale` takes a factor. */
export const UNARY = { relu: 0, abs: 1, scale: 2 } as const
/** Functions of `functionRows`. */
export const FUNCTIONS: Readonly<Record<TableFunction, number>> = {
  tanh: 0,
  sigmoid: 1,
  exp: 2,
  inverse: 3,
  square_root: 4,
  softplus: 5,
  gelu: 6,
  silu: 7,
  elu: 8,
}
/** What `reduceRows`, `reduce32` and `reduce64` make of the elements that come together. */
export const REDUCTIONS = { sum: 0, max: 1, min: 2 } as const
/** Losses of a number, by its residual. */
export const RESIDUAL_LOSSES = { mse: 0, mae: 1, huber: 2 } as const

/** Flags of `contract` and, but for `listed`, of `contractData`. */
export const CONTRACT = { accumulate: 1, relu: 2, listed: 4 } as const

/** Flags of the quantizer kernels. */
export const QUANTIZE = { clip: 1, symmetric: 2, accumulate: 4, mask: 8, kbi: 16, widthsAlone: 32, wrap: 64 } as const

/** What a quantizer of exact inference does with values outside its type. */
export const MODES = { round: 0, clip: 1, wrap: 2, reflect: 3 } as const
