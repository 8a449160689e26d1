import type { Kernels } from '../../kernels/kernels.js'

/** The kernels with the memory they work on, seen as numbers. Addresses are in bytes. */
export class Machine {
  readonly kernels: Kernels
  readonly #floats: Float32Array
  readonly #words: Int32Array
  readonly #doubles: Float64Array

  constructor(kernels: Kernels, memory: WebAssembly.Memory) {
    this.kernels = kernels
    this.#floats = new Float32Array(memory.buffer)
    this.#words = new Int32Array(memory.buffer)
    this.#doubles = new Float64Array(memory.buffer)
  }

  /** All of the memory: cheaper than a view where a few numbers are read in every step. */
  get memory(): Float32Array {
    return this.#floats
  }

  /** A view of `count` float32. */
  floats(address: number, count: number): Float32Array {
    return this.#floats.subarray(address / 4, address / 4 + count)
  }

  words(address: number, count: number): Int32Array {
    return this.#words.subarray(address / 4, address / 4 + count)
  }

  doubles(address: number, count: number): Float64Array {
    return this.#doubles.subarray(address / 8, address / 8 + count)
  }
}

/** What the sums of a pass are made of: `parts` regions of `bytes` bytes from `address` on. */
export interface Parts {
  readonly address: number
  readonly bytes: number
  /** Regions that the batch at hand uses. */
  readonly count: number
  /** Rows of the batch at hand. */
  readonly rows: number
  /** Number of the step, which names its random numbers. */
  readonly step: number
}

/** Something that the leading thread does between passes over tiles. */
export type Action = (machine: Machine, parts: Parts) => void
