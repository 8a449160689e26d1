import type { FixedType } from '../../compiler/fixed/type.js'
import { broadcastMap } from '../../compiler/graph/elements.js'
import type { OperationOf } from '../../compiler/graph/operation.js'
import { fractionPath, groupShape, integerPath, signPath, tracksInteger } from '../../compiler/graph/state.js'
import { ceilLog2, floorLog2, powerOfTwo } from '../../compiler/numeric/exponent.js'
import { rounder, roundNearestEven } from '../../compiler/numeric/fixed-quantizer.js'
import type { Checkpoint } from '../train/checkpoint.js'

/** Widths of a quantizer in a checkpoint, one entry per width group, learned ones rounded to integers. */
export interface GroupWidths {
  readonly k: Float64Array
  readonly i: Float64Array
  /** f of kif; b of kbi. */
  readonly fraction: Float64Array
  /** Group of every element. */
  readonly groupOf: Int32Array
}

/** A quantizer's widths in a checkpoint. Throws where the checkpoint is of another network. */
export function groupWidths(operation: OperationOf<'quantize'>, checkpoint: Checkpoint): GroupWidths {
  const read = (path: string): Float64Array => {
    const values = new Float64Array(valuesOf(checkpoint, path))
    for (let group = 0; group < values.length; group++) values[group] = roundNearestEven(values[group] as number)
    return values
  }
  return {
    k: read(signPath(operation)),
    i: read(integerPath(operation)),
    fraction: read(fractionPath(operation)),
    groupOf: broadcastMap(groupShape(operation.shape, operation.quantizer), operation.shape),
  }
}

/** The numbers of one tensor of a checkpoint. Throws where there is none. */
export function valuesOf(checkpoint: Checkpoint, path: string): Float32Array {
  const tensor = checkpoint.tensors.get(path)
  if (tensor === undefined) throw new Error(`the checkpoint has no ${path}`)
  return tensor.values
}

/** What values did to one width group: their extremes. */
export interface Extremes {
  readonly low: Float64Array
  readonly high: Float64Array
}

/** The extremes of groups that nothing has been seen of. */
export function noExtremes(groups: number): Extremes {
  return {
    low: new Float64Array(groups).fill(Number.POSITIVE_INFINITY),
    high: new Float64Array(groups).fill(Number.NEGATIVE_INFINITY),
  }
}

/** Widens `extremes` by columns, one for each entry of `groupOf`. */
export function noteExtremes(extremes: Extremes, values: Float64Array, groupOf: Int32Array): void {
  const rows = values.length / Math.max(1, groupOf.length)
  for (let e = 0; e < groupOf.length; e++) {
    const group = groupOf[e] as number
    let low = extremes.low[group] as number
    let high = extremes.high[group] as number
    for (let at = e * rows; at < (e + 1) * rows; at++) {
      const x = values[at] as number
      if (x < low) low = x
      if (x > high) high = x
    }
    extremes.low[group] = low
    extremes.high[group] = high
  }
}

/**
 * The least integer bits that hold the rounded values between `low` and `high`, both on the grid 2^-f; computed on the
 * values themselves, so a minimum of exactly -2^i needs no bit more. A group that is always 0 gets width 0.
 */
export function leastType(low: number, high: number, f: number): FixedType {
  if (!(low < 0) && !(high > 0)) return { k: 0, i: -f, f }
  const forHigh = high > 0 ? floorLog2(high) + 1 : -f
  const forLow = low < 0 ? ceilLog2(-low) : -f
  return { k: low < 0 ? 1 : 0, i: Math.max(forHigh, forLow, -f), f }
}

/**
 * The same where the magnitude b is given and f = b - i: the least i at which the extremes, rounded at that f, fit into
 * b bits.
 */
export function leastTypeOfMagnitude(
  low: number,
  high: number,
  b: number,
  round: (scaled: number) => number,
): FixedType {
  const greatest = Math.max(high, -low)
  if (b <= 0 || !(greatest > 0)) return { k: 0, i: 0, f: 0 }
  const limit = powerOfTwo(b)
  // One below the bits of the greatest magnitude is too few for all but a minimum of -2^i; two above are always enough.
  for (let i = floorLog2(greatest) - 1; ; i++) {
    const scale = powerOfTwo(b - i)
    const [bottom, top] = [round(low * scale), round(high * scale)]
    if (top < limit && bottom >= -limit)
      return bottom >= 0 && top <= 0 ? { k: 0, i: 0, f: 0 } : { k: bottom < 0 ? 1 : 0, i, f: b - i }
  }
}

/**
 * The final type of one group: margin added, limits kept, the sign as declared; width 0 stays width 0. What reflects
 * keeps its sign bit whatever the data (`initialSign`): in range it costs nothing.
 */
export function settledType(operation: OperationOf<'quantize'>, least: FixedType, margin: number): FixedType {
  const { signed, integerLimits, overflow } = operation.quantizer
  if (least.k + least.i + least.f <= 0) return normalType(least)
  const found = overflow === 'wrap_reflect' ? 1 : least.k
  const k = signed === 'auto' ? found : signed ? 1 : 0
  const i = Math.min(Math.max(least.i + margin, integerLimits.low), integerLimits.high)
  // In kbi the margin moves the binary point's other side: b stays, so does f.
  return normalType({ k, i, f: least.f })
}

/**
 * Types of width 0 hold only 0: one way to write them. f stays, so that what a pruned value loses can still be counted.
 */
export function normalType(type: FixedType): FixedType {
  return type.k + type.i + type.f <= 0 ? { k: 0, i: -type.f, f: type.f } : type
}

/** Types of a quantizer whose widths are learned, not tracked. */
export function learnedTypes(operation: OperationOf<'quantize'>, widths: GroupWidths): FixedType[] {
  const kif = operation.quantizer.parametrization === 'kif'
  return Array.from(widths.i, (i, group) => {
    const fraction = widths.fraction[group] ?? 0
    return normalType({ k: widths.k[group] === 1 ? 1 : 0, i, f: kif ? fraction : fraction - i })
  })
}

/** Types of a tracked quantizer of constants: the least that hold them. */
export function typesOfConstants(
  operation: OperationOf<'quantize'>,
  widths: GroupWidths,
  values: Float64Array,
): FixedType[] {
  if (!tracksInteger(operation.quantizer)) return learnedTypes(operation, widths)
  const round = rounder(operation.quantizer.rounding)
  const extremes = noExtremes(widths.i.length)
  noteExtremes(extremes, values, widths.groupOf)
  return Array.from(widths.fraction, (fraction, group) => {
    const [low, high] = [extremes.low[group] ?? 0, extremes.high[group] ?? 0]
    const least =
      operation.quantizer.parametrization === 'kif'
        ? leastType(roundAt(low, fraction, round), roundAt(high, fraction, round), fraction)
        : leastTypeOfMagnitude(low, high, fraction, round)
    return settledType(operation, least, 0)
  })
}

/** x rounded to a multiple of 2^-f. */
export function roundAt(x: number, f: number, round: (scaled: number) => number): number {
  return round(x * powerOfTwo(f)) * powerOfTwo(-f)
}
