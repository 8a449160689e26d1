import type { ContractionPlan } from '../../../compiler/graph/elements.js'
import type { Shape } from '../../../lang/host.js'
import { elementCount } from '../../../lang/shape.js'
import {
  type Operand as ContractionOperand,
  contract,
  type Job,
  jobsOf,
  leftMatrix,
  mirrored,
  multiplyInto,
  rightRows,
} from '../../infer/contraction.js'
import type { Backend } from './backend.js'
import { customOperation, type InputGradients, type TrainingValue } from './custom.js'
import type { Operand } from './elementwise.js'

/**
 * A contraction with its adjoint. Products are added up in doubles in a fixed order and stored as float32, so training has the same bits
 * everywhere; with the native engine the products go through its own matrix multiplication.
 */
export function contractElements(
  backend: Backend,
  plan: ContractionPlan,
  left: Operand,
  right: Operand,
  shape: Shape,
): TrainingValue {
  // The parameter operand, where there is one, is the right side.
  if (left.rows === null && right.rows !== null) return contractElements(backend, mirrored(plan), right, left, shape)
  const rows = left.rows ?? right.rows
  const size = elementCount(shape)
  const operandsOf = (a: Float32Array, b: Float32Array): readonly [ContractionOperand, ContractionOperand] => [
    { values: a, size: elementCount(left.shape), rows: left.rows },
    { values: b, size: elementCount(right.shape), rows: right.rows },
  ]
  return customOperation(
    backend,
    [left.value, right.value],
    rows === null ? [...shape] : [rows, ...shape],
    ([a = new Float32Array(), b = new Float32Array()]) => {
      const result = new Float32Array((rows ?? 1) * size)
      const [x, w] = operandsOf(a, b)
      if (backend.name === 'native' && right.rows === null) nativeContract(backend, plan, x, w, result, size)
      else contract(plan, x, w, result, size)
      return result
    },
    (upstream, [a = new Float32Array(), b = new Float32Array()]) => {
      const [x, w] = operandsOf(a, b)
      return adjoint(plan, x, w, upstream, size, left.value.needsGradient, right.value.needsGradient)
    },
  )
}

function adjoint(
  plan: ContractionPlan,
  left: ContractionOperand,
  right: ContractionOperand,
  upstream: Float32Array,
  size: number,
  wantLeft: boolean,
  wantRight: boolean,
): InputGradients {
  const leftGradient = wantLeft ? new Float32Array(left.values.length) : null
  const rightGradient = wantRight ? new Float32Array(right.values.length) : null
  const inner = plan.left.inner.length
  const width = plan.right.columns.length
  const upstreamPlan: ContractionPlan = {
    ...plan,
    left: { batch: plan.output.batch, rows: plan.output.rows, inner: plan.output.columns },
  }
  for (const job of jobsOf(plan, left, right)) {
    const height = job.rows * plan.left.rows.length
    const dy = leftMatrix(upstreamPlan, { values: upstream, size, rows: left.rows ?? right.rows ?? 1 }, job)
    if (leftGradient !== null) {
      const product = new Float64Array(height * inner)
      // dy · rightᵀ: the columns of rightᵀ are the rows of right.
      multiplyInto(dy, rightRows(plan, right, job), product, height, width, inner)
      spread(
        product,
        leftGradient,
        left,
        plan.left.batch[job.batch] ?? 0,
        plan.left.rows,
        plan.left.inner,
        job,
        job.rows,
      )
    }
    if (rightGradient !== null) {
      const product = new Float64Array(inner * width)
      multiplyTransposed(leftMatrix(plan, left, job), dy, product, height, inner, width)
      spread(
        product,
        rightGradient,
        right,
        plan.right.batch[job.batch] ?? 0,
        plan.right.inner,
        plan.right.columns,
        job,
        1,
      )
    }
  }
  return [leftGradient, rightGradient]
}

/** out[k, n] += Σ_p left[p, k] · right[p, n], four rows and two columns of `left` at a time. */
function multiplyTransposed(
  left: Float64Array,
  right: Float64Array,
  out: Float64Array,
  height: number,
  inner: number,
  width: number,
): void {
  const fours = height - (height % 4)
  const twos = inner - (inner % 2)
  for (let p = 0; p < fours; p += 4) {
    const r0 = p * width
    const r1 = r0 + width
    const r2 = r1 + width
    const r3 = r2 + width
    const p0 = p * inner
    const p1 = p0 + inner
    const p2 = p1 + inner
    const p3 = p2 + inner
    for (let k = 0; k < twos; k += 2) {
      const a0 = left[p0 + k] as number
      const a1 = left[p1 + k] as number
      const a2 = left[p2 + k] as number
      const a3 = left[p3 + k] as number
      const b0 = left[p0 + k + 1] as number
      const b1 = left[p1 + k + 1] as number
      const b2 = left[p2 + k + 1] as number
      const b3 = left[p3 + k + 1] as number
      const o = k * width
      const q = o + width
      for (let n = 0; n < width; n++) {
        const d0 = right[r0 + n] as number
        const d1 = right[r1 + n] as number
        const d2 = right[r2 + n] as number
        const d3 = right[r3 + n] as number
        out[o + n] = (out[o + n] as number) + (a0 * d0 + a1 * d1 + (a2 * d2 + a3 * d3))
        out[q + n] = (out[q + n] as number) + (b0 * d0 + b1 * d1 + (b2 * d2 + b3 * d3))
      }
    }
  }
  addOuterProducts(left, right, out, inner, width, 0, fours, twos)
  addOuterProducts(left, right, out, inner, width, fours, height, 0)
}

/** What the tiles leave over: rows `from … to` and the columns of `left` from `first` on. */
function addOuterProducts(
  left: Float64Array,
  right: Float64Array,
  out: Float64Array,
  inner: number,
  width: number,
  from: number,
  to: number,
  first: number,
): void {
  for (let p = from; p < to; p++) {
    for (let k = first; k < inner; k++) {
      const a = left[p * inner + k] as number
      const o = k * width
      for (let n = 0; n < width; n++) out[o + n] = (out[o + n] as number) + a * (right[p * width + n] as number)
    }
  }
}

/** Adds a dense matrix of gradients to the elements it stands for. */
function spread(
  matrix: Float64Array,
  gradient: Float32Array,
  operand: ContractionOperand,
  batch: number,
  rows: Int32Array,
  columns: Int32Array,
  job: Job,
  dataRows: number,
): void {
  let position = 0
  for (let r = 0; r < dataRows; r++) {
    const base = (operand.rows === null ? 0 : (job.row + r) * operand.size) + batch
    for (let m = 0; m < rows.length; m++) {
      const start = base + (rows[m] as number)
      for (let n = 0; n < columns.length; n++) {
        const at = start + (columns[n] as number)
        gradient[at] = (gradient[at] as number) + (matrix[position++] as number)
      }
    }
  }
}

function nativeContract(
  { tf }: Backend,
  plan: ContractionPlan,
  left: ContractionOperand,
  right: ContractionOperand,
  output: Float32Array,
  size: number,
): void {
  const inner = plan.left.inner.length
  const width = plan.right.columns.length
  for (const job of jobsOf(plan, left, right)) {
    const height = job.rows * plan.left.rows.length
    const product = tf.tidy(() =>
      tf
        .matMul(
          tf.tensor2d(Float32Array.from(leftMatrix(plan, left, job)), [height, inner]),
          tf.tensor2d(Float32Array.from(rightRows(plan, right, job)), [inner, width]),
        )
        .dataSync(),
    )
    const { batch, rows, columns } = plan.output
    let position = 0
    for (let r = 0; r < job.rows; r++) {
      for (const row of rows) {
        const start = (job.row + r) * size + (batch[job.batch] ?? 0) + row
        for (const column of columns) output[start + column] = product[position++] ?? 0
      }
    }
  }
}
