/** More than any sum of register bits; arcs that no cut may take. */
export const UNLIMITED = 0x3fffffff

/**
 * A flow network to which arcs may be added after flow has been found: what flows stays valid, so the next search goes on
 * from there. Dinic's algorithm; the least cut nearest to the source does not depend on the order in which paths are found.
 */
export class FlowNetwork {
  readonly #head: Int32Array
  #arcs = 0
  #next = new Int32Array(1024)
  #to = new Int32Array(1024)
  /** What may still flow; arc a and its reverse a ^ 1 stand side by side. */
  #left = new Int32Array(1024)
  readonly #level: Int32Array
  readonly #cursor: Int32Array
  readonly #queue: Int32Array
  readonly #path: Int32Array

  constructor(
    readonly size: number,
    readonly source: number,
    readonly sink: number,
  ) {
    this.#head = new Int32Array(size).fill(-1)
    this.#level = new Int32Array(size)
    this.#cursor = new Int32Array(size)
    this.#queue = new Int32Array(size)
    this.#path = new Int32Array(size)
  }

  arc(from: number, to: number, capacity: number): void {
    this.#half(from, to, capacity)
    this.#half(to, from, 0)
  }

  /** Flows as much as can be from source to sink. `reaches` afterwards says on which side of a least cut a node lies. */
  saturate(): void {
    while (this.#findLevels()) this.#augment()
  }

  /** After `saturate`: whether the node lies on the source's side of the least cut that is nearest to the source. */
  reaches(node: number): boolean {
    return this.#level[node] !== -1
  }

  #half(from: number, to: number, capacity: number): void {
    if (this.#arcs === this.#to.length) {
      this.#next = doubled(this.#next)
      this.#to = doubled(this.#to)
      this.#left = doubled(this.#left)
    }
    const arc = this.#arcs++
    this.#next[arc] = this.#head[from] as number
    this.#head[from] = arc
    this.#to[arc] = to
    this.#left[arc] = capacity
  }

  /**
   * Breadth-first distances from the source over arcs that have room, as far as that of the sink; false when the sink is
   * out of reach.
   */
  #findLevels(): boolean {
    const [head, next, to, left] = [this.#head, this.#next, this.#to, this.#left]
    const [level, queue, sink] = [this.#level, this.#queue, this.sink]
    level.fill(-1)
    level[this.source] = 0
    queue[0] = this.source
    let end = 1
    for (let at = 0; at < end; at++) {
      const node = queue[at] as number
      const further = (level[node] as number) + 1
      for (let arc = head[node] as number; arc >= 0; arc = next[arc] as number) {
        const other = to[arc] as number
        if (level[other] !== -1 || (left[arc] as number) <= 0) continue
        level[other] = further
        if (other === sink) return true
        queue[end++] = other
      }
    }
    return false
  }

  /** All paths of rising levels from source to sink; without recursion, since paths are as long as a design is deep. */
  #augment(): void {
    const [next, to, left, level, path] = [this.#next, this.#to, this.#left, this.#level, this.#path]
    const [cursor, sink] = [this.#cursor, this.sink]
    cursor.set(this.#head)
    let node = this.source
    for (let length = 0; ; ) {
      if (node === sink) {
        length = this.#flow(length)
        node = to[(path[length] as number) ^ 1] as number
      }
      const arc = cursor[node] as number
      if (arc < 0) {
        if (length === 0) return
        const back = path[--length] as number
        node = to[back ^ 1] as number
        cursor[node] = next[back] as number
        continue
      }
      const other = to[arc] as number
      if ((left[arc] as number) > 0 && level[other] === (level[node] as number) + 1) {
        path[length++] = arc
        node = other
      } else cursor[node] = next[arc] as number
    }
  }

  /** Flows along the first arcs of the path what they have room for; gives the place of the first one that is full then. */
  #flow(length: number): number {
    const [left, path] = [this.#left, this.#path]
    let most = UNLIMITED
    for (let at = 0; at < length; at++) most = Math.min(most, left[path[at] as number] as number)
    let full = 0
    for (let at = length - 1; at >= 0; at--) {
      const arc = path[at] as number
      left[arc] = (left[arc] as number) - most
      left[arc ^ 1] = (left[arc ^ 1] as number) + most
      if (left[arc] === 0) full = at
    }
    return full
  }
}

function doubled(old: Int32Array): Int32Array<ArrayBuffer> {
  const made = new Int32Array(2 * old.length)
  made.set(old)
  return made
}
