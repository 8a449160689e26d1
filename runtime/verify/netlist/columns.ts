import type { Gather, Word } from './words.js'

/** The values of a word over the cycles of a block. */
export type Narrow = Int32Array
export type Wide = bigint[]

/** All words over one block of cycles. Words of at most 32 bits in `narrow`, the others in `wide`. */
export interface Columns {
  readonly cycles: number
  readonly narrow: readonly (Narrow | null)[]
  readonly wide: readonly (Wide | null)[]
}

export const NARROW_BITS = 32

/** Columns of zeros for `cycles` clock cycles: 32-bit integers for narrow words, big ones for wide. */
export function allocate(words: readonly Word[], cycles: number): Columns {
  return {
    cycles,
    narrow: words.map((word) => (word.width <= NARROW_BITS ? new Int32Array(cycles) : null)),
    wide: words.map((word) => (word.width <= NARROW_BITS ? null : new Array<bigint>(cycles).fill(0n))),
  }
}

/** A pattern with the lowest `width` bits set. */
export function mask32(width: number): number {
  return width >= 32 ? -1 : (1 << width) - 1
}

/** The column of a group of at most 32 bits. `scratch` holds the result unless the group is a whole word as it is. */
export function gatherNarrow(gather: Gather, columns: Columns, scratch: Narrow): Narrow {
  const [only] = gather.pieces
  if (
    only !== undefined &&
    gather.pieces.length === 1 &&
    only.width === gather.width &&
    only.low === 0 &&
    !only.repeated
  ) {
    const column = columns.narrow[only.word]
    // The word may be wider than the piece; its upper bits do not belong to the group.
    if (column) return maskInto(column, gather.width, scratch, columns.cycles)
  }
  scratch.fill(Number(BigInt.asIntN(32, gather.constant)), 0, columns.cycles)
  for (const piece of gather.pieces) {
    const { low, at, width } = piece
    const mask = mask32(width)
    const narrow = columns.narrow[piece.word]
    if (narrow) {
      if (piece.repeated) {
        for (let t = 0; t < columns.cycles; t++) {
          scratch[t] = (scratch[t] as number) | ((-(((narrow[t] as number) >>> low) & 1) & mask) << at)
        }
      } else {
        for (let t = 0; t < columns.cycles; t++) {
          scratch[t] = (scratch[t] as number) | ((((narrow[t] as number) >>> low) & mask) << at)
        }
      }
      continue
    }
    const wide = columns.wide[piece.word] as Wide
    const from = BigInt(low)
    for (let t = 0; t < columns.cycles; t++) {
      const bits = Number(BigInt.asUintN(32, (wide[t] as bigint) >> from)) | 0
      scratch[t] = (scratch[t] as number) | (((piece.repeated ? -(bits & 1) : bits) & mask) << at)
    }
  }
  return scratch
}

function maskInto(column: Narrow, width: number, scratch: Narrow, cycles: number): Narrow {
  const mask = mask32(width)
  if (mask === -1) return column
  for (let t = 0; t < cycles; t++) scratch[t] = (column[t] as number) & mask
  return scratch
}

/** The column of a group of any width, as non-negative bigints. */
export function gatherWide(gather: Gather, columns: Columns): Wide {
  const result = new Array<bigint>(columns.cycles).fill(gather.constant)
  for (const piece of gather.pieces) {
    const from = BigInt(piece.low)
    const to = BigInt(piece.at)
    const narrow = columns.narrow[piece.word]
    const wide = columns.wide[piece.word]
    const ones = (1n << BigInt(piece.width)) - 1n
    for (let t = 0; t < columns.cycles; t++) {
      const word = narrow ? BigInt((narrow[t] as number) >>> 0) : (wide?.[t] as bigint)
      const bits = piece.repeated ? ((word >> from) & 1n) * ones : BigInt.asUintN(piece.width, word >> from)
      result[t] = (result[t] as bigint) | (bits << to)
    }
  }
  return result
}
