import { aligned } from './arena.js'
import type { Call } from './program.js'

/** Bytes that a call reads or writes. */
export interface Region {
  readonly address: number
  readonly bytes: number
}

/**
 * A call that takes part in the work between two passes over tiles, and what of the memory it touches: by that alone it
 * is known what may run at the same time. The sums of the parts are only read there, so they need not be named.
 */
export interface Work {
  readonly call: Call
  readonly reads: readonly Region[]
  readonly writes: readonly Region[]
  /** Nanoseconds that it may take: to share work out evenly, no more. */
  readonly cost: number
}

/** Calls that one thread makes in turn. */
export type Job = readonly Call[]

/** Jobs that have nothing to do with each other: threads make them at the same time. */
export type Stage = readonly Job[]

/** Words of the least piece of work on an array, and how many pieces there are at most. */
const LEAST_PIECE = 1024
const MOST_PIECES = 16

/** Words of one piece of work on an array of `count` words, so that it can be shared out: pieces share no cache line. */
export function pieceOf(count: number): number {
  return Math.max(LEAST_PIECE, aligned((4 * count) / MOST_PIECES) / 4)
}

/** Work on an array of `count` words in pieces: `make` is given the first word of each, and how many. */
export function pieces(count: number, make: (first: number, count: number) => Work): Work[] {
  const made: Work[] = []
  const piece = pieceOf(count)
  for (let first = 0; first < count; first += piece) made.push(make(first, Math.min(piece, count - first)))
  return made
}

/** `count` words at an address, and the padding that makes whole vectors of them. */
export function words(address: number, count: number): Region {
  return { address, bytes: Math.ceil(count / 8) * 32 }
}

/** `count` doubles at an address. */
export function doubles(address: number, count: number): Region {
  return { address, bytes: count * 8 }
}
