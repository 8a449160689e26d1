/** Operations that take an element of each of two operands. */
export type BinaryKind = 'add' | 'subtract' | 'multiply' | 'maximum' | 'minimum' | 'divide'

/** One element of an operand: a column, or with stride 0 one number for every row. */
interface Column {
  readonly values: Float64Array
  readonly start: number
  readonly stride: 0 | 1
}

/** Combines two columns, row by row. A loop for each kind: a function in its place would be called for every number. */
export function combine(
  kind: BinaryKind,
  { values: left, start: a, stride: da }: Column,
  { values: right, start: b, stride: db }: Column,
  result: Float64Array,
  target: number,
  rows: number,
): void {
  switch (kind) {
    case 'add':
      for (let row = 0; row < rows; row++)
        result[target + row] = (left[a + row * da] as number) + (right[b + row * db] as number)
      return
    case 'subtract':
      for (let row = 0; row < rows; row++)
        result[target + row] = (left[a + row * da] as number) - (right[b + row * db] as number)
      return
    case 'multiply':
      for (let row = 0; row < rows; row++)
        result[target + row] = (left[a + row * da] as number) * (right[b + row * db] as number)
      return
    case 'divide':
      for (let row = 0; row < rows; row++)
        result[target + row] = (left[a + row * da] as number) / (right[b + row * db] as number)
      return
    case 'maximum':
      for (let row = 0; row < rows; row++) {
        const [x, y] = [left[a + row * da] as number, right[b + row * db] as number]
        result[target + row] = x > y ? x : y
      }
      return
    case 'minimum':
      for (let row = 0; row < rows; row++) {
        const [x, y] = [left[a + row * da] as number, right[b + row * db] as number]
        result[target + row] = x < y ? x : y
      }
  }
}
