import { type BoundCalls, bindCalls } from './bind.js'
import { instantiateKernels, type Kernels } from './kernels.js'
import { type Partition, partitionOf, TILE } from './partition.js'
import { BASE, BASES, type TileProgram } from './program.js'
import { type Announcement, NONE, Steering } from './steering.js'
import type { Stage } from './work.js'

/**
 * Bytes between two rows of a tile: sixteen samples more than it holds, an odd number of cache lines, so that rows do
 * not fall on the same lines of the cache.
 */
export const ROW_BYTES = (TILE + 16) * 4
/** Kernels take samples in blocks of so many; tiles start at one, so only the last of a batch has padding. */
export const BLOCK = 8

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
  readonly sharesParts: boolean
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
  readonly #bases = new Int32Array(BASES)
  readonly #slot: number

  /** `slot`: number of the thread; 0 is the one that leads. */
  constructor(setup: TileSetup, slot: number) {
    this.kernels = instantiateKernels(setup.module, setup.memory)
    this.setup = setup
    this.#programs = setup.programs.map((program) => {
      const [opening, clearing, calls] = bindCalls([program.opening, program.clearing, program.calls], this.kernels)
      return { opening, clearing, calls }
    })
    this.#stages = setup.stages.map((stage) => bindCalls(stage, this.kernels))
    this.#steering = new Steering(setup.memory, setup.command, slot, setup.threads, ({ isStage, program, rows }) =>
      isStage ? (this.#stages[program]?.length ?? 0) : this.#cut(rows).parts,
    )
    this.#slot = slot
    this.#bases[BASE.own] = setup.own + slot * setup.ownBytes
  }

  /** Leads a pass over the rows `first … first + rows - 1` of the order; returns when all tiles are done. */
  lead(program: number, first: number, rows: number, share: number): void {
    this.#take(this.#steering.begin({ isStage: false, program, first, rows, share }))
    this.#steering.waitForAll(this.#cut(rows).parts)
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

  #cut(rows: number): Partition {
    return partitionOf(rows, this.setup.sharesParts)
  }

  #runJob(stage: number, job: number, rows: number): void {
    const run = this.#stages[stage]?.[job]
    if (run === undefined) throw new Error(`there is no job ${job} of stage ${stage}`)
    const bases = this.#bases
    bases[BASE.part] = this.setup.parts
    bases[BASE.parts] = this.#cut(rows).parts
    bases[BASE.partBytes] = this.setup.partBytes
    run(bases, 0)
  }

  #runPart({ program, first: origin, rows, share }: Announcement, part: number): void {
    const { tiles, parts } = this.#cut(rows)
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
