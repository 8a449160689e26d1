import { lowestBit, powerOfTwo } from '../../numeric/exponent.js'

/**
 * Position in a column is counted from its lowest term and kept in so many bits. The innermost loops of the solver write
 * `term >>> 8` and `(term >>> 1) & 127` out: while they are interpreted, calls would be most of what they take.
 */
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

/** A term in its own scale, before it is packed. */
export interface LooseTerm {
  readonly value: number
  readonly shift: number
  readonly negate: boolean
}

/** The same sum, with the terms of one value merged, so that no two have the same position. */
export function merged(loose: readonly LooseTerm[]): readonly LooseTerm[] {
  if (!repeatsValue(loose)) return loose
  const factors = new Map<number, number>()
  for (const { value, shift, negate } of loose) {
    factors.set(value, (factors.get(value) ?? 0) + (negate ? -powerOfTwo(shift) : powerOfTwo(shift)))
  }
  return [...factors].flatMap(([value, factor]) => digitsOfNumber(factor).map((digit) => ({ value, ...digit })))
}

function repeatsValue(loose: readonly LooseTerm[]): boolean {
  for (let a = 1; a < loose.length; a++) {
    const { value } = loose[a] as LooseTerm
    for (let b = 0; b < a; b++) if ((loose[b] as LooseTerm).value === value) return true
  }
  return false
}

/** The canonical signed digits of a number, lowest first. */
function digitsOfNumber(value: number): { shift: number; negate: boolean }[] {
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

/** The bound of what may be ready at any time. */
export const NO_BOUND = 1 << 30

/** 2^(level − bound), what a term of this level takes of a column's time; 0 without a bound. */
export function weightOf(level: number, bound: number): number {
  const before = level - bound + 512
  return WEIGHTS[before < 0 ? 0 : before > 1023 ? 1023 : before] as number
}

/** The first stands for all that is so early that it takes nothing. */
const WEIGHTS = Float64Array.from({ length: 1024 }, (_, n) => (n === 0 ? 0 : 2 ** (n - 512)))
