import { instantiateKernels, type Kernels } from './kernels.js'
import { BASE, type BoundCalls, bindCalls, type TileProgram } from './program.js'
import { type Announcement, NONE, Steering } from './steering.js'
import type { Stage } from './work.js'

/** Most samples of one tile: few enough that the values of a small network stay in the second cache of a core. */
export const TILE = 256
/** A batch is cut into tiles of no fewer samples than this, however many could share it. */
const LEAST_TILE = 64
/**
 * Bytes between two rows of a tile: sixteen samples more than it holds, an odd number of cache lines, so that rows do
 * not fall on the same lines of the cache.
 */
export const ROW_BYTES = (TILE + 16) * 4
/**
 * Sums over a batch are made in so many parts, whatever the number of threads, and added up in an order of their own: so
 * the result does not depend on who computed what. Twelve can be shared out evenly among 1, 2, 3, 4, 6 or 12 threads.
 */
const MOST_PARTS = 12
/**
 * So many parts, of a tile each, are added up in pairs. Where a tile adds what it sums up to what its part holds, the two
 * tiles of a pair may as well share a part: two threads then hold one sum each, which halves what a small batch makes
 * them send to one another.
 */
const PAIRED = 4

/** Kernels take samples in blocks of so many; tiles start at one, so only the last of a batch has padding. */
export const BLOCK = 8

/**
 * How a batch is cut: tiles of nearly equal size, and parts that are runs of tiles. The number of rows alone decides on
 * tiles and on the order in which their sums are added up.
 */
export interface Partition {
  readonly tiles: number
  readonly parts: number
}

/** How a batch of so many rows is cut. `joinsPairs`: as in a `TileSetup`. */
export function partitionOf(rows: number, joinsPairs: boolean): Partition {
  const most = mostOf(rows)
  return joinsPairs && most.tiles === PAIRED ? { tiles: PAIRED, parts: PAIRED / 2 } : most
}

/**
 * Whether tiles of a pair share a part. `addsOnce`: a tile adds to each sum once, and all passes that add to one are
 * one, so that sharing leaves the order of additions as it is.
 */
export function joinsPairs(threads: number, addsOnce: boolean): boolean {
  return addsOnce && threads <= PAIRED / 2
}

/** Most tiles and parts that a batch of at most so many rows is cut into. */
export function mostOf(rows: number): Partition {
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

/** Everything a thread needs to take part; plain data. */
export interface TileSetup {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** One for each pass. */
  readonly programs: readonly TileProgram[]
  /** Jobs that threads do between passes. */
  readonly stages: readonly Stage[]
  /** Address of the words that steer the threads. */
  readonly command: number
  readonly tiles: number
  readonly tileBytes: number
  /**
   * Every tile of a batch keeps its rows, because later passes read them. Otherwise each thread has room for one tile.
   */
  readonly keepTiles: boolean
  /** Tiles share a part where two parts would be added up as a pair. */
  readonly joinsPairs: boolean
  readonly parts: number
  readonly partBytes: number
  /** What each thread has for itself: `ownBytes` for each of `threads`. */
  readonly own: number
  readonly ownBytes: number
  readonly threads: number
}

/** Runs tile programs and stages, alone or together with other threads that hold the same setup. */
export class TileRunner {
  readonly kernels: Kernels
  readonly setup: TileSetup
  readonly #steering: Steering
  readonly #programs: readonly Readonly<Record<keyof TileProgram, BoundCalls>>[]
  readonly #stages: readonly (readonly BoundCalls[])[]
  readonly #bases = new Int32Array(16)
  readonly #slot: number

  /** `slot`: number of the thread; 0 is the one that leads. */
  constructor(setup: TileSetup, slot: number) {
    this.kernels = instantiateKernels(setup.module, setup.memory)
    this.setup = setup
    this.#programs = setup.programs.map(({ opening, clearing, calls }) => ({
      opening: bindCalls(opening, this.kernels),
      clearing: bindCalls(clearing, this.kernels),
      calls: bindCalls(calls, this.kernels),
    }))
    this.#stages = setup.stages.map((stage) => stage.map((calls) => bindCalls(calls, this.kernels)))
    this.#steering = new Steering(setup.memory, setup.command, slot, setup.threads, ({ isStage, program, rows }) =>
      isStage ? (this.#stages[program]?.length ?? 0) : partitionOf(rows, setup.joinsPairs).parts,
    )
    this.#slot = slot
    this.#bases[BASE.own] = setup.own + slot * setup.ownBytes
  }

  /** Leads a pass over the rows `first … first + rows - 1` of the order; returns when all tiles are done. */
  lead(program: number, first: number, rows: number, share: number): void {
    this.#take(this.#steering.begin({ isStage: false, program, first, rows, share }))
    this.#steering.waitForAll(partitionOf(rows, this.setup.joinsPairs).parts)
  }

  /** Leads a stage after passes over `rows` rows; returns when all its jobs are done. */
  leadStage(stage: number, rows: number): void {
    this.#take(this.#steering.begin({ isStage: true, program: stage, first: 0, rows, share: 0 }))
    this.#steering.waitForAll(this.#stages[stage]?.length ?? 0)
  }

  /** Follows the leader until told to stop. Blocks the thread. */
  follow(): void {
    for (let seen = this.#steering.waitForNext(NONE); seen !== null; seen = this.#steering.waitForNext(seen)) {
      try {
        this.#take(seen)
      } catch (error) {
        this.#steering.fail()
        throw error
      }
    }
  }

  /** Lets the followers end. */
  stop(): void {
    this.#steering.stop()
  }

  /** Takes parts of the pass `generation`, or jobs of the stage, until none is left. */
  #take(generation: number): void {
    const steering = this.#steering
    let opened = false
    for (let taken = steering.take(generation); taken >= 0; taken = steering.take(generation)) {
      const { isStage, program, rows } = steering.announced
      if (isStage) this.#runJob(program, taken, rows)
      else {
        if (!opened) this.#programs[program]?.opening(this.#bases, 0)
        opened = true
        this.#runPart(steering.announced, taken)
      }
      steering.done()
    }
  }

  #runJob(stage: number, job: number, rows: number): void {
    const run = this.#stages[stage]?.[job]
    if (run === undefined) throw new Error(`there is no job ${job} of stage ${stage}`)
    const bases = this.#bases
    bases[BASE.part] = this.setup.parts
    bases[BASE.parts] = partitionOf(rows, this.setup.joinsPairs).parts
    bases[BASE.partBytes] = this.setup.partBytes
    run(bases, 0)
  }

  #runPart({ program, first: origin, rows, share }: Announcement, part: number): void {
    const { tiles, parts } = partitionOf(rows, this.setup.joinsPairs)
    const bound = this.#programs[program]
    if (bound === undefined) throw new Error(`there is no tile program ${program}`)
    const { keepTiles, tileBytes, partBytes } = this.setup
    const bases = this.#bases
    bases[BASE.part] = this.setup.parts + part * partBytes
    bound.clearing(bases, 0)
    const blocks = Math.ceil(rows / BLOCK)
    const start = Math.floor((part * tiles) / parts)
    const end = Math.floor(((part + 1) * tiles) / parts)
    for (let tile = start; tile < end; tile++) {
      const first = BLOCK * Math.floor((tile * blocks) / tiles)
      const exact = Math.min(rows, BLOCK * Math.floor(((tile + 1) * blocks) / tiles)) - first
      bases[BASE.tile] = this.setup.tiles + (keepTiles ? tile : this.#slot) * tileBytes
      bases[BASE.samples] = Math.ceil(exact / BLOCK) * BLOCK
      bases[BASE.exact] = exact
      bases[BASE.first] = first
      bases[BASE.order] = (origin + first) * 4
      bases[BASE.begins] = tile === start ? 1 : 0
      bound.calls(bases, share)
    }
  }
}
