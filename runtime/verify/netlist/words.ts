import type { NetlistBit } from '../../tools/netlist-json.js'

/**
 * Word-level view of a netlist that is given bit by bit. Every driver (an output of a cell, a piece of an input port) is
 * a word; a group of bits is gathered from pieces of words. A word of at most 32 bits is kept as a 32-bit pattern, a
 * wider one as a bigint.
 */
export interface Word {
  readonly index: number
  readonly width: number
}

/** `width` bits of a word from bit `low` on, placed at bit `at` of the result. */
export interface Piece {
  readonly word: number
  readonly low: number
  readonly width: number
  readonly at: number
  /** One bit, copied `width` times: what a sign extension looks like. */
  readonly repeated: boolean
}

/** A group of bits: `constant`, and the pieces OR-ed into it. */
export interface Gather {
  readonly width: number
  readonly constant: bigint
  readonly pieces: readonly Piece[]
}

/** A bit that is neither 0 nor 1 nor driven by anything. */
export class UndefinedBit extends Error {}

/** Where each net comes from. */
export class Words {
  readonly #words: Word[] = []
  readonly #source = new Map<number, { readonly word: number; readonly bit: number }>()

  get all(): readonly Word[] {
    return this.#words
  }

  /** Declares a driver. Throws `UndefinedBit` where a net has two. */
  drive(bits: readonly NetlistBit[], name: string): Word {
    const word: Word = { index: this.#words.length, width: bits.length }
    this.#words.push(word)
    bits.forEach((bit, index) => {
      // An output that is tied to a constant drives nothing.
      if (typeof bit !== 'number') return
      if (this.#source.has(bit)) throw new UndefinedBit(`${name} and something else drive the same net`)
      this.#source.set(bit, { word: word.index, bit: index })
    })
    return word
  }

  /** Finds the pieces of words that make up `bits`, longest first. Throws `UndefinedBit`. */
  gather(bits: readonly NetlistBit[], name: string): Gather {
    let constant = 0n
    const pieces: Piece[] = []
    for (let at = 0; at < bits.length; ) {
      const bit = bits[at]
      if (bit === '1') constant |= 1n << BigInt(at)
      if (bit === '0' || bit === '1') {
        at++
        continue
      }
      const source = typeof bit === 'number' ? this.#source.get(bit) : undefined
      if (source === undefined) throw new UndefinedBit(`bit ${at} of ${name} is undefined`)
      let width = 1
      while (at + width < bits.length && bits[at + width] === bit) width++
      const repeated = width > 1
      if (!repeated) {
        while (at + width < bits.length && this.#follows(bits[at + width], source, width)) width++
      }
      pieces.push({ word: source.word, low: source.bit, width, at, repeated })
      at += width
    }
    return { width: bits.length, constant, pieces }
  }

  #follows(bit: NetlistBit | undefined, source: { readonly word: number; readonly bit: number }, by: number): boolean {
    const next = typeof bit === 'number' ? this.#source.get(bit) : undefined
    return next !== undefined && next.word === source.word && next.bit === source.bit + by
  }
}
