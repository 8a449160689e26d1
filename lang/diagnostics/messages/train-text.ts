// Helpers of the messages about trainings.

/** A feature as it was read, far from order 1. */
export interface RawFeature {
  /** `x[3]`. */
  readonly column: string
  /** Median of its sizes. */
  readonly typical: number
}

/** What is wrong with it, and what cures it. */
export function rawFeatureNote({ column, typical }: RawFeature): string {
  return `features far from order 1: ${column} is typically ±${rounded(typical)}; \`standardize = true\` in the data set cures that`
}

/** A few digits, `0.02`, `1e-6`: for settings and for what is measured. */
export function rounded(value: number, digits = 3): string {
  const short = Number(value.toPrecision(digits))
  const size = Math.abs(short)
  const plain = size === 0 || (size >= 1e-3 && size < 1e6) || !Number.isFinite(size)
  return plain ? String(short) : short.toExponential().replace('e+', 'e')
}

/**
 * A number of the data that are kept in single precision, with the digits that find it in a file: whole numbers with all
 * of theirs, others with as few as name no other one. Beyond 2²⁴ several whole numbers are kept as the same one: then it
 * says so, and names that of nines, with which many data mark what is missing.
 */
export function singleText(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  const text = Number.isInteger(value) && size <= Number.MAX_SAFE_INTEGER ? String(value) : shortest(value)
  if (size < 2 ** 24 || !Number.isInteger(value)) return text
  const nines = Number('9'.repeat(String(size).length - 1))
  return size <= Number.MAX_SAFE_INTEGER && Math.fround(nines) === size
    ? `${text} (in single precision, as is ${value < 0 ? '-' : ''}${nines})`
    : `${text} (in single precision)`
}

/** The fewest digits that give the same number in single precision. */
function shortest(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === Math.fround(value)) return String(short)
  }
  return String(Number(value.toPrecision(9)))
}
