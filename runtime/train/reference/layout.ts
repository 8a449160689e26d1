import { concatMap, sliceMap, transposeMap } from '../../../compiler/graph/elements.js'
import { type Patches, patchesMap } from '../../../compiler/graph/patches.js'
import type { Shape } from '../../../lang/host.js'
import { elementCount } from '../../../lang/shape.js'
import type { Backend } from './backend.js'
import { customOperation, type InputGradients, type TrainingValue } from './custom.js'
import { batched, type Operand } from './elementwise.js'

/**
 * Moves elements: output element e is element `map[e]` of operand `from[e]` (all of operand 0 when `from` is null), 0
 * where the map says -1.
 */
function moveElements(
  backend: Backend,
  operands: readonly Operand[],
  shape: Shape,
  map: Int32Array,
  from: Int32Array | null,
): TrainingValue {
  const rows = operands.reduce<number | null>((found, operand) => found ?? operand.rows, null)
  const count = rows ?? 1
  const size = map.length
  const steps = operands.map((operand) => (operand.rows === null ? 0 : elementCount(operand.shape)))
  const gradients = (upstream: Float32Array, arrays: readonly Float32Array[]): InputGradients =>
    operands.map((operand, index) => {
      if (!operand.value.needsGradient) return null
      const gradient = new Float32Array(arrays[index]?.length ?? 0)
      for (let row = 0; row < count; row++) {
        const base = row * (steps[index] ?? 0)
        for (let e = 0; e < size; e++) {
          if ((from !== null && from[e] !== index) || (map[e] as number) < 0) continue
          const at = base + (map[e] as number)
          gradient[at] = (gradient[at] as number) + (upstream[row * size + e] as number)
        }
      }
      return gradient
    })
  return customOperation(
    backend,
    operands.map(({ value }) => value),
    batched(rows, shape),
    (arrays) => {
      const result = new Float32Array(count * size)
      for (let row = 0, at = 0; row < count; row++) {
        for (let e = 0; e < size; e++) {
          const operand = from === null ? 0 : (from[e] as number)
          if ((map[e] as number) < 0) at++
          else result[at++] = arrays[operand]?.[row * (steps[operand] ?? 0) + (map[e] as number)] ?? 0
        }
      }
      return result
    },
    gradients,
  )
}

/** The same elements in another shape; the batch axis stays. */
export function reshapeElements(backend: Backend, x: Operand, shape: Shape): TrainingValue {
  return customOperation(
    backend,
    [x.value],
    batched(x.rows, shape),
    ([source = new Float32Array()]) => source,
    (upstream) => [upstream],
  )
}

/** Axes permuted; the batch axis stays first. */
export function transposeElements(
  backend: Backend,
  x: Operand,
  shape: Shape,
  permutation: readonly number[],
): TrainingValue {
  return moveElements(backend, [x], shape, transposeMap(x.shape, permutation), null)
}

/** `start` to before `end` of one axis; the gradient of the rest is 0. */
export function sliceElements(
  backend: Backend,
  x: Operand,
  shape: Shape,
  axis: number,
  start: number,
  end: number,
): TrainingValue {
  return moveElements(backend, [x], shape, sliceMap(x.shape, axis, start, end), null)
}

/** Windows side by side; where they overlap, the gradient is the sum of theirs. */
export function patchElements(
  backend: Backend,
  x: Operand,
  patches: Patches & { readonly shape: Shape },
): TrainingValue {
  return moveElements(backend, [x], patches.shape, patchesMap(x.shape, patches), null)
}

/** Tensors joined along an axis; one of the parameter side is repeated for every row. */
export function concatElements(backend: Backend, parts: readonly Operand[], shape: Shape, axis: number): TrainingValue {
  const { operand, element } = concatMap(
    parts.map((part) => part.shape),
    axis,
  )
  return moveElements(backend, parts, shape, element, operand)
}
