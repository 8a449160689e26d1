import type { Columns } from '../look-up.js'
import type { Numbers } from '../numbers.js'
import { type Place, rowBytes } from './memory.js'
import { bytesOf, type Held } from './shape.js'

/** The memory of a program, seen as numbers. Addresses are in bytes. */
export class Machine {
  readonly words: Int32Array
  readonly #singles: Float32Array
  readonly #doubles: Float64Array

  constructor({ buffer }: WebAssembly.Memory) {
    this.words = new Int32Array(buffer)
    this.#singles = new Float32Array(buffer)
    this.#doubles = new Float64Array(buffer)
  }

  singles(address: number, count: number): Float32Array {
    return this.#singles.subarray(address / 4, address / 4 + count)
  }

  doubles(address: number, count: number): Float64Array {
    return this.#doubles.subarray(address / 8, address / 8 + count)
  }

  numbers(address: number, count: number, held: Held): Numbers {
    return held === 'float32' ? this.singles(address, count) : this.doubles(address, count)
  }

  /** The rows of a tile. */
  columns({ address, held, elements }: Place): Columns {
    const stride = rowBytes(held) / bytesOf(held)
    return { values: this.numbers(address, elements * stride, held), stride }
  }
}
