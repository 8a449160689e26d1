import type { Columns } from './columns.js'
import { withRoom } from './room.js'
import { valueIn } from './terms.js'

/** The columns in which each value has been a term, as sets of bits; it may be gone from them. */
export class Places {
  /** Numbers of 32 bits per value. */
  words = 1
  bits = new Int32Array(64)
  /** Values from here on are in no column. */
  #values = 0

  /** Where the terms of all columns are. */
  reset({ count, terms, start, length }: Columns): void {
    this.bits.fill(0, 0, this.#values * this.words)
    this.words = Math.max(1, (count + 31) >> 5)
    this.#values = 0
    for (let c = 0; c < count; c++) {
      const first = start[c] as number
      const end = first + (length[c] as number)
      for (let n = first; n < end; n++) this.add(valueIn(terms[n] as number), c)
    }
  }

  add(value: number, column: number): void {
    if (value >= this.#values) {
      this.#values = value + 1
      this.bits = withRoom(this.bits, this.#values * this.words)
    }
    const at = value * this.words + (column >> 5)
    this.bits[at] = (this.bits[at] as number) | (1 << (column & 31))
  }
}
