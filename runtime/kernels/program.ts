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
  /** Memory that only the thread at hand touches. */
  own: 10,
  /** 1 in the first tile of a part, 0 in the others. */
  begins: 11,
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

/** Runs calls for one tile: `bases` holds the values of `BASE` for it but for the share, which is no integer. */
export type BoundCalls = (bases: Int32Array, share: number) => void

/** Calls of one function: V8 does not optimise functions of any length. */
const MOST_CALLS = 64

/**
 * Calls made ready for one thread, as functions whose text names each kernel and each argument: V8 makes of that the plain
 * calls that it is. To pass arguments from lists to whichever kernel comes next takes about 0.1 µs each time, a tenth
 * of a step with small batches.
 */
export function bindCalls(calls: readonly Call[], kernels: Kernels): BoundCalls {
  const functions: BoundCalls[] = []
  const bind = mayMakeFunctions() ? functionOf : listOf
  for (let first = 0; first < calls.length; first += MOST_CALLS)
    functions.push(bind(calls.slice(first, first + MOST_CALLS), kernels))
  const [only] = functions
  if (only !== undefined && functions.length === 1) return only
  return (bases, share) => {
    for (const run of functions) run(bases, share)
  }
}

/** False under `node --disallow-code-generation-from-strings`. */
function mayMakeFunctions(): boolean {
  try {
    new Function('')
    return true
  } catch (error) {
    if (error instanceof EvalError) return false
    throw error
  }
}

/** The same calls with the same arguments, from lists: slower, where text may not become code. */
function listOf(calls: readonly Call[], kernels: Kernels): BoundCalls {
  const bound = calls.map(({ kernel, given }) => ({ run: kernels[kernel], given }))
  return (bases, share) => {
    for (const { run, given } of bound) run(...given.map((argument) => numberOf(argument, bases, share)))
  }
}

/** The value of what `textOf` writes down. */
function numberOf(argument: number | Argument, bases: Int32Array, share: number): number {
  if (typeof argument === 'number') return argument
  const { value, base } = argument
  if (base === BASE.none) return value
  // An invariant of the thread at hand: `bases` has a place for every base.
  return base === BASE.share ? share : (bases[base] ?? 0) + value
}

function functionOf(calls: readonly Call[], kernels: Kernels): BoundCalls {
  const names = [...new Set(calls.map(({ kernel }) => kernel))]
  // Nothing but names of kernels and numbers comes into the text.
  const lines = calls.map(({ kernel, given }) => `kernel_${kernel}(${given.map(textOf).join(', ')})`)
  const made = new Function(
    ...names.map((name) => `kernel_${name}`),
    `return (bases, share) => {\n${lines.join('\n')}\n}`,
  )
  return made(...names.map((name) => kernels[name])) as BoundCalls
}

function textOf(argument: number | Argument): string {
  if (typeof argument === 'number') return numberText(argument)
  const { value, base } = argument
  if (base === BASE.none) return numberText(value)
  return base === BASE.share ? 'share' : `bases[${base}] + ${numberText(value)}`
}

/** Reads back as the very same number. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
