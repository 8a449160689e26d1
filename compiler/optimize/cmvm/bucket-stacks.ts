import { withRoom } from './room.js'

/** A stack of small numbers for each of many keys, in arrays that are kept when all are emptied. */
export class BucketStacks {
  /** Where the stack of each key starts, how many lie on it, and how many it has room for. */
  #start = new Int32Array(256)
  #size = new Int32Array(256)
  #room = new Int32Array(256)
  #items = new Int32Array(1024)
  /** Items up to here belong to some stack, or did before it moved. */
  #used = 0
  /** Keys from here on have not been used. */
  #keys = 0

  clear(): void {
    this.#size.fill(0, 0, this.#keys)
    this.#room.fill(0, 0, this.#keys)
    this.#used = 0
    this.#keys = 0
  }

  sizeOf(key: number): number {
    return key < this.#keys ? (this.#size[key] as number) : 0
  }

  push(key: number, item: number): void {
    if (key >= this.#keys) this.#addKeys(key + 1)
    const size = this.#size[key] as number
    if (size === this.#room[key]) this.#move(key)
    this.#items[(this.#start[key] as number) + size] = item
    this.#size[key] = size + 1
  }

  /** Takes an item off a stack that is not empty: the one at a place counted from the bottom, which the top one takes. */
  take(key: number, place: number): number {
    const items = this.#items
    const start = this.#start[key] as number
    const top = (this.#size[key] as number) - 1
    this.#size[key] = top
    const item = items[start + place] as number
    items[start + place] = items[start + top] as number
    return item
  }

  #addKeys(keys: number): void {
    this.#start = withRoom(this.#start, keys)
    this.#size = withRoom(this.#size, keys)
    this.#room = withRoom(this.#room, keys)
    this.#keys = keys
  }

  /** Gives a stack that is full twice the room, at the end of the items. */
  #move(key: number): void {
    const size = this.#size[key] as number
    const start = this.#start[key] as number
    const room = Math.max(4, 2 * size)
    const used = this.#used + room
    this.#items = withRoom(this.#items, used)
    this.#items.copyWithin(this.#used, start, start + size)
    this.#start[key] = this.#used
    this.#room[key] = room
    this.#used = used
  }
}
