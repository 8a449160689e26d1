/** Bytes kept of the begin, and as many of the end. */
const KEPT = 64 << 20

/**
 * What a tool writes, of which everything is kept unless it goes on and on: then the begin and the end, and between them a
 * line that says how much is left out.
 */
export class Excerpt {
  readonly #kept: number
  readonly #begin: Buffer[] = []
  #beginBytes = 0
  #end: Buffer[] = []
  #endBytes = 0
  #left = 0

  constructor(kept = KEPT) {
    this.#kept = kept
  }

  add(data: Buffer): void {
    if (this.#beginBytes < this.#kept) {
      this.#begin.push(data)
      this.#beginBytes += data.length
      return
    }
    this.#end.push(data)
    this.#endBytes += data.length
    // Cut now and then, not with each piece.
    if (this.#endBytes > 2 * this.#kept) this.#cut()
  }

  text(): string {
    if (this.#endBytes > this.#kept) this.#cut()
    const gap = this.#left === 0 ? [] : [Buffer.from(`\n… ${this.#left} bytes are left out here …\n`)]
    return Buffer.concat([...this.#begin, ...gap, ...this.#end]).toString()
  }

  #cut(): void {
    const end = Buffer.concat(this.#end)
    const kept = Buffer.from(end.subarray(end.length - this.#kept))
    this.#left += end.length - kept.length
    this.#end = [kept]
    this.#endBytes = kept.length
  }
}
