import { exp, tanh } from '../numeric/exactmath.js'
import { powerOfTwo } from '../numeric/exponent.js'
import { elu, gelu, normalCdf, normalDensity, sigmoid, silu, softplus } from '../numeric/smooth-functions.js'

/** The functions that tables are filled with, by the names that the prelude gives them. */
export const TABLE_FUNCTION_NAMES = [
  'tanh',
  'sigmoid',
  'exp',
  'inverse',
  'square_root',
  'softplus',
  'gelu',
  'silu',
  'elu',
] as const

/** Name of a function of one number. */
export type TableFunction = (typeof TABLE_FUNCTION_NAMES)[number]

/** A function that is finite for every finite number, so that a quantizer can take whatever it gives. */
export interface UnaryFunction {
  /** The value, the same bits on every machine. */
  readonly value: (x: number) => number
  /** Its derivative, given x and the value there; 0 where the function was made finite. */
  readonly slope: (x: number, y: number) => number
  /** `always`: no value is negative. `with operand`: none is where no operand is. */
  readonly nonNegative: 'always' | 'with operand'
}

/** e^x goes on as a constant from here: further than any quantizer of at most 24 integer bits saturates. */
const MOST_EXPONENT = 64
/** 1/0: the inverse of the finest step that a quantizer learns. */
const INVERSE_OF_ZERO = powerOfTwo(24)

const FUNCTIONS: Readonly<Record<TableFunction, UnaryFunction>> = {
  tanh: { value: tanh, slope: (_, y) => 1 - y * y, nonNegative: 'with operand' },
  sigmoid: { value: sigmoid, slope: (_, y) => y * (1 - y), nonNegative: 'always' },
  exp: {
    value: (x) => exp(x < MOST_EXPONENT ? x : MOST_EXPONENT),
    slope: (x, y) => (x < MOST_EXPONENT ? y : 0),
    nonNegative: 'always',
  },
  inverse: {
    value: (x) => (x === 0 ? INVERSE_OF_ZERO : 1 / x),
    slope: (x, y) => (x === 0 ? 0 : -y * y),
    nonNegative: 'with operand',
  },
  square_root: {
    value: (x) => (x > 0 ? Math.sqrt(x) : 0),
    slope: (x, y) => (x > 0 ? 0.5 / y : 0),
    nonNegative: 'always',
  },
  softplus: { value: softplus, slope: (x) => sigmoid(x), nonNegative: 'always' },
  gelu: { value: gelu, slope: (x) => normalCdf(x) + x * normalDensity(x), nonNegative: 'with operand' },
  silu: {
    value: silu,
    slope: (x) => {
      const s = sigmoid(x)
      return s + x * s * (1 - s)
    },
    nonNegative: 'with operand',
  },
  elu: { value: elu, slope: (x, y) => (x > 0 ? 1 : y + 1), nonNegative: 'with operand' },
}

/** The function of this name. */
export function tableFunction(name: TableFunction): UnaryFunction {
  return FUNCTIONS[name]
}

/** Narrows a text to the name of a function. */
export function isTableFunction(name: unknown): name is TableFunction {
  return typeof name === 'string' && (TABLE_FUNCTION_NAMES as readonly string[]).includes(name)
}
