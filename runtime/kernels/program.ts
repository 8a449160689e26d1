import type { KernelName } from './kernels.js'

/** What an argument of a call is counted from. */
export const BASE = {
  /** Nothing: a number, or the address of something that all threads share. */
  none: 0,
  /** The rows of the tile at hand. */
  tile: 1,
  /** The sums of the part at hand. */
  part: 2,
  /** Samples of the tile, padding included. */
  samples: 3,
  /** Samples of the tile. */
  exact: 4,
  /** Number of the tile's first sample within the batch. */
  first: 5,
  /** Bytes from the order of the batch's rows to that of the tile's first sample: four for each. */
  order: 6,
  /** What turns a sum over the batch into a mean. */
  share: 7,
  /** How many parts the batch at hand has. */
  parts: 8,
  /** Bytes from the sums of one part to those of the next. */
  partBytes: 9,
  /** Memory that only the thread at hand touches. */
  own: 10,
  /** 1 in the first tile of a part, 0 in the others. */
  begins: 11,
} as const

/** How many they are. */
export const BASES = Object.keys(BASE).length

/** One of `BASE`. */
export type Base = (typeof BASE)[keyof typeof BASE]

/** What is added to a base to give an argument. */
export interface Argument {
  readonly value: number
  readonly base: Base
}

/** One call of a kernel, for a tile or between passes. Plain data, so that it can be sent to threads. */
export interface Call {
  readonly kernel: KernelName
  readonly given: readonly (number | Argument)[]
}

/** A call whose arguments are numbers or counted from a base. */
export function call(kernel: KernelName, ...given: readonly (number | Argument)[]): Call {
  return { kernel, given }
}

/** An address in the tile at hand. */
export const inTile = (offset: number): Argument => ({ value: offset, base: BASE.tile })
/** An address in the sums of the part at hand; in work between the passes, in those of the first part. */
export const inPart = (offset: number): Argument => ({ value: offset, base: BASE.part })
/** Samples of the tile, padding included. */
export const SAMPLES: Argument = { value: 0, base: BASE.samples }
/** Samples of the tile. */
export const EXACT: Argument = { value: 0, base: BASE.exact }
/** Number of the tile's first sample within the batch. */
export const FIRST: Argument = { value: 0, base: BASE.first }
/** What turns a sum over the batch into a mean. */
export const SHARE: Argument = { value: 0, base: BASE.share }
/** How many parts the batch at hand has. */
export const PARTS: Argument = { value: 0, base: BASE.parts }
/** Bytes from the sums of one part to those of the next. */
export const PART_BYTES: Argument = { value: 0, base: BASE.partBytes }
/** Address in the order of the batch's rows, of the row of the tile's first sample. */
export const inOrder = (address: number): Argument => ({ value: address, base: BASE.order })

/** 1 in the first tile of a part: sums that one call alone, in one pass, adds to start anew there. */
export const BEGINS: Argument = { value: 0, base: BASE.begins }

/** An address in the memory of the thread at hand. */
export const inOwn = (offset: number): Argument => ({ value: offset, base: BASE.own })

/** What threads do in a pass over the tiles of a batch. */
export interface TileProgram {
  /**
   * By each thread that takes part, before its first tile: what it makes for itself. It writes to memory of its own only,
   * and knows of no tile: arguments are numbers and places in that memory.
   */
  readonly opening: readonly Call[]
  /** Before the first tile of every part: sets its sums to 0, but for those that calls start anew by `BEGINS`. */
  readonly clearing: readonly Call[]
  /** For every tile. */
  readonly calls: readonly Call[]
}
