/**
 * Memory for the values of a graph, used again from one chunk of rows to the next: making and clearing it costs as much
 * as a layer.
 */
export class Buffers {
  readonly #free = new Map<number, Float64Array[]>()

  /** `length` numbers of any value; all of them are to be written. */
  take(length: number): Float64Array {
    return this.#free.get(length)?.pop() ?? new Float64Array(length)
  }

  /** Nobody else may hold it. */
  give(values: Float64Array): void {
    const free = this.#free.get(values.length)
    if (free === undefined) this.#free.set(values.length, [values])
    else free.push(values)
  }
}
