import { elementCount } from '../../lang/shape.js'
import { broadcastMap, concatMap, sliceMap, transposeMap } from '../graph/elements.js'
import type { Operation, OperationOf, TensorGraph } from '../graph/operation.js'
import { hasZeros, patchesMap } from '../graph/patches.js'
import { operationAt } from '../graph/walk.js'

/**
 * How bit widths pass through a network: every element of a quantized tensor refers to one entry of a vector of widths, and
 * layout operations, ReLU and the like hand the references on. Null for a value that no quantizer has passed, e.g. an
 * accumulator.
 */
export type WidthRefs = Int32Array | null

/** The tables are made once per graph; only `maximum`, `minimum` and the reductions of these choose by the widths. */
export class WidthFlow {
  readonly #graph: TensorGraph
  readonly #sources: ReadonlyMap<number, Int32Array>
  readonly #maps = new Map<number, readonly Int32Array[]>()

  /**
   * `sources`: entries of the elements of each quantizer, constant and declared input, by operation id; of patches with
   * zeros around them the one entry of those, whose width is 0.
   */
  constructor(graph: TensorGraph, sources: ReadonlyMap<number, Int32Array>) {
    this.#graph = graph
    this.#sources = sources
  }

  /** References of one operation, given those of the earlier ones and the widths. */
  refsOf(operation: Operation, earlier: readonly WidthRefs[], widths: Float64Array): WidthRefs {
    if (this.isSource(operation)) return this.#sources.get(operation.id) ?? null
    const operand = (index: number): WidthRefs => earlier[operation.operands[index] ?? -1] ?? null
    switch (operation.kind) {
      case 'relu':
      case 'abs':
      case 'negate':
      case 'shift':
      case 'stop_gradient':
      case 'reshape':
        return operand(0)
      case 'transpose':
      case 'slice':
        return pick(operand(0), this.#map(operation)[0])
      case 'concat':
        return this.#concat(operation, earlier)
      case 'patches':
        return this.#patches(operation, operand(0))
      case 'maximum':
      case 'minimum':
        return widest(pick(operand(0), this.#map(operation)[0]), pick(operand(1), this.#map(operation)[1]), widths)
      case 'reduce':
        return operation.reduction === 'sum' ? null : this.#widestAlong(operation, operand(0), widths)
      case 'input':
      case 'parameter':
      case 'constant':
      case 'quantize':
      case 'einsum':
      case 'add':
      case 'subtract':
      case 'multiply':
      case 'divide':
      case 'square_root':
      case 'table':
      case 'batch_statistics':
        return null
    }
  }

  /** Whether an operation has widths of its own, whatever those of its operands are. */
  isSource(operation: Operation): boolean {
    return operation.kind !== 'patches' && this.#sources.has(operation.id)
  }

  /** For a binary or layout operation: which element of each operand its elements take. */
  mapsOf(operation: Operation): readonly Int32Array[] {
    return this.#map(operation)
  }

  #shape(id: number): readonly number[] {
    return operationAt(this.#graph, id).shape
  }

  #map(operation: Operation): readonly Int32Array[] {
    const known = this.#maps.get(operation.id)
    if (known !== undefined) return known
    const made = this.#makeMaps(operation)
    this.#maps.set(operation.id, made)
    return made
  }

  #makeMaps(operation: Operation): readonly Int32Array[] {
    if (operation.kind === 'transpose') return [transposeMap(this.#shape(operation.operands[0]), operation.permutation)]
    if (operation.kind === 'slice')
      return [sliceMap(this.#shape(operation.operands[0]), operation.axis, operation.start, operation.end)]
    if (operation.kind === 'patches') return [patchesMap(this.#shape(operation.operands[0]), operation)]
    if (operation.kind === 'concat') {
      const { operand, element } = concatMap(
        operation.operands.map((id) => this.#shape(id)),
        operation.axis,
      )
      return [operand, element]
    }
    if (operation.kind === 'reduce') {
      const shape = this.#shape(operation.operands[0])
      return [
        broadcastMap(
          shape.map((length, axis) => (operation.axes.includes(axis) ? 1 : length)),
          shape,
        ),
      ]
    }
    return operation.operands.map((id) => broadcastMap(this.#shape(id), operation.shape))
  }

  #concat(operation: OperationOf<'concat'>, earlier: readonly WidthRefs[]): WidthRefs {
    const [from, element] = this.#map(operation)
    if (from === undefined || element === undefined) return null
    const parts = operation.operands.map((id) => earlier[id] ?? null)
    if (parts.some((part) => part === null)) return null
    return Int32Array.from(element, (index, position) => parts[from[position] ?? 0]?.[index] ?? 0)
  }

  /** A zero of the padding has no bits: nothing is computed with it. */
  #patches(operation: OperationOf<'patches'>, refs: WidthRefs): WidthRefs {
    const [map] = this.#map(operation)
    if (refs === null || map === undefined) return null
    const [zero] = this.#sources.get(operation.id) ?? []
    if (zero === undefined && hasZeros(operation, this.#shape(operation.operands[0])))
      throw new Error(`operation ${operation.id} has no entry for its zeros`)
    return map.map((element) => (element < 0 ? (zero ?? 0) : (refs[element] ?? 0)))
  }

  #widestAlong(operation: OperationOf<'reduce'>, refs: WidthRefs, widths: Float64Array): WidthRefs {
    const map = this.#map(operation)[0]
    if (refs === null || map === undefined) return null
    const result = new Int32Array(elementCount(operation.shape)).fill(-1)
    for (const [index, ref] of refs.entries()) {
      const target = map[index] ?? 0
      const best = result[target] ?? -1
      if (best < 0 || (widths[ref] ?? 0) > (widths[best] ?? 0)) result[target] = ref
    }
    return result
  }
}

/** References of the elements that `map` names. */
export function pick(refs: WidthRefs, map: Int32Array | undefined): WidthRefs {
  return refs === null || map === undefined ? null : Int32Array.from(map, (element) => refs[element] ?? 0)
}

function widest(left: WidthRefs, right: WidthRefs, widths: Float64Array): WidthRefs {
  if (left === null || right === null) return null
  return Int32Array.from(left, (ref, index) => {
    const other = right[index] ?? 0
    return (widths[other] ?? 0) > (widths[ref] ?? 0) ? other : ref
  })
}
