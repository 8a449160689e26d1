import { Arena } from '../../kernels/arena.js'
import { bytesOf, type Held } from './shape.js'

/**
 * Samples of one tile: few enough that what a layer reads and writes stays in the first cache of a core, in float64
 * too.
 */
export const TILE = 64

/**
 * Bytes between two rows of a tile: an odd number of cache lines, so that rows do not fall on the same lines of the
 * cache.
 */
export function rowBytes(held: Held): number {
  return TILE * bytesOf(held) + 64
}

/** Rows of a tile that hold a value. */
export interface Place {
  readonly address: number
  readonly held: Held
  readonly elements: number
}

/**
 * An arena whose tile rows are used again once their value is not needed any more: a layer's values then stay in the
 * cache.
 */
export class TileMemory {
  readonly arena = new Arena()
  readonly #free: { address: number; bytes: number }[] = []

  take(elements: number, held: Held): Place {
    const bytes = Math.max(1, elements) * rowBytes(held)
    let best: { address: number; bytes: number } | undefined
    for (const block of this.#free) if (block.bytes >= bytes && block.bytes < (best?.bytes ?? Infinity)) best = block
    if (best === undefined) return { address: this.arena.bytes(bytes), held, elements }
    const { address } = best
    best.address += bytes
    best.bytes -= bytes
    return { address, held, elements }
  }

  give({ address, held, elements }: Place): void {
    this.#free.push({ address, bytes: Math.max(1, elements) * rowBytes(held) })
  }
}
