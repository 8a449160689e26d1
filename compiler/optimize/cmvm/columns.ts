import type { AdderGraph } from './adder-graph.js'
import { doublesWithRoom, withRoom } from './room.js'
import { isNegative, type LooseTerm, MOST_POSITIONS, merged, packTerm, positionOf, valueIn, weightOf } from './terms.js'
import type { CmvmInput, CmvmOutput } from './types.js'

/**
 * Sums of terms that are to be built, as parallel arrays: column c is Σ ±value · 2^(position + offset) over its terms. The
 * arrays are kept from one set of columns to the next.
 */
export class Columns {
  count = 0
  /** Packed terms, one column after the other. */
  terms = new Int32Array(64)
  /** Where the terms of each column start, and last where those of the next one would. */
  start = new Int32Array(9)
  /** Terms of each column that are left; up to where the next column starts, the others are gone. */
  length = new Int32Array(8)
  offset = new Int32Array(8)
  /** The level at which the sum must be ready. */
  bound = new Int32Array(8)
  /**
   * How much of the column's time is free. Terms ready at levels t can be summed by level L in adders of one level each
   * exactly where Σ 2^t ≤ 2^L (Kraft); this is 1 − Σ 2^(t − L).
   */
  slack = new Float64Array(8)

  clear(): void {
    this.count = 0
  }

  copyFrom(other: Columns): void {
    const { count } = other
    this.#reserve(count, other.start[count] as number)
    this.count = count
    this.terms.set(other.terms.subarray(0, other.start[count]))
    this.start.set(other.start.subarray(0, count + 1))
    this.length.set(other.length.subarray(0, count))
    this.offset.set(other.offset.subarray(0, count))
    this.bound.set(other.bound.subarray(0, count))
    this.slack.set(other.slack.subarray(0, count))
  }

  /** Adds a sum; false where positions are too far apart. Terms of one value are merged. */
  add(graph: AdderGraph, unmerged: readonly LooseTerm[], bound: number): boolean {
    const loose = merged(unmerged)
    let offset = loose.length === 0 ? 0 : Number.MAX_SAFE_INTEGER
    for (const { shift } of loose) offset = Math.min(offset, shift)
    const first = this.start[this.count] as number
    this.#reserve(this.count + 1, first + loose.length)
    let end = first
    for (const { value, shift, negate } of loose) {
      if (shift - offset >= MOST_POSITIONS) return false
      this.terms[end++] = packTerm(value, shift - offset, negate)
    }
    this.#close(end, offset)
    this.setBound(graph, this.count - 1, bound)
    return true
  }

  /** Adds the canonical signed digits of a column of integers over the inputs; an input that is always 0 has none. */
  addDigits(inputs: readonly CmvmInput[], entries: Int32Array): void {
    const first = this.start[this.count] as number
    // Integers of 26 bits have at most 14 digits.
    this.#reserve(this.count + 1, first + 14 * entries.length)
    let end = first
    let lowest = 31
    for (let value = 0; value < entries.length; value++) {
      const { low, high } = inputs[value] as CmvmInput
      if (low === 0 && high === 0) continue
      for (let rest = entries[value] as number, shift = 0; rest !== 0; rest >>= 1, shift++) {
        if ((rest & 1) === 0) continue
        const negate = (rest & 3) === 3
        this.terms[end++] = packTerm(value, shift, negate)
        if (shift < lowest) lowest = shift
        rest += negate ? 1 : -1
      }
    }
    if (end === first) lowest = 0
    for (let n = first; n < end; n++) this.terms[n] = (this.terms[n] as number) - (lowest << 1)
    this.#close(end, lowest)
  }

  #close(end: number, offset: number): void {
    const c = this.count++
    this.length[c] = end - (this.start[c] as number)
    this.start[c + 1] = end
    this.offset[c] = offset
  }

  setBound(graph: AdderGraph, c: number, bound: number): void {
    this.bound[c] = bound
    let used = 0
    const start = this.start[c] as number
    const end = start + (this.length[c] as number)
    for (let n = start; n < end; n++) used += weightOf(graph.latency[valueIn(this.terms[n] as number)] as number, bound)
    this.slack[c] = 1 - used
  }

  /** Takes off a column's time what a term costs that comes in the place of two others. */
  spend(graph: AdderGraph, c: number, made: number, first: number, second: number): void {
    const bound = this.bound[c] as number
    const { latency } = graph
    this.slack[c] =
      (this.slack[c] as number) -
      (weightOf(latency[made] as number, bound) -
        weightOf(latency[first] as number, bound) -
        weightOf(latency[second] as number, bound))
  }

  /** The output that a column of one term or none is. */
  outputOf(c: number): CmvmOutput {
    if (this.length[c] === 0) return { value: null, shift: 0, negate: false }
    const term = this.terms[this.start[c] as number] as number
    return { value: valueIn(term), shift: positionOf(term) + (this.offset[c] as number), negate: isNegative(term) }
  }

  #reserve(count: number, terms: number): void {
    this.terms = withRoom(this.terms, terms)
    this.start = withRoom(this.start, count + 1)
    this.length = withRoom(this.length, count)
    this.offset = withRoom(this.offset, count)
    this.bound = withRoom(this.bound, count)
    this.slack = doublesWithRoom(this.slack, count)
  }
}
