/** Most samples of one tile: few enough that the values of a small network stay in the second cache of a core. */
export const TILE = 256
/** A batch is cut into tiles of no fewer samples than this, however many could share it. */
const LEAST_TILE = 64
/** Most parts of a batch. Twelve can be shared out evenly among 1, 2, 3, 4, 6 or 12 threads. */
const MOST_PARTS = 12
/**
 * So many parts, of a tile each, are added up in pairs. Where a tile adds what it sums up to what its part holds, the two
 * tiles of a pair may as well share a part: two threads then hold one sum each, which halves what a small batch makes
 * them send to one another.
 */
const PAIRED = 4

/**
 * How a batch is cut: tiles of nearly equal size, and parts that are runs of tiles. Sums over a batch are made part by
 * part and then added up in an order that depends on the number of rows alone: so the result does not depend on who
 * computed what.
 */
export interface Partition {
  readonly tiles: number
  readonly parts: number
}

/** How a batch of so many rows is cut. `sharesParts`: whether tiles that are added up as a pair share a part. */
export function partitionOf(rows: number, sharesParts: boolean): Partition {
  const largest = largestPartition(rows)
  return sharesParts && largest.tiles === PAIRED ? { tiles: PAIRED, parts: PAIRED / 2 } : largest
}

/**
 * Whether tiles of a pair share a part. `addsOnce`: a tile adds to each sum once, and all passes that add to one are
 * one, so that sharing leaves the order of additions as it is.
 */
export function sharesParts(threads: number, addsOnce: boolean): boolean {
  return addsOnce && threads <= PAIRED / 2
}

/** Most tiles and parts that a batch of at most so many rows is cut into. */
export function largestPartition(rows: number): Partition {
  const tiles = Math.max(Math.ceil(rows / TILE), Math.min(MOST_PARTS, Math.ceil(rows / LEAST_TILE)))
  return { tiles, parts: Math.min(tiles, MOST_PARTS) }
}

/** The sum of a number that every part holds, in the order in which the kernel `sumParts` adds parts up. */
export function sumOfParts(parts: number, numberOf: (part: number) => number): number {
  if (parts === PAIRED) return numberOf(0) + numberOf(1) + (numberOf(2) + numberOf(3))
  let sum = 0
  for (let part = 0; part < parts; part++) sum += numberOf(part)
  return sum
}
