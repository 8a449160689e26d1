/** A binary heap of variables, the one with the highest score on top. */
export class VariableHeap {
  readonly #heap: Int32Array
  readonly #place: Int32Array
  #size = 0

  constructor(readonly score: Float64Array) {
    this.#heap = new Int32Array(score.length)
    this.#place = new Int32Array(score.length).fill(-1)
    for (let variable = 0; variable < score.length; variable++) this.add(variable)
  }

  add(variable: number): void {
    if ((this.#place[variable] as number) >= 0) return
    this.#put(variable, this.#size)
    this.#size++
    this.raised(variable)
  }

  /** Removes and gives the top; -1 when there is none. */
  take(): number {
    if (this.#size === 0) return -1
    const top = this.#heap[0] as number
    this.#place[top] = -1
    this.#size--
    if (this.#size > 0) {
      this.#put(this.#heap[this.#size] as number, 0)
      this.#sink(0)
    }
    return top
  }

  /** Puts a variable right whose score has grown. */
  raised(variable: number): void {
    let at = this.#place[variable] as number
    if (at < 0) return
    while (at > 0) {
      const above = (at - 1) >> 1
      const other = this.#heap[above] as number
      if (!this.#before(variable, other)) break
      this.#put(other, at)
      at = above
    }
    this.#put(variable, at)
  }

  #sink(from: number): void {
    let at = from
    const variable = this.#heap[at] as number
    for (;;) {
      let below = 2 * at + 1
      if (below >= this.#size) break
      if (below + 1 < this.#size && this.#before(this.#heap[below + 1] as number, this.#heap[below] as number)) below++
      const other = this.#heap[below] as number
      if (!this.#before(other, variable)) break
      this.#put(other, at)
      at = below
    }
    this.#put(variable, at)
  }

  /** Equal scores go by number, so that a search is the same every time. */
  #before(a: number, b: number): boolean {
    const [x, y] = [this.score[a] as number, this.score[b] as number]
    return x > y || (x === y && a > b)
  }

  #put(variable: number, at: number): void {
    this.#heap[at] = variable
    this.#place[variable] = at
  }
}
