import type { FixedNode, NodeId } from '../../compiler/fixed/graph.js'
import { bitLength, type Interval } from '../../compiler/fixed/interval.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'

/** Integers up to this many bits are exact in a double. */
const EXACT_BITS = 53

/** Computes `count` values of a node, real numbers, into `out` from those of its operands. */
export type NarrowStep = (out: Float64Array, count: number, valuesOf: (operand: NodeId) => Float64Array) => void

/**
 * True when the node, its operands and everything in between are multiples of one power of two below 2^53, so that
 * doubles compute it without rounding.
 */
export function isNarrow(node: FixedNode, operands: readonly NodeId[], intervalOf: (id: NodeId) => Interval): boolean {
  const intervals = [node.interval, ...operands.map(intervalOf)]
  let finest = Number.NEGATIVE_INFINITY
  let top = Number.NEGATIVE_INFINITY
  const include = (interval: Interval, shift: number): void => {
    if (interval.low === 0n && interval.high === 0n) return
    finest = Math.max(finest, interval.fraction - shift)
    top = Math.max(top, magnitudeBits(interval) - interval.fraction + shift)
  }
  for (const interval of intervals) include(interval, 0)
  switch (node.kind) {
    case 'add':
    case 'sum': {
      const terms = node.kind === 'sum' ? node.terms : [node.left, node.right]
      for (const term of terms) include(intervalOf(term.node), term.shift)
      // Partial sums reach past every term.
      top += bitLength(BigInt(terms.length))
      break
    }
    case 'multiply_constant':
      include(node.interval, node.exponent < 0 ? 0 : node.exponent)
      finest = Math.max(finest, -node.exponent)
      top = Math.max(top, bitLength(node.mantissa < 0n ? -node.mantissa : node.mantissa) + node.exponent)
      break
    case 'cast':
      // Wrapping adds half a period and takes whole periods off.
      top = Math.max(top, node.type.k + node.type.i) + 1
      finest = Math.max(finest, node.type.f)
      break
  }
  // Also far from the ends of a double's exponents.
  return finest + top <= EXACT_BITS && Math.abs(finest) < 500 && Math.abs(top) < 500
}

function magnitudeBits({ low, high }: Interval): number {
  return bitLength(high > -low ? high : -low)
}

/** How to compute a narrow node with doubles. */
export function narrowStep(node: FixedNode): NarrowStep {
  switch (node.kind) {
    case 'input':
      throw new Error('inputs are not computed')
    case 'constant': {
      const value = Number(node.interval.low) * powerOfTwo(-node.interval.fraction)
      return (out, count) => out.fill(value, 0, count)
    }
    case 'scale': {
      const factor = powerOfTwo(node.term.shift) * (node.term.negate ? -1 : 1)
      const operand = node.term.node
      return (out, count, valuesOf) => scaleInto(out, count, valuesOf(operand), factor)
    }
    case 'multiply_constant': {
      const factor = Number(node.mantissa) * powerOfTwo(node.exponent)
      return (out, count, valuesOf) => scaleInto(out, count, valuesOf(node.node), factor)
    }
    case 'add': {
      const { left, right } = node
      const [x, y] = [left, right].map((term) => powerOfTwo(term.shift) * (term.negate ? -1 : 1)) as [number, number]
      return (out, count, valuesOf) => {
        const [a, b] = [valuesOf(left.node), valuesOf(right.node)]
        for (let row = 0; row < count; row++) out[row] = (a[row] as number) * x + (b[row] as number) * y
      }
    }
    case 'sum': {
      const { terms } = node
      const factors = terms.map((term) => powerOfTwo(term.shift) * (term.negate ? -1 : 1))
      return (out, count, valuesOf) => {
        out.fill(0, 0, count)
        for (const [index, term] of terms.entries()) accumulate(out, count, valuesOf(term.node), factors[index] ?? 0)
      }
    }
    case 'multiply':
      return (out, count, valuesOf) => {
        const [a, b] = [valuesOf(node.left), valuesOf(node.right)]
        for (let row = 0; row < count; row++) out[row] = (a[row] as number) * (b[row] as number)
      }
    case 'cast': {
      const { k, i, f } = node.type
      const [up, down] = [powerOfTwo(f), powerOfTwo(-f)]
      const period = powerOfTwo(k + i)
      const offset = k === 1 ? period / 2 : 0
      const inverse = 1 / period
      return (out, count, valuesOf) => {
        const a = valuesOf(node.node)
        for (let row = 0; row < count; row++) {
          const kept = Math.floor((a[row] as number) * up) * down
          out[row] = kept - Math.floor((kept + offset) * inverse) * period
        }
      }
    }
    case 'relu':
      return (out, count, valuesOf) => {
        const a = valuesOf(node.node)
        for (let row = 0; row < count; row++) out[row] = Math.max(a[row] as number, 0)
      }
    case 'less':
      return (out, count, valuesOf) => {
        const [a, b] = [valuesOf(node.left), valuesOf(node.right)]
        for (let row = 0; row < count; row++) out[row] = (a[row] as number) < (b[row] as number) ? 1 : 0
      }
    case 'select':
      return (out, count, valuesOf) => {
        const [condition, a, b] = [valuesOf(node.condition), valuesOf(node.whenTrue), valuesOf(node.whenFalse)]
        for (let row = 0; row < count; row++) out[row] = (condition[row] === 0 ? b[row] : a[row]) as number
      }
    case 'lookup': {
      const { table, grid, fraction } = node
      const results = Float64Array.from(table.entries, (entry) => entry * powerOfTwo(-fraction))
      const scale = powerOfTwo(grid)
      return (out, count, valuesOf) => {
        const a = valuesOf(node.node)
        for (let row = 0; row < count; row++) out[row] = results[(a[row] as number) * scale - table.low] as number
      }
    }
  }
}

// Rows are below the length of every array by construction, which the casts state for the sake of speed.
function scaleInto(out: Float64Array, count: number, from: Float64Array, factor: number): void {
  for (let row = 0; row < count; row++) out[row] = (from[row] as number) * factor
}

function accumulate(out: Float64Array, count: number, from: Float64Array, factor: number): void {
  for (let row = 0; row < count; row++) out[row] = (out[row] as number) + (from[row] as number) * factor
}
