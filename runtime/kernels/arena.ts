/** The first bytes are left free, so that no pointer is 0. */
const FIRST = 1024
/**
 * What a core fetches at a time, two cache lines: where threads write to the same, each waits for the other.
 */
const ALIGNMENT = 128

/**
 * Hands out places in a memory that is made when all are known. Nothing is freed: an arena lives as long as its engine.
 */
export class Arena {
  #end = FIRST

  /** Address of `bytes` bytes, aligned so that nothing else shares a cache line with them. */
  bytes(bytes: number): number {
    const address = this.#end
    this.#end += aligned(bytes)
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

/** Bytes that a place of so many takes. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

/** The next multiple of eight: kernels read and write whole vectors. */
export function paddedWords(count: number): number {
  return Math.ceil(count / 8) * 8
}
