import type { Kernels } from '../../kernels/kernels.js'
import type { Call } from '../../kernels/program.js'
import { stagesOf } from '../../kernels/stages.js'
import type { Region, Stage, Work } from '../../kernels/work.js'

/** The kernels with the memory they work on, seen as numbers. Addresses are in bytes. */
export class Machine {
  readonly kernels: Kernels
  readonly #floats: Float32Array
  readonly #words: Int32Array
  readonly #doubles: Float64Array

  constructor(kernels: Kernels, memory: WebAssembly.Memory) {
    this.kernels = kernels
    this.#floats = new Float32Array(memory.buffer)
    this.#words = new Int32Array(memory.buffer)
    this.#doubles = new Float64Array(memory.buffer)
  }

  /** Makes calls one after the other that depend on no batch. */
  run(works: readonly Work[]): void {
    for (const { call } of works) this.kernels[call.kernel](...call.given.map(plainNumber))
  }

  /** A view of `count` float32. */
  floats(address: number, count: number): Float32Array {
    return this.#floats.subarray(address / 4, address / 4 + count)
  }

  /** One word: cheaper than a view, as are the next. */
  word(address: number): number {
    return this.#words[address / 4] as number
  }

  double(address: number): number {
    return this.#doubles[address / 8] as number
  }

  putWord(address: number, value: number): void {
    this.#words[address / 4] = value
  }

  putFloat(address: number, value: number): void {
    this.#floats[address / 4] = value
  }

  putDouble(address: number, value: number): void {
    this.#doubles[address / 8] = value
  }

  words(address: number, count: number): Int32Array {
    return this.#words.subarray(address / 4, address / 4 + count)
  }

  doubles(address: number, count: number): Float64Array {
    return this.#doubles.subarray(address / 8, address / 8 + count)
  }
}

function plainNumber(argument: Call['given'][number]): number {
  if (typeof argument !== 'number') throw new Error('a call that depends on the batch is made without one')
  return argument
}

/** What the sums of a pass are made of: `parts` regions of `bytes` bytes from `address` on. */
export interface Parts {
  readonly address: number
  readonly bytes: number
  /** Regions that the batch at hand uses. */
  readonly count: number
  /** Rows of the batch at hand. */
  readonly rows: number
  /** Number of the step, which names its random numbers. */
  readonly step: number
}

/** Something that the leading thread does between passes over tiles. */
export type Action = (machine: Machine, parts: Parts) => void

/** What happens between passes, in the order in which it is given: threads share calls out where that changes nothing. */
export type Between = Action | Work

/** The same made ready: actions, and numbers of stages. */
export type Sequence = readonly (Action | number)[]

/**
 * Makes ready what happens between two passes; its stages are added to those of the engine. `isReadInPasses`: whether
 * all threads read a region in the passes.
 */
export function sequenceOf(
  between: readonly Between[],
  stages: Stage[],
  threads: number,
  isReadInPasses: (region: Region) => boolean,
): Sequence {
  const sequence: (Action | number)[] = []
  let works: Work[] = []
  const close = (): void => {
    for (const stage of stagesOf(works, threads, isReadInPasses)) sequence.push(stages.push(stage) - 1)
    works = []
  }
  for (const item of between) {
    if (typeof item !== 'function') works.push(item)
    else {
      close()
      sequence.push(item)
    }
  }
  close()
  return sequence
}
