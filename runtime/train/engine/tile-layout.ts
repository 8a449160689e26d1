import { aligned, apart } from '../../kernels/arena.js'
import { TILE } from '../../kernels/partition.js'
import { type Argument, BASE } from '../../kernels/program.js'
import { ROW_BYTES } from '../../kernels/tiles.js'
import type { TileValue } from './values.js'

/** Where in a tile the rows of values and gradients stand, and what a thread keeps in the memory of its own. */
export class TileLayout {
  readonly #training: boolean
  #tileBytes = 0
  #ownBytes = 0
  #scratch = 0
  readonly #scratchCalls: ((offset: number) => void)[] = []

  /** Without training no value needs a gradient. */
  constructor(training: boolean) {
    this.#training = training
  }

  newValue(elements: number, needsGradient: boolean, maskedByUser = false): TileValue {
    return {
      offset: this.take(elements),
      elements,
      needsGradient: needsGradient && this.#training,
      gradient: null,
      written: false,
      maskedByUser,
    }
  }

  /** Offset of rows in the tile. */
  take(rows: number): number {
    const offset = this.#tileBytes
    this.#tileBytes += rows * ROW_BYTES
    return offset
  }

  /** Rows of the gradient of a value. */
  gradientOf(value: TileValue): number {
    value.gradient ??= this.take(value.elements)
    return value.gradient
  }

  /** Room in the tile that a call may overwrite; one place serves all calls. */
  scratch(bytes: number): Argument {
    this.#scratch = Math.max(this.#scratch, bytes)
    const argument = { value: 0, base: BASE.tile }
    this.#scratchCalls.push((offset) => {
      argument.value = offset
    })
    return argument
  }

  /** Offset of bytes in the memory that each thread has for itself. */
  ownBytes(bytes: number): number {
    const offset = this.#ownBytes
    this.#ownBytes += aligned(bytes)
    return offset
  }

  /** Fixes the sizes once everything is laid out. */
  finish(): { readonly tileBytes: number; readonly ownBytes: number } {
    const scratch = this.#tileBytes
    this.#tileBytes += Math.max(this.#scratch, TILE * 4)
    for (const place of this.#scratchCalls) place(scratch)
    return { tileBytes: apart(this.#tileBytes), ownBytes: apart(this.#ownBytes) }
  }
}
