import { type TableFunction, tableFunction } from '../../../compiler/graph/table-function.js'
import { BLOCK } from '../../kernels/tiles.js'
import type { Columns } from '../look-up.js'
import type { Machine } from './machine.js'
import type { Place } from './memory.js'

/** Values of a function that are kept: more than any table has entries. */
const MOST_KEPT = 1 << 16

/**
 * A table that is not filled yet, as the function itself: it is computed in doubles, row by row, between calls of
 * kernels, the same bits as in columns. Operands are quantized, so few values come again and again.
 */
export class Computed {
  readonly #value: (x: number) => number
  readonly #from: Columns
  readonly #into: Columns
  readonly #elements: number
  readonly #kept = new Map<number, number>()

  constructor(machine: Machine, name: TableFunction, from: Place, into: Place) {
    this.#value = tableFunction(name).value
    this.#from = machine.columns(from)
    this.#into = machine.columns(into)
    this.#elements = into.elements
  }

  /** Computes the first rows of a tile, and those up to a whole block: extremes are noted of whole blocks. */
  run(rows: number): void {
    const padded = Math.ceil(rows / BLOCK) * BLOCK
    for (let element = 0; element < this.#elements; element++) {
      const [source, target] = [element * this.#from.stride, element * this.#into.stride]
      for (let row = 0; row < padded; row++)
        this.#into.values[target + row] = this.#valueAt(this.#from.values[source + row] as number)
    }
  }

  #valueAt(x: number): number {
    const known = this.#kept.get(x)
    if (known !== undefined) return known
    const value = this.#value(x)
    if (this.#kept.size < MOST_KEPT) this.#kept.set(x, value)
    return value
  }
}
