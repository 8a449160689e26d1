import type { KernelName, Kernels } from './kernels.js'

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
} as const

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

/** Runs calls for one tile: `bases` holds the values of `BASE` for it but for the share, which is no integer. */
export type BoundCalls = (bases: Int32Array, share: number) => void

/** Calls made ready for one thread. */
export function bindCalls(calls: readonly Call[], kernels: Kernels): BoundCalls {
  const bound = calls.map(({ kernel, given }) => ({
    run: kernels[kernel],
    numbers: given.map((argument) => (typeof argument === 'number' ? argument : argument.value)),
    moving: given.flatMap((argument, index) =>
      typeof argument === 'number' || argument.base === BASE.share
        ? []
        : [{ index, base: argument.base, value: argument.value }],
    ),
    shares: given.flatMap((argument, index) =>
      typeof argument !== 'number' && argument.base === BASE.share ? [index] : [],
    ),
  }))
  return (bases, share) => {
    for (const { run, numbers, moving, shares } of bound) {
      for (const { index, base, value } of moving) numbers[index] = value + (bases[base] as number)
      for (const index of shares) numbers[index] = share
      run(...numbers)
    }
  }
}
