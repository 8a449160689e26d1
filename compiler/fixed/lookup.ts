import { makeInterval } from './arithmetic.js'
import { bitLength, type Interval } from './interval.js'

/**
 * Contents of a look-up table: entry n is the result for the operand low + n, both integers. Where their binary points are
 * is said by the node that looks up, so that tables that differ in that alone are one.
 */
export interface LookupTable {
  readonly low: number
  readonly entries: readonly number[]
}

/** Entries that a table has at most: the operand has at most 20 bits. */
export const MOST_ENTRIES = 1 << 20

/** What looks up: the operand in units of 2^-grid is the number of the entry, which is in units of 2^-fraction. */
export interface Lookup {
  readonly table: LookupTable
  readonly grid: number
  readonly fraction: number
}

/** The same text for equal contents, and for no others. */
export function keyOfTable({ low, entries }: LookupTable): string {
  return `${low}:${entries.join()}`
}

/** The result for an operand in units of 2^-grid; throws where the table has none. */
export function entryAt({ low, entries }: LookupTable, operand: number): number {
  const entry = entries[operand - low]
  if (entry === undefined) throw new Error(`a table has no entry for ${operand}`)
  return entry
}

/** Least and greatest operand of the interval in units of 2^-grid; throws for values off the grid or outside of the table. */
export function operandsIn({ table, grid }: Lookup, { low, high, fraction }: Interval): readonly [number, number] {
  if (low === 0n && high === 0n) return [0, 0]
  if (fraction > grid) throw new Error(`an operand on the grid 2^-${fraction} of a table on 2^-${grid}`)
  const [first, last] = [Number(low << BigInt(grid - fraction)), Number(high << BigInt(grid - fraction))]
  if (first < table.low || last >= table.low + table.entries.length)
    throw new Error(`a table of the operands from ${table.low} on has none for ${first} … ${last}`)
  return [first, last]
}

/**
 * The same with an entry for each value of the interval: where a rule knows less of an operand than was known when the
 * table was cut, what never comes gets the entry next to it.
 */
export function coveringLookup(lookup: Lookup, { low, high, fraction }: Interval): Lookup {
  const { table, grid } = lookup
  if (fraction > grid) return lookup
  const [first, last] = [Number(low << BigInt(grid - fraction)), Number(high << BigInt(grid - fraction))]
  const end = table.low + table.entries.length - 1
  if (first >= table.low && last <= end) return lookup
  const from = Math.min(first, table.low)
  const entries = Array.from({ length: Math.max(last, end) - from + 1 }, (_, at) =>
    entryAt(table, Math.min(Math.max(from + at, table.low), end)),
  )
  return { ...lookup, table: { low: from, entries } }
}

/** The hull of all results for operands in the interval: exact, since each value of its grid is one. */
export function intervalOfLookup(lookup: Lookup, operand: Interval): Interval {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const entry of reachable(lookup, operand)) {
    low = Math.min(low, entry)
    high = Math.max(high, entry)
  }
  return makeInterval(BigInt(low), BigInt(high), lookup.fraction)
}

/** The results for the values of an interval, in order. */
export function reachable(lookup: Lookup, operand: Interval): readonly number[] {
  const [first, last] = operandsIn(lookup, operand)
  const stride = first === last ? 1 : 2 ** (lookup.grid - operand.fraction)
  const { low, entries } = lookup.table
  if (stride === 1) return entries.slice(first - low, last - low + 1)
  const results: number[] = []
  for (let at = first; at <= last; at += stride) results.push(entryAt(lookup.table, at))
  return results
}

/**
 * The same function of the values of an interval alone, on their grid, of `±operand` where `negate` says so; results
 * without the zero bits that all of them end with.
 */
export function narrowLookup(lookup: Lookup, operand: Interval, negate: boolean): Lookup {
  const side: Interval = negate ? { ...operand, low: -operand.high, high: -operand.low } : operand
  const found = reachable(lookup, side)
  const results = negate ? found.toReversed() : found
  const zeros = commonZeros(results)
  const scale = 2 ** zeros
  return {
    table: { low: Number(operand.low), entries: results.map((entry) => entry / scale) },
    grid: operand.fraction,
    fraction: lookup.fraction - zeros,
  }
}

function commonZeros(entries: readonly number[]): number {
  let zeros = Number.POSITIVE_INFINITY
  for (const entry of entries) {
    let bits = 0
    for (let rest = entry; rest !== 0 && rest % 2 === 0 && bits < zeros; rest /= 2) bits++
    if (entry !== 0) zeros = Math.min(zeros, bits)
  }
  return Number.isFinite(zeros) ? zeros : 0
}

/** A table as offset ± operand · 2^shift, all in units of the result; null where it is no such line. */
export interface Line {
  readonly offset: number
  readonly shift: number
  readonly negate: boolean
}

/** The line on which all results lie, if its slope is a power of two. */
export function lineOf({ table: { low, entries } }: Lookup): Line | null {
  const [first = 0, second] = entries
  if (second === undefined) return null
  const slope = second - first
  const magnitude = Math.abs(slope)
  if (slope === 0 || magnitude !== 2 ** (bitLength(BigInt(magnitude)) - 1)) return null
  const offset = first - slope * low
  if (!entries.every((entry, index) => entry === offset + slope * (low + index))) return null
  return { offset, shift: bitLength(BigInt(magnitude)) - 1, negate: slope < 0 }
}
