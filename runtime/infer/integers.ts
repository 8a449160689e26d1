import { dyadicOf, numberOf } from '../../compiler/fixed/dyadic.js'
import type { FixedType } from '../../compiler/fixed/type.js'
import { widthOf } from '../../compiler/fixed/type.js'
import type { Calibrated, ElementTypes } from '../../compiler/graph/calibrated.js'
import {
  broadcastMap,
  concatMap,
  planContraction,
  reduceMap,
  sliceMap,
  transposeMap,
} from '../../compiler/graph/elements.js'
import { entryOf, lookupAt, lookupsOf, tableBefore } from '../../compiler/graph/lookup.js'
import type { Operation, OperationId, OperationOf } from '../../compiler/graph/operation.js'
import { patchesMap } from '../../compiler/graph/patches.js'
import { liveOperations, operationAt } from '../../compiler/graph/walk.js'
import { elementCount } from '../../lang/shape.js'

/** mantissa · 2^-fraction. */
interface Exact {
  readonly mantissa: bigint
  readonly fraction: number
}

const ZERO: Exact = { mantissa: 0n, fraction: 0 }

/**
 * Exact inference with integers of any width, row by row: slow, and only where doubles could lose a bit. Counts wraps like
 * `inferNetwork`. Outputs wider than 53 bits are rounded to doubles at the very end; `lower` refuses such ports.
 */
export function inferWithIntegers(
  calibrated: Calibrated,
  ports: ReadonlyMap<OperationId, Float64Array>,
  rows: number,
  wraps: Map<string, number>,
): Map<string, Float64Array> {
  const { graph } = calibrated
  const live = liveOperations(graph).map((id) => operationAt(graph, id))
  const constants = new Map([...calibrated.constants].map(([id, { values }]) => [id, Array.from(values, exactOf)]))
  const outputs = new Map<string, Float64Array>()
  for (let row = 0; row < rows; row++) {
    const values = new Map<OperationId, readonly Exact[]>(constants)
    for (const operation of live) {
      if (values.has(operation.id) || operation.side === 'parameter') continue
      values.set(operation.id, evaluate(operation, { calibrated, ports, row, values, wraps }))
    }
    for (const { name, operation } of graph.outputs) {
      const result = values.get(operation) ?? []
      const all = outputs.get(name) ?? new Float64Array(rows * result.length)
      outputs.set(name, all)
      for (const [element, value] of result.entries()) all[row * result.length + element] = toNumber(value)
    }
  }
  return outputs
}

interface Context {
  readonly calibrated: Calibrated
  readonly ports: ReadonlyMap<OperationId, Float64Array>
  readonly row: number
  readonly values: ReadonlyMap<OperationId, readonly Exact[]>
  readonly wraps: Map<string, number>
}

function evaluate(operation: Operation, context: Context): readonly Exact[] {
  const { graph } = context.calibrated
  const shapeOf = (id: OperationId): readonly number[] => operationAt(graph, id).shape
  const operand = (index: number): readonly Exact[] => context.values.get(operation.operands[index] ?? -1) ?? []
  const pick = (map: Int32Array): Exact[] => Array.from(map, (element) => operand(0)[element] ?? ZERO)
  const combine = (apply: (a: Exact, b: Exact) => Exact): Exact[] => {
    const [left, right] = operation.operands.map((id) => broadcastMap(shapeOf(id), operation.shape))
    return Array.from(left ?? [], (element, at) =>
      apply(operand(0)[element] ?? ZERO, operand(1)[right?.[at] ?? 0] ?? ZERO),
    )
  }
  switch (operation.kind) {
    case 'input': {
      const port = context.ports.get(operation.id) ?? new Float64Array()
      const size = context.calibrated.inputs.get(operation.id)?.types.length ?? 0
      return Array.from(port.subarray(context.row * size, (context.row + 1) * size), exactOf)
    }
    case 'quantize': {
      const types = context.calibrated.quantizers.get(operation.id)
      if (types === undefined) throw new Error(`quantizer ${operation.path} is not calibrated`)
      if (tableBefore(graph, operation) !== null) return lookUp(operation, operand(0), context)
      return operand(0).map((value, element) => {
        const { result, wrapped } = quantizeExact(value, types, element)
        if (wrapped) context.wraps.set(operation.path, (context.wraps.get(operation.path) ?? 0) + 1)
        return result
      })
    }
    case 'einsum': {
      const [leftId, rightId] = operation.operands
      const plan = planContraction(operation.equation, shapeOf(leftId), shapeOf(rightId), operation.shape)
      const size = elementCount(operation.shape)
      const result = new Array<Exact>(size).fill(ZERO)
      for (let b = 0; b < plan.left.batch.length; b++) {
        for (const [m, row] of plan.left.rows.entries()) {
          for (const [n, column] of plan.right.columns.entries()) {
            let sum = ZERO
            for (const [k, inner] of plan.left.inner.entries()) {
              const left = operand(0)[(plan.left.batch[b] ?? 0) + row + inner] ?? ZERO
              const right = operand(1)[(plan.right.batch[b] ?? 0) + (plan.right.inner[k] ?? 0) + column] ?? ZERO
              sum = add(sum, multiply(left, right))
            }
            result[(plan.output.batch[b] ?? 0) + (plan.output.rows[m] ?? 0) + (plan.output.columns[n] ?? 0)] = sum
          }
        }
      }
      return result
    }
    case 'add':
      return combine(add)
    case 'subtract':
      return combine((a, b) => add(a, negate(b)))
    case 'multiply':
      return combine(multiply)
    case 'maximum':
      return combine((a, b) => (isLess(a, b) ? b : a))
    case 'minimum':
      return combine((a, b) => (isLess(b, a) ? b : a))
    case 'negate':
      return operand(0).map(negate)
    case 'relu':
      return operand(0).map((value) => (value.mantissa > 0n ? value : ZERO))
    case 'abs':
      return operand(0).map((value) => (value.mantissa < 0n ? negate(value) : value))
    case 'shift':
      return operand(0).map(({ mantissa, fraction }) => ({ mantissa, fraction: fraction - operation.by }))
    case 'stop_gradient':
    // The quantizer behind it looks up what the operand is.
    case 'table':
    case 'reshape':
      return operand(0)
    case 'transpose':
      return pick(transposeMap(shapeOf(operation.operands[0]), operation.permutation))
    case 'slice':
      return pick(sliceMap(shapeOf(operation.operands[0]), operation.axis, operation.start, operation.end))
    case 'patches':
      return pick(patchesMap(shapeOf(operation.operands[0]), operation))
    case 'concat': {
      const map = concatMap(operation.operands.map(shapeOf), operation.axis)
      return Array.from(map.operand, (from, at) => operand(from)[map.element[at] ?? 0] ?? ZERO)
    }
    case 'reduce': {
      const map = reduceMap(shapeOf(operation.operands[0]), operation.axes)
      const size = elementCount(operation.shape)
      const result = new Array<Exact | undefined>(size).fill(undefined)
      for (const [element, target] of map.entries()) {
        const value = operand(0)[element] ?? ZERO
        const held = result[target]
        if (held === undefined) result[target] = value
        else if (operation.reduction === 'sum') result[target] = add(held, value)
        else if (operation.reduction === 'max' ? isLess(held, value) : isLess(value, held)) result[target] = value
      }
      return result.map((value) => value ?? ZERO)
    }
    case 'parameter':
    case 'constant':
    case 'divide':
    case 'square_root':
    case 'batch_statistics':
      throw new Error(`operation ${operation.id} (${operation.kind}) belongs to the parameter side, which is frozen`)
  }
}

function lookUp(operation: OperationOf<'quantize'>, codes: readonly Exact[], context: Context): readonly Exact[] {
  const lookups = lookupsOf(context.calibrated, operation)
  return codes.map((value, element) => {
    const lookup = lookupAt(lookups, element)
    const entry = entryOf(lookup, numberOf(value.mantissa, lookup.fraction - value.fraction))
    if (lookup.wrapped.includes(entry)) context.wraps.set(operation.path, (context.wraps.get(operation.path) ?? 0) + 1)
    return exactOf(lookup.values[entry] ?? 0)
  })
}

function exactOf(value: number): Exact {
  const { mantissa, exponent } = dyadicOf(value)
  return { mantissa, fraction: -exponent }
}

/** Nearest double. */
function toNumber({ mantissa, fraction }: Exact): number {
  return numberOf(mantissa, -fraction)
}

function aligned(a: Exact, b: Exact): readonly [bigint, bigint, number] {
  const fraction = Math.max(a.fraction, b.fraction)
  return [a.mantissa << BigInt(fraction - a.fraction), b.mantissa << BigInt(fraction - b.fraction), fraction]
}

function add(a: Exact, b: Exact): Exact {
  if (a.mantissa === 0n) return b
  if (b.mantissa === 0n) return a
  const [left, right, fraction] = aligned(a, b)
  return { mantissa: left + right, fraction }
}

function multiply(a: Exact, b: Exact): Exact {
  const mantissa = a.mantissa * b.mantissa
  return mantissa === 0n ? ZERO : { mantissa, fraction: a.fraction + b.fraction }
}

function negate({ mantissa, fraction }: Exact): Exact {
  return { mantissa: -mantissa, fraction }
}

function isLess(a: Exact, b: Exact): boolean {
  const [left, right] = aligned(a, b)
  return left < right
}

/** As `quantizeElements`, for one value of any width. */
export function quantizeExact(
  value: Exact,
  { types, rounding, overflow }: ElementTypes,
  element: number,
): { readonly result: Exact; readonly wrapped: boolean } {
  const type: FixedType = types[element] ?? { k: 0, i: 0, f: 0 }
  const clips = overflow === 'saturate' || overflow === 'saturate_symmetric'
  if (widthOf(type) === 0) return { result: ZERO, wrapped: !clips && roundExact(value, type.f, rounding) !== 0n }
  const top = 1n << BigInt(type.i + type.f)
  const low = type.k === 0 ? 0n : overflow === 'saturate_symmetric' ? 1n - top : -top
  if (clips) {
    // Clip before rounding: beyond the last code is beyond the range.
    const bounds = { low: { mantissa: low, fraction: type.f }, high: { mantissa: top - 1n, fraction: type.f } }
    const clipped = isLess(bounds.high, value) ? bounds.high : isLess(value, bounds.low) ? bounds.low : value
    return { result: { mantissa: roundExact(clipped, type.f, rounding), fraction: type.f }, wrapped: false }
  }
  const integer = roundExact(value, type.f, rounding)
  const modulus = top << BigInt(type.k)
  const shifted = (((integer - low) % modulus) + modulus) % modulus
  const plain = shifted + low
  const turned = overflow === 'wrap_reflect' && floorDivide(integer + modulus / 2n, modulus) % 2n !== 0n
  const mantissa = turned ? -1n - plain : plain
  return { result: { mantissa, fraction: type.f }, wrapped: mantissa !== integer }
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b < 0n ? quotient - 1n : quotient
}

/** The integer that value · 2^f rounds to. */
function roundExact({ mantissa, fraction }: Exact, f: number, rounding: ElementTypes['rounding']): bigint {
  const lost = fraction - f
  if (lost <= 0) return mantissa << BigInt(-lost)
  const bits = BigInt(lost)
  const floor = mantissa >> bits
  const rest = mantissa - (floor << bits)
  if (rest === 0n) return floor
  const twice = rest << 1n
  const one = 1n << bits
  const nearest = (onTie: bigint): bigint => (twice === one ? onTie : twice > one ? floor + 1n : floor)
  switch (rounding) {
    case 'truncate':
      return floor
    case 'truncate_to_zero':
      return mantissa < 0n ? floor + 1n : floor
    case 'nearest':
      return nearest(floor + 1n)
    case 'nearest_even':
      return nearest(floor % 2n === 0n ? floor : floor + 1n)
    case 'nearest_to_zero':
      return nearest(mantissa < 0n ? floor + 1n : floor)
    case 'nearest_to_minus_infinity':
      return nearest(floor)
    case 'nearest_to_infinity':
      return nearest(mantissa < 0n ? floor : floor + 1n)
  }
}
