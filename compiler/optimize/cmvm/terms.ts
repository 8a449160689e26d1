import { lowestBit, powerOfTwo } from '../../numeric/exponent.js'
import type { AdderGraph } from './adder-graph.js'
import type { CmvmOutput } from './types.js'

/** Position in a column is counted from its lowest term and kept in so many bits. */
const POSITION_BITS = 7
export const MOST_POSITIONS = 1 << POSITION_BITS

/** A term ±value · 2^position as one integer. */
export function packTerm(value: number, position: number, negate: boolean): number {
  return (value << (POSITION_BITS + 1)) | (position << 1) | (negate ? 1 : 0)
}

export function valueIn(term: number): number {
  return term >>> (POSITION_BITS + 1)
}

export function positionOf(term: number): number {
  return (term >>> 1) & (MOST_POSITIONS - 1)
}

export function isNegative(term: number): boolean {
  return (term & 1) === 1
}

/** A sum of terms that is to be built: Σ ±value · 2^(position + offset). */
export interface Column {
  readonly terms: Int32Array
  /** Terms from here on are gone. */
  length: number
  readonly offset: number
  /** The level at which the sum must be ready. */
  readonly bound: number
  /**
   * How much of the column's time is free. Terms ready at levels t can be summed by level L in adders of one level each
   * exactly where Σ 2^t ≤ 2^L (Kraft); this is 1 − Σ 2^(t − L), and Infinity where there is no bound.
   */
  slack: number
}

/** Terms of a column in their own scale, before they are packed. */
export interface LooseTerm {
  readonly value: number
  readonly shift: number
  readonly negate: boolean
}

/** Null where positions are too far apart. Terms of one value are merged, so that no two have the same position. */
export function columnOf(graph: AdderGraph, unmerged: readonly LooseTerm[], bound: number): Column | null {
  const loose = merged(unmerged)
  const offset = loose.reduce((least, { shift }) => Math.min(least, shift), Number.POSITIVE_INFINITY)
  const terms = new Int32Array(loose.length)
  let used = 0
  for (const [n, { value, shift, negate }] of loose.entries()) {
    if (shift - offset >= MOST_POSITIONS) return null
    terms[n] = packTerm(value, shift - offset, negate)
    used += weightOf(graph.latency[value] as number, bound)
  }
  const slack = bound === Number.POSITIVE_INFINITY ? bound : 1 - used
  return { terms, length: loose.length, offset: loose.length === 0 ? 0 : offset, bound, slack }
}

function merged(loose: readonly LooseTerm[]): readonly LooseTerm[] {
  const factors = new Map<number, number>()
  for (const { value, shift, negate } of loose) {
    factors.set(value, (factors.get(value) ?? 0) + (negate ? -powerOfTwo(shift) : powerOfTwo(shift)))
  }
  if (factors.size === loose.length) return loose
  return [...factors].flatMap(([value, factor]) => digitsOfNumber(factor).map((digit) => ({ value, ...digit })))
}

/** The canonical signed digits of a number, lowest first. */
export function digitsOfNumber(value: number): { shift: number; negate: boolean }[] {
  const digits: { shift: number; negate: boolean }[] = []
  let rest = value
  while (rest !== 0) {
    const shift = lowestBit(rest)
    const unit = powerOfTwo(shift)
    const odd = rest / unit
    // The digit that leaves a multiple of four.
    const negate = ((odd % 4) + 4) % 4 === 3
    digits.push({ shift, negate })
    rest += negate ? unit : -unit
  }
  return digits
}

/** 2^(level − bound), what a term of this level takes of a column's time; 0 without a bound. */
export function weightOf(level: number, bound: number): number {
  if (bound === Number.POSITIVE_INFINITY) return 0
  return WEIGHTS[Math.min(Math.max(level - bound + 512, 0), 1023)] as number
}

const WEIGHTS = Float64Array.from({ length: 1024 }, (_, n) => 2 ** (n - 512))

/** The output that a column of one term or none is. */
export function outputOf(column: Column): CmvmOutput {
  if (column.length === 0) return { value: null, shift: 0, negate: false }
  const term = column.terms[0] as number
  return { value: valueIn(term), shift: positionOf(term) + column.offset, negate: isNegative(term) }
}
