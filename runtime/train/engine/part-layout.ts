import { aligned, apart, paddedWords } from '../../kernels/arena.js'
import { type Argument, BASE, type Call, call, inPart } from '../../kernels/program.js'

/**
 * Which of its sums a call adds to for each tile, one place after the other: tiles may share a part where none comes
 * twice. `once`: each of them once.
 */
export type Additions = 'once' | ArrayLike<number>

/** Sums that a call starts anew in the first tile of a part. */
interface Begun {
  readonly bytes: number
  readonly level: number
  readonly argument: { value: number; readonly base: Argument['base'] }
}

/** Where in every part the sums stand that tiles add to. */
export class PartLayout {
  #bytes: number
  #clearing: readonly Call[] | null = null
  #addsOnce = true
  #claimed = { offset: 0, bytes: 0 }
  readonly #begun: Begun[] = []

  /** `first`: bytes at the start of every part that are spoken for. */
  constructor(first: number) {
    this.#bytes = aligned(first)
  }

  /** Offset of `count` words, 0 at the start of a batch. */
  cleared(count: number, additions: Additions): number {
    if (this.#clearing !== null) throw new Error('the sums of a part are placed already')
    this.#note(additions)
    const offset = this.#bytes
    this.#bytes += paddedWords(count) * 4
    return offset
  }

  /** Place of `count` words that the only call that adds to them, in a pass of `level`, starts anew by `BEGINS`. */
  begun(count: number, level: number, additions: Additions): Argument {
    this.#note(additions)
    const argument = { value: 0, base: BASE.part }
    this.#begun.push({ bytes: paddedWords(count) * 4, level, argument })
    return argument
  }

  /** Places the sums that start anew behind those that are cleared, those of the pass `last` first. */
  place(last: number): void {
    this.#clearing = [call('fill', inPart(0), 0, this.#bytes)]
    const offset = aligned(this.#bytes)
    this.#bytes = offset
    const ofLast = this.#begun.filter(({ level }) => level === last)
    for (const { bytes, argument } of ofLast) this.#add(bytes, argument)
    this.#claimed = { offset, bytes: this.#bytes - offset }
    for (const { bytes, level, argument } of this.#begun) if (level !== last) this.#add(bytes, argument)
  }

  /** What clears the sums of a part before a batch, once they are placed. */
  get clearing(): readonly Call[] {
    if (this.#clearing === null) throw new Error('the sums of a part are not placed yet')
    return this.#clearing
  }

  /** Where the sums stand that the last pass starts anew, once they are placed. */
  get begunLast(): { readonly offset: number; readonly bytes: number } {
    return this.#claimed
  }

  /** Whether a tile adds to each sum once, all that it has for it. */
  get addsOnce(): boolean {
    return this.#addsOnce
  }

  /** From one part to the next, once all sums are placed. */
  get bytes(): number {
    return apart(this.#bytes)
  }

  #note(additions: Additions): void {
    if (additions !== 'once' && new Set(Array.from(additions)).size < additions.length) this.#addsOnce = false
  }

  #add(bytes: number, argument: Begun['argument']): void {
    argument.value = this.#bytes
    this.#bytes += bytes
  }
}
