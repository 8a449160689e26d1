import type { FixedType } from '../../compiler/fixed/type.js'
import { widthOf } from '../../compiler/fixed/type.js'
import type { ElementTypes } from '../../compiler/graph/calibrated.js'
import { concatMap, sliceMap, transposeMap } from '../../compiler/graph/elements.js'
import type { Operation, OperationId, OperationOf, TensorGraph } from '../../compiler/graph/operation.js'
import { patchesMap } from '../../compiler/graph/patches.js'
import { liveOperations, operationAt, users } from '../../compiler/graph/walk.js'
import { rangeOf, rounder } from '../../compiler/numeric/fixed-quantizer.js'
import type { QuantizerSpec } from '../../lang/program.js'
import { elementCount } from '../../lang/shape.js'
import { fixedRounding } from './freeze.js'
import { leastType, normalType, roundAt } from './widths.js'

/** A quantizer that an input reaches through layout operations alone, and which input element each of its elements is (-1: another's). */
export interface Consumer {
  readonly operation: OperationOf<'quantize'>
  readonly elementOf: Int32Array
}

/**
 * The quantizers that take an input, or null when something else uses it before it is quantized.
 */
export function consumersOf(graph: TensorGraph, input: OperationOf<'input'>): Consumer[] | null {
  const live = new Set(liveOperations(graph))
  const usersOf = users(graph)
  const consumers: Consumer[] = []
  const follow = (id: OperationId, elementOf: Int32Array): boolean =>
    (usersOf[id] ?? [])
      .filter((user) => live.has(user))
      .every((user) => {
        const operation = operationAt(graph, user)
        if (operation.kind === 'quantize') {
          consumers.push({ operation, elementOf })
          return true
        }
        const moved = moveThrough(graph, operation, id, elementOf)
        return moved !== undefined && follow(user, moved)
      })
  const start = Int32Array.from({ length: elementCount(input.shape) }, (_, element) => element)
  return follow(input.id, start) ? consumers : null
}

function moveThrough(
  graph: TensorGraph,
  operation: Operation,
  from: OperationId,
  elementOf: Int32Array,
): Int32Array | undefined {
  const shapeOf = (id: OperationId): readonly number[] => operationAt(graph, id).shape
  const pick = (map: Int32Array): Int32Array => map.map((element) => elementOf[element] ?? -1)
  switch (operation.kind) {
    case 'reshape':
    case 'stop_gradient':
      return elementOf
    case 'transpose':
      return pick(transposeMap(shapeOf(from), operation.permutation))
    case 'slice':
      return pick(sliceMap(shapeOf(from), operation.axis, operation.start, operation.end))
    case 'patches':
      return pick(patchesMap(shapeOf(from), operation))
    case 'concat': {
      const { operand, element } = concatMap(operation.operands.map(shapeOf), operation.axis)
      return operand.map((index, at) => (operation.operands[index] === from ? (elementOf[element[at] ?? 0] ?? -1) : -1))
    }
    default:
      return undefined
  }
}

/** Type of a port declared with `as`. */
export function declaredTypes(type: QuantizerSpec, count: number): ElementTypes {
  const f = type.parametrization === 'kif' ? type.fraction : type.magnitude - type.integer
  const fixed = normalType({ k: type.signed === false ? 0 : 1, i: type.integer, f })
  const overflow = type.overflow === 'saturate_symmetric' ? 'saturate_symmetric' : 'saturate'
  return { types: new Array<FixedType>(count).fill(fixed), rounding: fixedRounding(type.rounding), overflow }
}

/** The least type for each element that holds what every consumer asks of it; width 0 where none wants it. */
export function unionTypes(
  count: number,
  wanted: Iterable<{ readonly element: number; readonly type: FixedType }>,
): FixedType[] {
  const types = new Array<FixedType>(count).fill({ k: 0, i: 0, f: 0 })
  for (const { element, type } of wanted) {
    const held = types[element]
    if (held === undefined || widthOf(type) === 0) continue
    types[element] =
      widthOf(held) === 0
        ? type
        : { k: held.k === 1 || type.k === 1 ? 1 : 0, i: Math.max(held.i, type.i), f: Math.max(held.f, type.f) }
  }
  return types
}

/** The rounding that all consumers share, else to the nearest. */
export function portRounding(consumers: readonly Consumer[]): ElementTypes['rounding'] {
  const modes = new Set(consumers.map(({ operation }) => fixedRounding(operation.quantizer.rounding)))
  const [first] = modes
  return modes.size === 1 && first !== undefined ? first : 'nearest'
}

/**
 * Types of a consumer that no value of the port can leave. A port saturates, so that the input never wraps; where it is wider or finer than one
 * of its consumers, because others ask for more, that one needs the bits to follow.
 */
export function followPort(elements: ElementTypes, consumer: Consumer, port: ElementTypes): ElementTypes {
  const { rounding, overflow } = elements
  if (overflow === 'saturate' || overflow === 'saturate_symmetric') return elements
  const round = rounder(rounding)
  const types = elements.types.map((type, at) => {
    const source = port.types[consumer.elementOf[at] ?? -1]
    if (source === undefined || widthOf(source) === 0 || widthOf(type) === 0) return type
    const { low, high } = rangeOf(source, port.overflow)
    const least = leastType(roundAt(low, type.f, round), roundAt(high, type.f, round), type.f)
    const k: 0 | 1 = type.k === 1 || least.k === 1 ? 1 : 0
    return { k, i: Math.max(type.i, least.i), f: type.f }
  })
  return { types, rounding, overflow }
}
