import { instantiateKernels, type Kernels } from './kernels.js'
import { BASE, type BoundCalls, bindCalls, type Call } from './program.js'

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
 * Sums over a batch are made in so many parts, whatever the number of threads, and added up in their order: so the
 * result does not depend on who computed what. Twelve can be shared out evenly among 1, 2, 3, 4, 6 or 12 threads.
 */
const MOST_PARTS = 12

/** Kernels take samples in blocks of so many; tiles start at one, so only the last of a batch has padding. */
export const BLOCK = 8

/**
 * How a batch is cut: tiles of nearly equal size, and parts that are runs of tiles. The number of rows alone decides.
 */
export interface Partition {
  readonly tiles: number
  readonly parts: number
}

/** How a batch of so many rows is cut. */
export function partitionOf(rows: number): Partition {
  const tiles = Math.max(Math.ceil(rows / TILE), Math.min(MOST_PARTS, Math.ceil(rows / LEAST_TILE)))
  return { tiles, parts: Math.min(tiles, MOST_PARTS) }
}

/** Everything a thread needs to take part; plain data. */
export interface TileSetup {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly programs: readonly (readonly Call[])[]
  /** Address of the words that steer the threads. */
  readonly command: number
  readonly tiles: number
  readonly tileBytes: number
  /**
   * Every tile of a batch keeps its rows, because later passes read them. Otherwise each thread has room for one tile.
   */
  readonly keepTiles: boolean
  readonly parts: number
  readonly partBytes: number
}

/** Bytes of the words that steer the threads. */
export const COMMAND_BYTES = 64
/** Places of the words. `ticket`: generation · 256 + the next part to take. */
const WORD = { ticket: 0, completed: 1, program: 2, rows: 3, clear: 4, stop: 5, failed: 6, first: 7 } as const
const SHARE_OFFSET = 48
/** A part in a ticket that no pass has. */
const NO_PART = 0xff

/**
 * Spins before a thread sleeps: a step follows the last within some hundred microseconds, which is less than waking
 * takes.
 */
const SPINS = 20_000

/** Runs tile programs, alone or together with other threads that hold the same setup. */
export class TileRunner {
  readonly kernels: Kernels
  readonly setup: TileSetup
  readonly #words: Int32Array
  readonly #share: Float64Array
  readonly #programs: readonly BoundCalls[]
  readonly #bases = new Int32Array(8)
  readonly #slot: number

  /** `slot`: number of the thread; 0 is the one that leads. */
  constructor(setup: TileSetup, slot: number) {
    this.kernels = instantiateKernels(setup.module, setup.memory)
    this.setup = setup
    this.#words = new Int32Array(setup.memory.buffer, setup.command, COMMAND_BYTES / 4)
    this.#share = new Float64Array(setup.memory.buffer, setup.command + SHARE_OFFSET, 1)
    this.#programs = setup.programs.map((calls) => bindCalls(calls, this.kernels))
    this.#slot = slot
  }

  /**
   * Leads a pass over the rows `first … first + rows - 1` of the order; returns when all tiles are done. `clear`: the
   * sums of the parts start at 0.
   */
  lead(program: number, first: number, rows: number, share: number, clear: boolean): void {
    const words = this.#words
    const { parts } = partitionOf(rows)
    const ticket = Atomics.load(words, WORD.ticket)
    // Closed first: a follower that still looks for parts of the last pass must not find the rows of this one with that
    // pass's ticket.
    Atomics.store(words, WORD.ticket, ticket | NO_PART)
    words[WORD.program] = program
    words[WORD.first] = first
    words[WORD.rows] = rows
    words[WORD.clear] = clear ? 1 : 0
    this.#share[0] = share
    Atomics.store(words, WORD.completed, 0)
    const generation = ((ticket >>> 8) + 1) & 0xffffff
    Atomics.store(words, WORD.ticket, generation << 8)
    Atomics.notify(words, WORD.ticket)
    this.#takeParts(generation)
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(words, WORD.completed)
      if (Atomics.load(words, WORD.failed) === 1) throw new Error('a thread of the engine failed')
      if (done >= parts) return
      if (spins > SPINS) Atomics.wait(words, WORD.completed, done, 1000)
    }
  }

  /** Follows the leader until told to stop. Blocks the thread. */
  follow(): void {
    const words = this.#words
    let seen = -1
    for (;;) {
      let ticket = Atomics.load(words, WORD.ticket)
      for (let spins = 0; ticket >>> 8 === seen && spins < SPINS; spins++) ticket = Atomics.load(words, WORD.ticket)
      if (Atomics.load(words, WORD.stop) === 1) return
      if (ticket >>> 8 === seen) {
        Atomics.wait(words, WORD.ticket, ticket, 1000)
        continue
      }
      seen = ticket >>> 8
      try {
        this.#takeParts(seen)
      } catch (error) {
        // The leader waits for the part that this thread has taken.
        Atomics.store(words, WORD.failed, 1)
        Atomics.notify(words, WORD.completed)
        throw error
      }
    }
  }

  /** Lets the followers end. */
  stop(): void {
    Atomics.store(this.#words, WORD.stop, 1)
    Atomics.add(this.#words, WORD.ticket, 256)
    Atomics.notify(this.#words, WORD.ticket)
  }

  /**
   * Takes parts of the pass `generation` until none is left. A thread that comes late finds another generation and
   * takes nothing.
   */
  #takeParts(generation: number): void {
    const words = this.#words
    for (;;) {
      const rows = words[WORD.rows] as number
      const program = words[WORD.program] as number
      const origin = words[WORD.first] as number
      const clear = words[WORD.clear] === 1
      const { tiles, parts } = partitionOf(rows)
      const ticket = Atomics.load(words, WORD.ticket)
      const part = ticket & 0xff
      if (ticket >>> 8 !== generation || part >= parts) return
      if (Atomics.compareExchange(words, WORD.ticket, ticket, ticket + 1) !== ticket) continue
      this.#runPart(program, part, parts, tiles, origin, rows, clear)
      Atomics.add(words, WORD.completed, 1)
      Atomics.notify(words, WORD.completed)
    }
  }

  #runPart(
    program: number,
    part: number,
    parts: number,
    tiles: number,
    origin: number,
    rows: number,
    clear: boolean,
  ): void {
    const run = this.#programs[program]
    if (run === undefined) throw new Error(`there is no tile program ${program}`)
    const { keepTiles, tileBytes, partBytes } = this.setup
    const partAddress = this.setup.parts + part * partBytes
    if (clear) this.kernels.fill(partAddress, 0, partBytes)
    const bases = this.#bases
    const share = this.#share[0] as number
    bases[BASE.part] = partAddress
    const blocks = Math.ceil(rows / BLOCK)
    const end = Math.floor(((part + 1) * tiles) / parts)
    for (let tile = Math.floor((part * tiles) / parts); tile < end; tile++) {
      const first = BLOCK * Math.floor((tile * blocks) / tiles)
      const exact = Math.min(rows, BLOCK * Math.floor(((tile + 1) * blocks) / tiles)) - first
      bases[BASE.tile] = this.setup.tiles + (keepTiles ? tile : this.#slot) * tileBytes
      bases[BASE.samples] = Math.ceil(exact / BLOCK) * BLOCK
      bases[BASE.exact] = exact
      bases[BASE.first] = first
      bases[BASE.order] = (origin + first) * 4
      run(bases, share)
    }
  }
}
