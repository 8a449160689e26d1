import type { ElementLookups } from '../../../compiler/graph/lookup.js'
import { BLOCK } from '../../kernels/tiles.js'
import { type Columns, lookUpElements } from '../look-up.js'
import type { Machine } from './machine.js'
import { type Place, rowBytes } from './memory.js'
import { bytesOf } from './shape.js'

/** A quantizer behind a table: it looks up, row by row, between calls of kernels. */
export class Tabled {
  /** How often it has read an entry at which it had wrapped, since `fill`. */
  wraps = 0
  readonly #from: Columns
  readonly #into: Columns
  #lookups: ElementLookups | undefined

  constructor(machine: Machine, from: Place, into: Place) {
    this.#from = columnsAt(machine, from)
    this.#into = columnsAt(machine, into)
  }

  fill(lookups: ElementLookups): void {
    this.#lookups = lookups
    this.wraps = 0
  }

  /** Looks up the first rows of a tile. The last one is repeated up to a whole block, as the kernels that follow expect. */
  run(rows: number): void {
    if (this.#lookups === undefined) throw new Error('the tables were not filled in')
    this.wraps += lookUpElements(this.#from, this.#lookups, this.#into, rows)
    if (rows % BLOCK === 0) return
    const padded = Math.ceil(rows / BLOCK) * BLOCK
    const { values, stride } = this.#into
    for (let row = 0; row < values.length; row += stride)
      values.fill(values[row + rows - 1] as number, row + rows, row + padded)
  }
}

function columnsAt(machine: Machine, { address, held, elements }: Place): Columns {
  const stride = rowBytes(held) / bytesOf(held)
  return { values: machine.numbers(address, elements * stride, held), stride }
}
