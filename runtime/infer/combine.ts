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
  leftColumn: Column,
  rightColumn: Column,
  result: Float64Array,
  target: number,
  rows: number,
): void {
  const { values: left, stride: da } = leftColumn
  const { values: right, stride: db } = rightColumn
  const end = target + rows
  let [a, b] = [leftColumn.start, rightColumn.start]
  switch (kind) {
    case 'add':
      for (let at = target; at < end; at++, a += da, b += db) result[at] = (left[a] as number) + (right[b] as number)
      return
    case 'subtract':
      for (let at = target; at < end; at++, a += da, b += db) result[at] = (left[a] as number) - (right[b] as number)
      return
    case 'multiply':
      for (let at = target; at < end; at++, a += da, b += db) result[at] = (left[a] as number) * (right[b] as number)
      return
    case 'divide':
      for (let at = target; at < end; at++, a += da, b += db) result[at] = (left[a] as number) / (right[b] as number)
      return
    case 'maximum':
      for (let at = target; at < end; at++, a += da, b += db) {
        const [x, y] = [left[a] as number, right[b] as number]
        result[at] = x > y ? x : y
      }
      return
    case 'minimum':
      for (let at = target; at < end; at++, a += da, b += db) {
        const [x, y] = [left[a] as number, right[b] as number]
        result[at] = x < y ? x : y
      }
  }
}
