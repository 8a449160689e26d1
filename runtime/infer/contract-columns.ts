import type { ContractionPlan } from '../../compiler/graph/elements.js'
import { isZero } from './columns.js'
import { mirrored } from './contraction.js'

/** A tensor of a contraction: columns where it is on the data side, else numbers. */
export interface ColumnOperand {
  readonly values: Float64Array
  readonly side: 'data' | 'parameter'
}

/**
 * A whole contraction on columns of `rows` numbers (one for two parameters), into `output`, which is all zero. Every
 * sum is added up in the order of k, starting at 0, so results have the same bits everywhere. Terms that are zero are
 * left out: they change no bit of a sum that starts at +0.
 */
export function contractColumns(
  plan: ContractionPlan,
  left: ColumnOperand,
  right: ColumnOperand,
  output: Float64Array,
  rows: number,
): void {
  if (left.side === right.side) sumProducts(plan, left.values, right.values, output, rows)
  else if (left.side === 'data') sumWeighted(plan, left.values, right.values, output, rows)
  else sumWeighted(mirrored(plan), right.values, left.values, output, rows)
}

/** Columns times weights. */
function sumWeighted(
  plan: ContractionPlan,
  data: Float64Array,
  parameters: Float64Array,
  output: Float64Array,
  rows: number,
): void {
  const { left, right } = plan
  const depth = left.inner.length
  const starts = new Int32Array(depth)
  const terms = { columns: new Int32Array(depth), weights: new Float64Array(depth), count: 0 }
  for (let b = 0; b < left.batch.length; b++) {
    for (let m = 0; m < left.rows.length; m++) {
      for (let k = 0; k < depth; k++) {
        const start = ((left.batch[b] as number) + (left.rows[m] as number) + (left.inner[k] as number)) * rows
        starts[k] = isZero(data, start, rows) ? -1 : start
      }
      for (let n = 0; n < right.columns.length; n++) {
        const base = (right.batch[b] as number) + (right.columns[n] as number)
        terms.count = 0
        for (let k = 0; k < depth; k++) {
          const weight = parameters[base + (right.inner[k] as number)] as number
          if (weight === 0 || (starts[k] as number) < 0) continue
          terms.columns[terms.count] = starts[k] as number
          terms.weights[terms.count++] = weight
        }
        const target = outputOf(plan, b, m, n) * rows
        const { count } = terms
        let done = 0
        for (; done + 8 <= count; done += 8) addEight(data, terms, done, output, target, rows)
        for (; done + 2 <= count; done += 2) addTwo(data, terms, done, output, target, rows)
        if (done < count) addOne(data, terms, done, output, target, rows)
      }
    }
  }
}

interface Terms {
  /** Where the column of each term starts. */
  readonly columns: Int32Array
  readonly weights: Float64Array
}

/** Adds eight terms to a column, in order: the sum stays in a register. */
function addEight(
  data: Float64Array,
  { columns, weights }: Terms,
  first: number,
  output: Float64Array,
  target: number,
  rows: number,
): void {
  const [c0, c1, c2, c3] = [at(columns, first), at(columns, first + 1), at(columns, first + 2), at(columns, first + 3)]
  const [c4, c5, c6, c7] = [
    at(columns, first + 4),
    at(columns, first + 5),
    at(columns, first + 6),
    at(columns, first + 7),
  ]
  const [w0, w1, w2, w3] = [at(weights, first), at(weights, first + 1), at(weights, first + 2), at(weights, first + 3)]
  const [w4, w5, w6, w7] = [
    at(weights, first + 4),
    at(weights, first + 5),
    at(weights, first + 6),
    at(weights, first + 7),
  ]
  for (let row = 0; row < rows; row++) {
    let sum = output[target + row] as number
    sum += (data[c0 + row] as number) * w0
    sum += (data[c1 + row] as number) * w1
    sum += (data[c2 + row] as number) * w2
    sum += (data[c3 + row] as number) * w3
    sum += (data[c4 + row] as number) * w4
    sum += (data[c5 + row] as number) * w5
    sum += (data[c6 + row] as number) * w6
    sum += (data[c7 + row] as number) * w7
    output[target + row] = sum
  }
}

function addTwo(
  data: Float64Array,
  { columns, weights }: Terms,
  first: number,
  output: Float64Array,
  target: number,
  rows: number,
): void {
  const [c0, c1, w0, w1] = [at(columns, first), at(columns, first + 1), at(weights, first), at(weights, first + 1)]
  for (let row = 0; row < rows; row++) {
    let sum = output[target + row] as number
    sum += (data[c0 + row] as number) * w0
    sum += (data[c1 + row] as number) * w1
    output[target + row] = sum
  }
}

function addOne(
  data: Float64Array,
  { columns, weights }: Terms,
  first: number,
  output: Float64Array,
  target: number,
  rows: number,
): void {
  const [c0, w0] = [at(columns, first), at(weights, first)]
  for (let row = 0; row < rows; row++)
    output[target + row] = (output[target + row] as number) + (data[c0 + row] as number) * w0
}

function at(values: Int32Array | Float64Array, index: number): number {
  return values[index] as number
}

/** Columns times columns, row by row; or numbers times numbers, with one row. */
function sumProducts(
  plan: ContractionPlan,
  first: Float64Array,
  second: Float64Array,
  output: Float64Array,
  rows: number,
): void {
  const { left, right } = plan
  for (let b = 0; b < left.batch.length; b++) {
    for (let m = 0; m < left.rows.length; m++) {
      for (let n = 0; n < right.columns.length; n++) {
        const target = outputOf(plan, b, m, n) * rows
        const leftBase = (left.batch[b] as number) + (left.rows[m] as number)
        const rightBase = (right.batch[b] as number) + (right.columns[n] as number)
        for (let k = 0; k < left.inner.length; k++) {
          const one = (leftBase + (left.inner[k] as number)) * rows
          const other = (rightBase + (right.inner[k] as number)) * rows
          for (let row = 0; row < rows; row++)
            output[target + row] =
              (output[target + row] as number) + (first[one + row] as number) * (second[other + row] as number)
        }
      }
    }
  }
}

/** Every element of the output belongs to exactly one (batch, m, n). */
function outputOf({ output }: ContractionPlan, b: number, m: number, n: number): number {
  return (output.batch[b] as number) + (output.rows[m] as number) + (output.columns[n] as number)
}
