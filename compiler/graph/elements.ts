import type { Shape } from '../../lang/host.js'
import { elementCount } from '../../lang/shape.js'
import { parseContraction } from './einsum.js'

/** Row-major strides. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1)
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1)
  return strides
}

/** For every index of `shape` in row-major order, `start` plus the dot product of the index with `strides`. */
export function offsets(shape: Shape, strides: readonly number[], start = 0): Int32Array {
  let result = Int32Array.of(start)
  for (const [axis, length] of shape.entries()) {
    const stride = strides[axis] ?? 0
    const next = new Int32Array(result.length * length)
    let position = 0
    for (const base of result) for (let step = 0; step < length; step++) next[position++] = base + step * stride
    result = next
  }
  return result
}

/** Which element of `from` each element of `to` repeats: axes aligned at the end, length 1 repeated. */
export function broadcastMap(from: Shape, to: Shape): Int32Array {
  const missing = to.length - from.length
  const strides = stridesOf(from)
  return offsets(
    to,
    to.map((_, axis) => ((from[axis - missing] ?? 1) === 1 ? 0 : (strides[axis - missing] ?? 0))),
  )
}

/** Which element of the operand each element of its transpose is. */
export function transposeMap(shape: Shape, permutation: readonly number[]): Int32Array {
  const strides = stridesOf(shape)
  return offsets(
    permutation.map((axis) => shape[axis] ?? 1),
    permutation.map((axis) => strides[axis] ?? 0),
  )
}

/** Which element of the operand each element of `operand[…, start:end, …]` is. */
export function sliceMap(shape: Shape, axis: number, start: number, end: number): Int32Array {
  const strides = stridesOf(shape)
  const sliced = shape.map((length, index) => (index === axis ? end - start : length))
  return offsets(sliced, strides, start * (strides[axis] ?? 0))
}

/** For every element of the concatenation: which operand it comes from, and which element of that operand. */
export function concatMap(
  shapes: readonly Shape[],
  axis: number,
): { readonly operand: Int32Array; readonly element: Int32Array } {
  const first = shapes[0] ?? []
  const total = shapes.reduce((sum, shape) => sum + (shape[axis] ?? 0), 0)
  const outer = elementCount(first.slice(0, axis))
  const inner = elementCount(first.slice(axis + 1))
  const operand = new Int32Array(outer * total * inner)
  const element = new Int32Array(operand.length)
  let position = 0
  for (let block = 0; block < outer; block++) {
    for (const [index, shape] of shapes.entries()) {
      const run = (shape[axis] ?? 0) * inner
      for (let step = 0; step < run; step++, position++) {
        operand[position] = index
        element[position] = block * run + step
      }
    }
  }
  return { operand, element }
}

/** Which element of the reduced tensor each element of `shape` goes to. */
export function reduceMap(shape: Shape, axes: readonly number[]): Int32Array {
  const kept = shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
  return broadcastMap(kept, shape)
}

/**
 * A contraction as a batch of matrix products: out[b, m, n] = Σ_k left[b, m, k] · right[b, k, n], where the element of
 * each tensor is the sum of three offsets, e.g. `left.batch[b] + left.rows[m] + left.inner[k]`.
 */
export interface ContractionPlan {
  readonly left: { readonly batch: Int32Array; readonly rows: Int32Array; readonly inner: Int32Array }
  readonly right: { readonly batch: Int32Array; readonly inner: Int32Array; readonly columns: Int32Array }
  readonly output: { readonly batch: Int32Array; readonly rows: Int32Array; readonly columns: Int32Array }
}

/** Plans an einsum on shapes without the batch of data rows. Throws on an equation that the shape rules refused: a bug. */
export function planContraction(equation: string, left: Shape, right: Shape, output: Shape): ContractionPlan {
  const parsed = parseContraction(equation, left.length, right.length)
  if (!parsed.ok) throw new Error(`einsum "${equation}" on [${left}] and [${right}]: ${parsed.problem}`)
  const terms = parsed.contraction
  const sizes = new Map<string, number>()
  const note = (term: string, shape: Shape): void => {
    for (const [axis, letter] of [...term].entries())
      sizes.set(letter, Math.max(sizes.get(letter) ?? 1, shape[axis] ?? 1))
  }
  note(terms.left, left)
  note(terms.right, right)
  const letters = [...sizes.keys()]
  const inLeft = (letter: string): boolean => terms.left.includes(letter)
  const inRight = (letter: string): boolean => terms.right.includes(letter)
  const inOutput = (letter: string): boolean => terms.output.includes(letter)
  const batch = letters.filter((l) => inLeft(l) && inRight(l) && inOutput(l))
  const inner = letters.filter((l) => inLeft(l) && inRight(l) && !inOutput(l))
  const rows = letters.filter((l) => inLeft(l) && !inRight(l))
  const columns = letters.filter((l) => inRight(l) && !inLeft(l))
  const at = (group: readonly string[], term: string, shape: Shape): Int32Array => {
    const strides = stridesOf(shape)
    const strideOf = (letter: string): number => {
      const axis = term.indexOf(letter)
      return axis < 0 || shape[axis] === 1 ? 0 : (strides[axis] ?? 0)
    }
    return offsets(
      group.map((letter) => sizes.get(letter) ?? 1),
      group.map(strideOf),
    )
  }
  return {
    left: { batch: at(batch, terms.left, left), rows: at(rows, terms.left, left), inner: at(inner, terms.left, left) },
    right: {
      batch: at(batch, terms.right, right),
      inner: at(inner, terms.right, right),
      columns: at(columns, terms.right, right),
    },
    output: {
      batch: at(batch, terms.output, output),
      rows: at(rows, terms.output, output),
      columns: at(columns, terms.output, output),
    },
  }
}
