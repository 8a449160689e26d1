import { assignedBits, enclosedBits } from '../../compiler/ebops/bits.js'
import type { OperationId, TensorGraph } from '../../compiler/graph/operation.js'
import { hasZeros } from '../../compiler/graph/patches.js'
import { operationAt } from '../../compiler/graph/walk.js'
import { elementCount } from '../../lang/shape.js'
import { apart } from '../kernels/arena.js'

/** The width groups of a quantizer while it trains. */
export interface WidthGroups {
  readonly groups: number
  /** Width group of every element. */
  readonly groupOf: Int32Array
}

/**
 * Whether EBOPs have a gradient for a learned width. The bits of kif are relu(i + f): none where they are 0. Those of
 * kbi are b, which is kept at 0 or above: the pressure on b goes on where it rounds to 0, down to 0 itself. There it
 * takes a task's gradient that outweighs the cost to bring a pruned weight back, not a bit of noise.
 */
export function isPressed(parametrization: 'kif' | 'kbi', fraction: number, bits: number): boolean {
  return parametrization === 'kbi' ? fraction >= 0 : bits > 0
}

/** The list of bits that the EBOPs of a training are computed from, as `EbopsModel` takes it. */
export interface WidthEntries {
  /** First entry of every quantizer, by path; it has one for each width group. */
  readonly starts: ReadonlyMap<string, number>
  /**
   * Bits of the entries: 0 for width groups, then those of constants, declared inputs and padding, which stay. Between the
   * entries of two quantizers, which threads may write at the same time, are some that nothing counts.
   */
  readonly bits: Float64Array
  /** Entry of every element of the operations that have widths. */
  readonly sources: ReadonlyMap<OperationId, Int32Array>
}

/** Lays out the entries for a network whose quantizers, by path, are these. */
export function widthEntries(graph: TensorGraph, quantizers: ReadonlyMap<string, WidthGroups>): WidthEntries {
  const starts = new Map<string, number>()
  const bits: number[] = []
  for (const [path, { groups }] of quantizers) {
    if (bits.length > 0) bits.push(...new Array<number>(apart(8 * bits.length) / 8 - bits.length).fill(0))
    starts.set(path, bits.length)
    for (let group = 0; group < groups; group++) bits.push(0)
  }
  const sources = new Map<OperationId, Int32Array>()
  for (const operation of graph.operations) {
    const count = elementCount(operation.shape)
    const start = bits.length
    if (operation.kind === 'quantize') {
      const first = starts.get(operation.path) ?? 0
      const groupOf = quantizers.get(operation.path)?.groupOf
      if (groupOf !== undefined)
        sources.set(
          operation.id,
          groupOf.map((group) => first + group),
        )
    } else if (operation.kind === 'constant') {
      const { value } = operation
      for (let element = 0; element < count; element++)
        bits.push(enclosedBits(typeof value === 'number' ? value : (value[element] ?? 0)))
      sources.set(
        operation.id,
        Int32Array.from({ length: count }, (_, element) => start + element),
      )
    } else if (operation.kind === 'input' && operation.type !== null) {
      const { type } = operation
      const fraction = type.parametrization === 'kif' ? type.fraction : type.magnitude - type.integer
      bits.push(assignedBits({ k: type.signed === false ? 0 : 1, i: type.integer, f: fraction }, type.overflow))
      sources.set(operation.id, new Int32Array(count).fill(start))
    } else if (operation.kind === 'patches' && hasZeros(operation, operationAt(graph, operation.operands[0]).shape)) {
      bits.push(0)
      sources.set(operation.id, Int32Array.of(start))
    }
  }
  return { starts, bits: Float64Array.from(bits), sources }
}
