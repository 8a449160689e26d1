import type { ContractionPlan } from '../../compiler/graph/elements.js'
import type { Numbers } from './numbers.js'

/** Reads elements `base + row + column` into a dense row-major matrix of doubles. */
export function gather(
  source: Numbers,
  base: number,
  rows: Int32Array,
  columns: Int32Array,
  into: Float64Array,
  at: number,
): void {
  let position = at
  const width = columns.length
  for (let r = 0; r < rows.length; r++) {
    const start = base + (rows[r] as number)
    for (let c = 0; c < width; c++) into[position++] = source[start + (columns[c] as number)] as number
  }
}

/**
 * out[p, n] = Σ_k left[p, k] · columns[n, k] on dense matrices of doubles; `columns` is the right matrix transposed. Each element is summed in
 * the order of k whatever the tiling, so results have the same bits everywhere. Tiles of 4 × 2 keep the sums in registers.
 */
export function multiplyInto(
  left: Float64Array,
  columns: Float64Array,
  out: Float64Array,
  height: number,
  inner: number,
  width: number,
): void {
  const tiledHeight = height - (height % 4)
  const tiledWidth = width - (width % 2)
  for (let p = 0; p < tiledHeight; p += 4) {
    const p0 = p * inner
    const p1 = p0 + inner
    const p2 = p1 + inner
    const p3 = p2 + inner
    for (let n = 0; n < tiledWidth; n += 2) {
      const n0 = n * inner
      const n1 = n0 + inner
      let s00 = 0
      let s01 = 0
      let s10 = 0
      let s11 = 0
      let s20 = 0
      let s21 = 0
      let s30 = 0
      let s31 = 0
      for (let k = 0; k < inner; k++) {
        const w0 = columns[n0 + k] as number
        const w1 = columns[n1 + k] as number
        const a0 = left[p0 + k] as number
        const a1 = left[p1 + k] as number
        const a2 = left[p2 + k] as number
        const a3 = left[p3 + k] as number
        s00 += a0 * w0
        s01 += a0 * w1
        s10 += a1 * w0
        s11 += a1 * w1
        s20 += a2 * w0
        s21 += a2 * w1
        s30 += a3 * w0
        s31 += a3 * w1
      }
      const at = p * width + n
      out[at] = s00
      out[at + 1] = s01
      out[at + width] = s10
      out[at + width + 1] = s11
      out[at + 2 * width] = s20
      out[at + 2 * width + 1] = s21
      out[at + 3 * width] = s30
      out[at + 3 * width + 1] = s31
    }
    for (let row = p; row < p + 4; row++) multiplyRow(left, columns, out, row, inner, width, tiledWidth)
  }
  for (let row = tiledHeight; row < height; row++) multiplyRow(left, columns, out, row, inner, width, 0)
}

/** The columns from `first` on of one row of a product. */
function multiplyRow(
  left: Float64Array,
  columns: Float64Array,
  out: Float64Array,
  row: number,
  inner: number,
  width: number,
  first: number,
): void {
  for (let n = first; n < width; n++) {
    let sum = 0
    for (let k = 0; k < inner; k++) sum += (left[row * inner + k] as number) * (columns[n * inner + k] as number)
    out[row * width + n] = sum
  }
}

/** One operand of a contraction: `rows` is the number of data rows, or null on the parameter side. */
export interface Operand {
  readonly values: Numbers
  readonly size: number
  readonly rows: number | null
}

/**
 * The products of a contraction as dense matrices, one job after another: with one operand on the parameter side all data rows make one
 * tall matrix; with two data operands each row is a product of its own.
 */
export interface Job {
  readonly batch: number
  /** First data row and how many rows the job holds. */
  readonly row: number
  readonly rows: number
}

/** The jobs of a contraction, in a fixed order. */
export function jobsOf(plan: ContractionPlan, left: Operand, right: Operand): Job[] {
  const batches = plan.left.batch.length
  const rows = left.rows ?? right.rows ?? 1
  const jobs: Job[] = []
  for (let batch = 0; batch < batches; batch++) {
    if (right.rows === null || left.rows === null) jobs.push({ batch, row: 0, rows })
    else for (let row = 0; row < rows; row++) jobs.push({ batch, row, rows: 1 })
  }
  return jobs
}

/** The same contraction with the roles of the operands exchanged. */
export function mirrored(plan: ContractionPlan): ContractionPlan {
  return {
    left: { batch: plan.right.batch, rows: plan.right.columns, inner: plan.right.inner },
    right: { batch: plan.left.batch, inner: plan.left.inner, columns: plan.left.rows },
    output: { batch: plan.output.batch, rows: plan.output.columns, columns: plan.output.rows },
  }
}

/** `left` as a matrix of (data row, m) by k for one job. */
export function leftMatrix(plan: ContractionPlan, operand: Operand, job: Job): Float64Array {
  const { batch, rows, inner } = plan.left
  const result = new Float64Array(job.rows * rows.length * inner.length)
  for (let r = 0; r < job.rows; r++) {
    const base = (operand.rows === null ? 0 : (job.row + r) * operand.size) + (batch[job.batch] ?? 0)
    gather(operand.values, base, rows, inner, result, r * rows.length * inner.length)
  }
  return result
}

/** `right` as a matrix of n by k for one job: its columns one after another. */
export function rightColumns(plan: ContractionPlan, operand: Operand, job: Job): Float64Array {
  return rightMatrix(plan, operand, job, plan.right.columns, plan.right.inner)
}

/** The same as k by n. */
export function rightRows(plan: ContractionPlan, operand: Operand, job: Job): Float64Array {
  return rightMatrix(plan, operand, job, plan.right.inner, plan.right.columns)
}

function rightMatrix(
  plan: ContractionPlan,
  operand: Operand,
  job: Job,
  outer: Int32Array,
  within: Int32Array,
): Float64Array {
  const result = new Float64Array(outer.length * within.length)
  const base = (operand.rows === null ? 0 : job.row * operand.size) + (plan.right.batch[job.batch] ?? 0)
  gather(operand.values, base, outer, within, result, 0)
  return result
}

/** Adds a matrix of (data row, m) by n to the output tensor. */
export function scatterOutput(
  plan: ContractionPlan,
  matrix: Float64Array,
  output: Numbers,
  size: number,
  job: Job,
): void {
  const { batch, rows, columns } = plan.output
  let position = 0
  for (let r = 0; r < job.rows; r++) {
    const base = (job.row + r) * size + (batch[job.batch] ?? 0)
    for (let m = 0; m < rows.length; m++) {
      const start = base + (rows[m] as number)
      for (let n = 0; n < columns.length; n++) output[start + (columns[n] as number)] = matrix[position++] as number
    }
  }
}

/**
 * A whole contraction. Every output element belongs to exactly one (batch, m, n), so it is written once.
 * The parameter operand, where there is one, is taken as the right side.
 */
export function contract(
  plan: ContractionPlan,
  left: Operand,
  right: Operand,
  output: Numbers,
  outputSize: number,
): void {
  if (left.rows === null && right.rows !== null) {
    contract(mirrored(plan), right, left, output, outputSize)
    return
  }
  const inner = plan.left.inner.length
  const width = plan.right.columns.length
  for (const job of jobsOf(plan, left, right)) {
    const height = job.rows * plan.left.rows.length
    const product = new Float64Array(height * width)
    multiplyInto(leftMatrix(plan, left, job), rightColumns(plan, right, job), product, height, inner, width)
    scatterOutput(plan, product, output, outputSize, job)
  }
}
