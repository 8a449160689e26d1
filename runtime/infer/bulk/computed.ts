import { type TableFunction, tableFunction } from '../../../compiler/graph/table-function.js'
import { BLOCK } from '../../kernels/tiles.js'
import type { Columns } from '../look-up.js'
import type { Machine } from './machine.js'
import type { Place } from './memory.js'

/**
 * A table that is not filled yet, as the function itself: it is computed in doubles, row by row, between calls of
 * kernels, the same bits as in columns.
 */
export class Computed {
  readonly #value: (x: number) => number
  readonly #from: Columns
  readonly #into: Columns
  readonly #elements: number

  constructor(machine: Machine, name: TableFunction, from: Place, into: Place) {
    this.#value = remembering(tableFunction(name).value)
    this.#from = machine.columns(from)
    this.#into = machine.columns(into)
    this.#elements = into.elements
  }

  /** Computes the first rows of a tile, and those up to a whole block: extremes are noted of whole blocks. */
  run(rows: number): void {
    const padded = Math.ceil(rows / BLOCK) * BLOCK
    const [value, { values: from, stride: fromStride }] = [this.#value, this.#from]
    const { values: into, stride: intoStride } = this.#into
    for (let element = 0; element < this.#elements; element++) {
      const [source, target] = [element * fromStride, element * intoStride]
      for (let row = 0; row < padded; row++) into[target + row] = value(from[source + row] as number)
    }
  }
}

/** Bits of the number of a place: as many places as a table has entries at most. */
const PLACE_BITS = 12

/** The same function, which keeps what it gave: operands are quantized, so few values come again and again. */
function remembering(value: (x: number) => number): (x: number) => number {
  const operands = new Float64Array(1 << PLACE_BITS).fill(Number.NaN)
  const results = new Float64Array(1 << PLACE_BITS)
  const number = new Float64Array(1)
  const words = new Int32Array(number.buffer)
  return (x) => {
    number[0] = x
    // The golden ratio spreads the bits of numbers that differ little over all places (multiplicative hashing).
    const place = Math.imul((words[0] as number) ^ (words[1] as number), 0x9e3779b1) >>> (32 - PLACE_BITS)
    if (operands[place] === x) return results[place] as number
    const result = value(x)
    operands[place] = x
    results[place] = result
    return result
  }
}
