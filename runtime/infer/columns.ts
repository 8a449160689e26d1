/**
 * While a graph is evaluated, a data-side value holds its elements one after another, each as a *column* with a number
 * for every row. So what belongs to an element (its type, its place in a map, a weight) is looked up once for all rows,
 * and an element that is always zero can be passed over.
 */

/** Rows `first … first + rows - 1` of a row-major array as columns, into an array of `size × rows`. */
export function columnsOf(
  values: ArrayLike<number>,
  size: number,
  first: number,
  rows: number,
  columns: Float64Array = new Float64Array(size * rows),
): Float64Array {
  for (let element = 0, position = 0; element < size; element++) {
    for (let row = 0, at = first * size + element; row < rows; row++, at += size)
      columns[position++] = values[at] as number
  }
  return columns
}

/** The inverse of `columnsOf`: writes columns into rows `first …` of a row-major array. */
export function putRows(columns: Float64Array, size: number, rows: number, into: Float64Array, first: number): void {
  for (let element = 0, position = 0; element < size; element++) {
    for (let row = 0, at = first * size + element; row < rows; row++, at += size)
      into[at] = columns[position++] as number
  }
}

/** Whether `rows` numbers from `start` on are all zero. */
export function isZero(values: Float64Array, start: number, rows: number): boolean {
  for (let at = start; at < start + rows; at++) if (values[at] !== 0) return false
  return true
}
