/**
 * Random numbers by counter: every number is a pure function of (seed, path, index), so the order in which they are
 * drawn, threads and tiles change nothing. Make one key per purpose; indices of one key are independent draws.
 */
import { cos, log } from './exactmath.js'
import { philox } from './philox.js'

/** What names one stream of random numbers: the Philox key and the upper half of its counter. */
export interface RandomKey {
  readonly key: readonly [number, number]
  readonly counter: readonly [number, number]
}

/** The key of the stream named by a seed and a path of words, e.g. `randomKey(7, 'dense[0]/w', 'init')`. */
export function randomKey(seed: number, ...path: (string | number)[]): RandomKey {
  const state = new Uint32Array(4)
  absorbNumber(state, seed)
  for (const part of path) {
    if (typeof part === 'number') absorbNumber(state, part)
    else absorbText(state, part)
  }
  return { key: [word(state, 0), word(state, 1)], counter: [word(state, 2), word(state, 3)] }
}

const number64 = new DataView(new ArrayBuffer(8))

function absorbNumber(state: Uint32Array, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`a random key cannot hold ${value}`)
  number64.setFloat64(0, value === 0 ? 0 : value)
  absorb(state, 1, number64.getUint32(0), number64.getUint32(4))
}

function absorbText(state: Uint32Array, text: string): void {
  absorb(state, 2, text.length, 0)
  for (let index = 0; index < text.length; index += 4) {
    absorb(state, 3, codeUnits(text, index), codeUnits(text, index + 2))
  }
}

function codeUnits(text: string, index: number): number {
  const low = index < text.length ? text.charCodeAt(index) : 0
  const high = index + 1 < text.length ? text.charCodeAt(index + 1) : 0
  return (high << 16) | low
}

/** One step of a sponge: mix a tagged pair of words into the state, then permute. */
function absorb(state: Uint32Array, tag: number, first: number, second: number): void {
  state[0] = word(state, 0) ^ first
  state[1] = word(state, 1) ^ second
  state[2] = word(state, 2) ^ tag
  philox(state, 0x68677120, 0x6b657920)
}

function word(words: Uint32Array, index: number): number {
  return words[index] as number
}

const block = new Uint32Array(4)

function draw(random: RandomKey, index: number): void {
  block[0] = index >>> 0
  block[1] = Math.floor(index / 4294967296)
  block[2] = random.counter[0]
  block[3] = random.counter[1]
  philox(block, random.key[0], random.key[1])
}

/** 53 bits of the last draw, from words `at` and `at + 1`, as a number in [0, 1). */
function fraction(at: 0 | 2): number {
  return ((word(block, at) >>> 5) * 67108864 + (word(block, at + 1) >>> 6)) / 9007199254740992
}

/** Uniform in [0, 1), a multiple of 2^-53. `index` is an integer from 0 to 2^53 - 1. */
export function uniformAt(key: RandomKey, index: number): number {
  draw(key, index)
  return fraction(0)
}

/** Normal with mean 0 and deviation 1 (Box and Muller's method). */
export function normalAt(key: RandomKey, index: number): number {
  draw(key, index)
  // 1 - u lies in (0, 1], so the logarithm is finite.
  return Math.sqrt(-2 * log(1 - fraction(0))) * cos(2 * Math.PI * fraction(2))
}

/** Uniform among 0 … bound - 1, for a bound from 1 to 2^32 (the bias is below bound / 2^53). */
export function integerAt(key: RandomKey, index: number, bound: number): number {
  return Math.floor(uniformAt(key, index) * bound)
}

/**
 * A permutation of 0 … length - 1, each equally likely (Fisher and Yates; the bias is below length / 2^32). The draw for
 * place p is word p mod 4 at index ⌊p / 4⌋ of the key: a quarter of the blocks that a draw per index would cost.
 */
export function permutation(key: RandomKey, length: number): Uint32Array {
  const result = new Uint32Array(length)
  for (let index = 0; index < length; index++) result[index] = index
  let drawn = -1
  for (let last = length - 1; last > 0; last--) {
    const index = Math.floor(last / 4)
    if (index !== drawn) draw(key, index)
    drawn = index
    // Below last + 1 whatever the rounding: a word is at most 2^32 - 1, which leaves far more room than a double rounds.
    const other = Math.floor((word(block, last & 3) * (last + 1)) / 4294967296)
    const kept = word(result, last)
    result[last] = word(result, other)
    result[other] = kept
  }
  return result
}

/** Fills `target` with 32-bit words of the stream, four to an index from `index` on: cheap draws in bulk. */
export function fillWords(key: RandomKey, index: number, target: Uint32Array): void {
  for (let at = 0; at < target.length; at += 4) {
    draw(key, index + (at >>> 2))
    for (let lane = 0; lane < 4 && at + lane < target.length; lane++) target[at + lane] = word(block, lane)
  }
}
