/** The first bytes are left free, so that no pointer is 0. */
const FIRST = 1024
/** What a core fetches at a time, two cache lines: where threads write to the same, each waits for the other. */
const ALIGNMENT = 128
/**
 * Left free after each place: a core that reads in order fetches ahead, up to the end of a page of 4 KiB, and would take
 * lines that another writes to. A quarter more, so that arrays of whole pages do not fall on the same lines of the cache.
 */
const GAP = 5 * 1024

/**
 * Hands out places in a memory that is made when all are known. Nothing is freed: an arena lives as long as its engine.
 */
export class Arena {
  #end = FIRST
  readonly #starts: number[] = []

  /** Address of `bytes` bytes. What else the memory holds is at some distance, so that threads do not disturb each other. */
  bytes(bytes: number): number {
    const address = this.#end
    this.#starts.push(address)
    this.#end += apart(bytes)
    return address
  }

  /** Address of `count` float32 or 32-bit integers, rounded up to whole vectors. */
  words(count: number): number {
    return this.bytes(paddedWords(count) * 4)
  }

  /** Addresses of all places so far, ascending. */
  get starts(): readonly number[] {
    return this.#starts
  }

  /** Bytes handed out so far. */
  get size(): number {
    return this.#end
  }
}

/** The next multiple of what a core fetches at a time. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

/** From the start of `bytes` bytes to the next place that another thread may write to. */
export function apart(bytes: number): number {
  return aligned(bytes) + GAP
}

/** The next multiple of eight: kernels read and write whole vectors. */
export function paddedWords(count: number): number {
  return Math.ceil(count / 8) * 8
}
