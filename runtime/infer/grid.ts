import type { FixedType } from '../../compiler/fixed/type.js'
import { widthOf } from '../../compiler/fixed/type.js'
import { lowestBit, powerOfTwo } from '../../compiler/numeric/exponent.js'

/** Per element: a grid 2^-fraction that holds every value, and a bound of |value| (rounded up). */
export interface Grid {
  readonly fraction: Float64Array
  readonly bound: Float64Array
}

/** The fraction of a value that is always 0: it lies on every grid. */
export const ANY_GRID = -Infinity

/**
 * What holds a value, a product and every partial sum of it: `float32` where they are multiples of one step with at
 * most 24 bits, `float64` up to 53 bits, else integers of any width.
 */
export type Precision = 'float32' | 'float64' | 'integers'

const ORDER: readonly Precision[] = ['float32', 'float64', 'integers']

/** The one of two that holds more. */
export function widerPrecision(a: Precision, b: Precision): Precision {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b
}

/** Integers of magnitude up to here are float32. */
const SINGLE = powerOfTwo(24)
/** Strictly below, as a bound was itself added up in doubles and may have lost its last bits. */
const DOUBLE = powerOfTwo(52)
/** Exponents up to here leave room in float32 for a value times the scale of a quantizer. */
export const MOST_EXPONENT = 60
const MOST_SINGLE = powerOfTwo(MOST_EXPONENT)

/**
 * What holds the elements of a grid. Bounds of sums add up those of the terms, so they hold for partial sums in any
 * order. Below 2^24 steps the bounds themselves are exact: they are sums of multiples of the step.
 */
export function precisionOfGrid({ fraction, bound }: Grid): Precision {
  let result: Precision = 'float32'
  for (let element = 0; element < fraction.length; element++) {
    const [f, most] = [fraction[element] as number, bound[element] as number]
    if (f === ANY_GRID) continue
    const steps = most * powerOfTwo(f)
    // Written so that a bound that is not a number holds nowhere.
    if (!(steps < DOUBLE)) return 'integers'
    if (!(steps <= SINGLE && f <= MOST_EXPONENT && f >= -MOST_EXPONENT && most <= MOST_SINGLE)) result = 'float64'
  }
  return result
}

/** The grid of values with these types. */
export function gridOfTypes(types: readonly FixedType[]): Grid {
  const grid = emptyGrid(types.length)
  for (const [element, type] of types.entries()) {
    if (widthOf(type) === 0) continue
    grid.fraction[element] = type.f
    grid.bound[element] = powerOfTwo(type.i)
  }
  return grid
}

const gridsOfConstants = new WeakMap<Float64Array, Grid>()

/** The grid of constants, kept with them: calibration and inference look at the same ones. */
export function gridOfConstants(values: Float64Array): Grid {
  const known = gridsOfConstants.get(values)
  if (known !== undefined) return known
  const grid = emptyGrid(values.length)
  for (let element = 0; element < values.length; element++) {
    const value = values[element] as number
    if (value === 0) continue
    grid.fraction[element] = -lowestBit(value)
    grid.bound[element] = Math.abs(value)
  }
  gridsOfConstants.set(values, grid)
  return grid
}

/** `size` elements that are always 0. */
export function emptyGrid(size: number): Grid {
  return { fraction: new Float64Array(size).fill(ANY_GRID), bound: new Float64Array(size) }
}

/** Adds to an element a term with this fraction and bound. */
export function accumulate(grid: Grid, element: number, fraction: number, bound: number): void {
  if (bound === 0) return
  if (fraction > (grid.fraction[element] as number)) grid.fraction[element] = fraction
  grid.bound[element] = (grid.bound[element] as number) + bound
}
