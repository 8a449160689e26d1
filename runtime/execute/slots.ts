/** What one has that is about to ask for a slot. */
export interface SlotRequest {
  /** Waits for a slot. */
  take(): Promise<void>
  /** Gives the slot back, or asks for none any more. Again it does nothing. */
  leave(): void
}

interface Asking {
  readonly place: number
  /** Null before it asks for a slot. */
  resume: (() => void) | null
}

/**
 * At most `size` holders at once; the next is the first by its place. With a single slot nobody is served while one of an
 * earlier place is still to say whether it needs it, so that the order does not hang on how long anything takes.
 */
export class Slots {
  readonly #isSingle: boolean
  #free: number
  readonly #asking = new Set<Asking>()

  constructor(size: number) {
    this.#isSingle = size === 1
    this.#free = size
  }

  /** Must be followed by `leave`. */
  ask(place: number): SlotRequest {
    let state: 'asking' | 'holding' | 'gone' = 'asking'
    const asking: Asking = { place, resume: null }
    this.#asking.add(asking)
    return {
      take: () =>
        new Promise((resolve) => {
          asking.resume = () => {
            state = 'holding'
            resolve()
          }
          this.#serveSoon()
        }),
      leave: () => {
        if (state === 'holding') this.#free++
        this.#asking.delete(asking)
        state = 'gone'
        this.#serveSoon()
      },
    }
  }

  /** Not at once: those that wait for what has just been done have only then a chance to ask. */
  #serveSoon(): void {
    setImmediate(() => this.#serve())
  }

  #serve(): void {
    while (this.#free > 0) {
      const [first] = [...this.#asking]
        .filter(({ resume }) => resume !== null || this.#isSingle)
        .sort((a, b) => a.place - b.place)
      if (first === undefined || first.resume === null) return
      this.#free--
      this.#asking.delete(first)
      first.resume()
    }
  }
}
