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
 * At most `size` holders at once. The next is the first by its place, and nobody is served while one of an earlier place
 * is still to say whether it needs a slot: what runs first does not hang on how long that takes.
 */
export class Slots {
  #free: number
  readonly #asking = new Set<Asking>()

  constructor(size: number) {
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
          // Not before the caller waits: of two that are served at once the first goes on first.
          queueMicrotask(() => this.#serve())
        }),
      leave: () => {
        if (state === 'gone') return
        if (state === 'holding') this.#free++
        this.#asking.delete(asking)
        state = 'gone'
        this.#serve()
      },
    }
  }

  #serve(): void {
    while (this.#free > 0) {
      const [first] = [...this.#asking].sort((a, b) => a.place - b.place)
      if (first === undefined || first.resume === null) return
      this.#free--
      this.#asking.delete(first)
      first.resume()
    }
  }
}
