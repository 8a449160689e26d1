/** More than any sum of register bits; arcs that no cut may take. */
export const UNLIMITED = 0x3fffffff

/**
 * A flow network to which arcs may be added after flow has been found: what flows stays valid, so the next search goes on
 * from there. Dinic's algorithm; arcs are tried in the order in which they were added, so results are deterministic.
 */
export class FlowNetwork {
  readonly #head: Int32Array
  readonly #next: number[] = []
  readonly #to: number[] = []
  /** What may still flow; arc a and its reverse a ^ 1 stand side by side. */
  readonly #left: number[] = []
  readonly #level: Int32Array
  readonly #cursor: Int32Array
  readonly #queue: Int32Array

  constructor(
    readonly size: number,
    readonly source: number,
    readonly sink: number,
  ) {
    this.#head = new Int32Array(size).fill(-1)
    this.#level = new Int32Array(size)
    this.#cursor = new Int32Array(size)
    this.#queue = new Int32Array(size)
  }

  arc(from: number, to: number, capacity: number): void {
    this.#half(from, to, capacity)
    this.#half(to, from, 0)
  }

  /** Flows as much as can be from source to sink. `reaches` afterwards says on which side of a least cut a node lies. */
  saturate(): void {
    while (this.#findLevels()) {
      this.#cursor.set(this.#head)
      while (this.#augment()) {}
    }
  }

  /** After `saturate`: whether the node lies on the source's side of the least cut that is nearest to the source. */
  reaches(node: number): boolean {
    return this.#level[node] !== -1
  }

  #half(from: number, to: number, capacity: number): void {
    this.#next.push(this.#head[from] as number)
    this.#head[from] = this.#to.length
    this.#to.push(to)
    this.#left.push(capacity)
  }

  /** Breadth-first distances from the source over arcs that have room; false when the sink is out of reach. */
  #findLevels(): boolean {
    const [level, queue] = [this.#level, this.#queue]
    level.fill(-1)
    level[this.source] = 0
    queue[0] = this.source
    let end = 1
    for (let at = 0; at < end; at++) {
      const node = queue[at] as number
      for (let arc = this.#head[node] as number; arc >= 0; arc = this.#next[arc] as number) {
        const to = this.#to[arc] as number
        if (level[to] !== -1 || (this.#left[arc] as number) <= 0) continue
        level[to] = (level[node] as number) + 1
        queue[end++] = to
      }
    }
    return level[this.sink] !== -1
  }

  /** One path of rising levels from source to sink; without recursion, since paths are as long as a design is deep. */
  #augment(): boolean {
    const path: number[] = []
    let node = this.source
    while (node !== this.sink) {
      const arc = this.#cursor[node] as number
      if (arc < 0) {
        const back = path.pop()
        if (back === undefined) return false
        node = this.#to[back ^ 1] as number
        this.#cursor[node] = this.#next[back] as number
        continue
      }
      const to = this.#to[arc] as number
      if ((this.#left[arc] as number) > 0 && this.#level[to] === (this.#level[node] as number) + 1) {
        path.push(arc)
        node = to
      } else this.#cursor[node] = this.#next[arc] as number
    }
    const most = path.reduce((least, arc) => Math.min(least, this.#left[arc] as number), UNLIMITED)
    for (const arc of path) {
      this.#left[arc] = (this.#left[arc] as number) - most
      this.#left[arc ^ 1] = (this.#left[arc ^ 1] as number) + most
    }
    return true
  }
}
