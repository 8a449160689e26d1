import type { ElementLookups } from '../../../compiler/graph/lookup.js'
import { type Columns, lookUpElements } from '../look-up.js'
import type { Machine } from './machine.js'
import type { Place } from './memory.js'

/** A quantizer behind a table: it looks up, row by row, between calls of kernels. */
export class Tabled {
  /** How often it has read an entry at which it had wrapped, since `fill`. */
  wraps = 0
  readonly #from: Columns
  readonly #into: Columns
  #lookups: ElementLookups | undefined

  constructor(machine: Machine, from: Place, into: Place) {
    this.#from = machine.columns(from)
    this.#into = machine.columns(into)
  }

  fill(lookups: ElementLookups): void {
    this.#lookups = lookups
    this.wraps = 0
  }

  /** Looks up the first rows of a tile. Nothing is noted of those beyond, so they may hold anything. */
  run(rows: number): void {
    if (this.#lookups === undefined) throw new Error('the tables were not filled in')
    this.wraps += lookUpElements(this.#from, this.#lookups, this.#into, rows)
  }
}
