import type { ContractionPlan } from '../../compiler/graph/elements.js'

export type Numbers = Float64Array | Float32Array

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
 * out[p, n] += Σ_k left[p, k] · right[k, n] on dense matrices of doubles. The order of the additions is fixed, so results
 * have the same bits everywhere.
 */
export function multiplyInto(
  left: Float64Array,
  right: Float64Array,
  out: Float64Array,
  height: number,
  inner: number,
  width: number,
): void {
  const fours = inner - (inner % 4)
  for (let p = 0; p < height; p++) {
    const leftStart = p * inner
    const outStart = p * width
    for (let k = 0; k < fours; k += 4) {
      const a0 = left[leftStart + k] as number
      const a1 = left[leftStart + k + 1] as number
      const a2 = left[leftStart + k + 2] as number
      const a3 = left[leftStart + k + 3] as number
      if (a0 === 0 && a1 === 0 && a2 === 0 && a3 === 0) continue
      const r0 = k * width
      const r1 = r0 + width
      const r2 = r1 + width
      const r3 = r2 + width
      for (let n = 0; n < width; n++) {
        out[outStart + n] =
          (out[outStart + n] as number) +
          (a0 * (right[r0 + n] as number) +
            a1 * (right[r1 + n] as number) +
            (a2 * (right[r2 + n] as number) + a3 * (right[r3 + n] as number)))
      }
    }
    for (let k = fours; k < inner; k++) {
      const a = left[leftStart + k] as number
      const r = k * width
      for (let n = 0; n < width; n++) out[outStart + n] = (out[outStart + n] as number) + a * (right[r + n] as number)
    }
  }
}

/** The transpose of a dense matrix. */
export function transposed(matrix: Float64Array, height: number, width: number): Float64Array {
  const result = new Float64Array(matrix.length)
  for (let r = 0; r < height; r++)
    for (let c = 0; c < width; c++) result[c * height + r] = matrix[r * width + c] as number
  return result
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

/** `right` as a matrix of k by n for one job. */
export function rightMatrix(plan: ContractionPlan, operand: Operand, job: Job): Float64Array {
  const { batch, inner, columns } = plan.right
  const result = new Float64Array(inner.length * columns.length)
  const base = (operand.rows === null ? 0 : job.row * operand.size) + (batch[job.batch] ?? 0)
  gather(operand.values, base, inner, columns, result, 0)
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
  if (left.rows === null && right.rows !== null) return contract(mirrored(plan), right, left, output, outputSize)
  const inner = plan.left.inner.length
  const width = plan.right.columns.length
  for (const job of jobsOf(plan, left, right)) {
    const height = job.rows * plan.left.rows.length
    const product = new Float64Array(height * width)
    multiplyInto(leftMatrix(plan, left, job), rightMatrix(plan, right, job), product, height, inner, width)
    scatterOutput(plan, product, output, outputSize, job)
  }
}
