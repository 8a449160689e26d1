import { powerOfTwo } from '../numeric/exponent.js'

/** A contraction as Σ over `terms` of (Σ of `rows` widths) · (Σ of `columns` widths), by entries of the vector of widths. */
export interface ContractionTerm {
  readonly kind: 'contraction'
  readonly terms: number
  readonly rows: number
  readonly columns: number
  readonly left: Int32Array
  readonly right: Int32Array
}

/** factor · Σ of the widths of entries. */
export interface SumTerm {
  readonly kind: 'sum'
  readonly entries: Int32Array
  readonly factor: number
}

/** Σ of the products of two entries' widths. */
export interface ProductsTerm {
  readonly kind: 'products'
  readonly left: Int32Array
  readonly right: Int32Array
}

/**
 * factor · Σ of the wider or narrower of some entries; of several that are it, the first. `groups` lists the entries of
 * each choice, `size` to a choice.
 */
export interface ChoiceTerm {
  readonly kind: 'choice'
  readonly groups: Int32Array
  readonly size: number
  readonly which: 'widest' | 'narrowest'
  readonly factor: number
}

/** factor · Σ of 2^(width of `from`) · (width of `to`): entries of a look-up table times the bits of each. */
export interface LookupTerm {
  readonly kind: 'lookup'
  readonly from: Int32Array
  readonly to: Int32Array
  readonly factor: number
}

/** What an operation's EBOPs are a sum of, as functions of the vector of widths. */
export type CostTerm = ContractionTerm | SumTerm | ProductsTerm | ChoiceTerm | LookupTerm

/** A term's value. `gradient`, where given, receives its derivative by every entry (added to what it holds). */
export function evaluateTerm(term: CostTerm, widths: Float64Array, gradient: Float64Array | null): number {
  switch (term.kind) {
    case 'contraction':
      return contraction(term, widths, gradient)
    case 'sum':
      return sumOf(term.entries, term.factor, widths, gradient)
    case 'products':
      return products(term, widths, gradient)
    case 'choice':
      return choice(term, widths, gradient)
    case 'lookup':
      return lookup(term, widths, gradient)
  }
}

/** Plain loops over what is read in order: reports and trainings come here often. */
function contraction(
  { terms, rows, columns, left, right }: ContractionTerm,
  widths: Float64Array,
  gradient: Float64Array | null,
): number {
  let total = 0
  for (let term = 0, l = 0, r = 0; term < terms; term++, l += rows, r += columns) {
    let leftSum = 0
    for (let at = l; at < l + rows; at++) leftSum += widths[left[at] as number] as number
    let rightSum = 0
    for (let at = r; at < r + columns; at++) rightSum += widths[right[at] as number] as number
    total += leftSum * rightSum
    if (gradient === null) continue
    for (let at = l; at < l + rows; at++) addTo(gradient, left[at] as number, rightSum)
    for (let at = r; at < r + columns; at++) addTo(gradient, right[at] as number, leftSum)
  }
  return total
}

function sumOf(entries: Int32Array, factor: number, widths: Float64Array, gradient: Float64Array | null): number {
  let total = 0
  for (const entry of entries) {
    total += widths[entry] ?? 0
    if (gradient !== null) addTo(gradient, entry, factor)
  }
  return factor * total
}

function products({ left, right }: ProductsTerm, widths: Float64Array, gradient: Float64Array | null): number {
  let total = 0
  for (const [index, a] of left.entries()) {
    const b = right[index] ?? 0
    const [widthA, widthB] = [widths[a] ?? 0, widths[b] ?? 0]
    total += widthA * widthB
    if (gradient === null) continue
    addTo(gradient, a, widthB)
    addTo(gradient, b, widthA)
  }
  return total
}

function choice(
  { groups, size, which, factor }: ChoiceTerm,
  widths: Float64Array,
  gradient: Float64Array | null,
): number {
  const chosen = new Int32Array(groups.length / size)
  for (let group = 0; group < chosen.length; group++) {
    let best = groups[group * size] as number
    for (let at = group * size + 1; at < (group + 1) * size; at++) {
      const [width, held] = [widths[groups[at] as number] ?? 0, widths[best] ?? 0]
      if (which === 'widest' ? width > held : width < held) best = groups[at] as number
    }
    chosen[group] = best
  }
  return sumOf(chosen, factor, widths, gradient)
}

/** Widths are whole numbers, so that the power is exact; its slope is that of 2^x. */
function lookup({ from, to, factor }: LookupTerm, widths: Float64Array, gradient: Float64Array | null): number {
  let total = 0
  for (const [index, a] of from.entries()) {
    const b = to[index] ?? 0
    const entries = factor * powerOfTwo(Math.round(widths[a] ?? 0))
    const bits = widths[b] ?? 0
    total += entries * bits
    if (gradient === null) continue
    addTo(gradient, a, entries * Math.LN2 * bits)
    addTo(gradient, b, entries)
  }
  return total
}

function addTo(gradient: Float64Array, entry: number, amount: number): void {
  gradient[entry] = (gradient[entry] as number) + amount
}
