/** The first bytes are left free, so that no pointer is 0. */
const FIRST = 1024
const ALIGNMENT = 64

/**
 * Hands out places in a memory that is made when all are known. Nothing is freed: an arena lives as long as its engine.
 */
export class Arena {
  #end = FIRST

  /** Address of `bytes` bytes, aligned to a cache line. */
  bytes(bytes: number): number {
    const address = this.#end
    this.#end += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
    return address
  }

  /** Address of `count` float32 or 32-bit integers, rounded up to whole vectors. */
  words(count: number): number {
    return this.bytes(paddedWords(count) * 4)
  }

  /** Bytes handed out so far. */
  get size(): number {
    return this.#end
  }
}

/** The next multiple of eight: kernels read and write whole vectors. */
export function paddedWords(count: number): number {
  return Math.ceil(count / 8) * 8
}
