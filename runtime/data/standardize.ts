import { floorLog2, powerOfTwo } from '../../compiler/numeric/exponent.js'

/** Mean and deviation of each of `size` values over some rows. */
export interface Moments {
  readonly mean: Float64Array
  /** Root of the mean squared distance from the mean; 0 for a constant. */
  readonly deviation: Float64Array
}

/** Reads value `element` of row `row` of a tensor. */
export type ValueAt = (row: number, element: number) => number

/** Moments over the given rows, in double precision, in the order of the rows: twice through the data. */
export function moments(rows: Uint32Array, size: number, valueAt: ValueAt): Moments {
  const mean = new Float64Array(size)
  const deviation = new Float64Array(size)
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0
    for (let element = 0; element < size; element++) mean[element] = (mean[element] ?? 0) + valueAt(row, element)
  }
  for (let element = 0; element < size; element++) mean[element] = (mean[element] ?? 0) / rows.length
  const largest = new Float64Array(size)
  const smallest = new Float64Array(size)
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0
    for (let element = 0; element < size; element++) {
      const value = valueAt(row, element)
      const distance = value - (mean[element] ?? 0)
      deviation[element] = (deviation[element] ?? 0) + distance * distance
      if (index === 0 || value > (largest[element] ?? 0)) largest[element] = value
      if (index === 0 || value < (smallest[element] ?? 0)) smallest[element] = value
    }
  }
  for (let element = 0; element < size; element++) {
    // The mean of equal values may miss them by a rounding error, which must not be taken for a deviation.
    const constant = largest[element] === smallest[element]
    if (constant) mean[element] = smallest[element] ?? 0
    deviation[element] = constant ? 0 : Math.sqrt((deviation[element] ?? 0) / rows.length)
  }
  return { mean, deviation }
}

/** The power of two nearest to a deviation by ratio; 1 for a constant, whose deviation is 0. */
export function nearestPowerOfTwo(deviation: number): number {
  if (deviation === 0) return 1
  const below = powerOfTwo(floorLog2(deviation))
  return deviation / below >= Math.SQRT2 ? 2 * below : below
}
