import { instantiateKernels, type Kernels } from './kernels.js'
import { BASE, type BoundCalls, bindCalls, type TileProgram } from './program.js'
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
  readonly parts: number
  readonly partBytes: number
  /** What each thread has for itself: `ownBytes` for each of `threads`. */
  readonly own: number
  readonly ownBytes: number
  readonly threads: number
}

/** Bytes of the words that steer the threads, and of each group of them: as much as a core fetches at a time. */
const GROUP_BYTES = 128
export const COMMAND_BYTES = 3 * GROUP_BYTES
/**
 * Places of the words. `ticket`: the generation, which names a pass or stage, and below it a bit for every part or job
 * that is taken. `kind`: a pass over tiles or a stage. What followers wait for, what the leader waits for, and what stays
 * the same for a while stand in groups of their own, so that who waits does not slow down who works.
 */
const WORD = {
  ticket: 0,
  /** Followers that sleep. */
  asleep: 1,
  stop: 2,
  completed: 32,
  /** Whether the leader sleeps. */
  leaderAsleep: 33,
  failed: 34,
  program: 64,
  rows: 65,
  clear: 66,
  first: 67,
  kind: 68,
} as const
const KIND = { tiles: 0, stage: 1 } as const
const SHARE_OFFSET = 2 * GROUP_BYTES + 24
/** Bits of a ticket for what is taken: as many as a pass has parts at most. */
const TAKEN_BITS = MOST_PARTS
/** Everything is taken. */
const CLOSED = (1 << TAKEN_BITS) - 1
const GENERATIONS = 2 ** (32 - TAKEN_BITS)

/**
 * Spins before a thread sleeps: a step follows the last within some hundred microseconds, which is less than waking
 * takes.
 */
const SPINS = 20_000

/** Runs tile programs and stages, alone or together with other threads that hold the same setup. */
export class TileRunner {
  readonly kernels: Kernels
  readonly setup: TileSetup
  readonly #words: Int32Array
  readonly #share: Float64Array
  readonly #programs: readonly { readonly opening: BoundCalls; readonly calls: BoundCalls }[]
  readonly #stages: readonly (readonly BoundCalls[])[]
  readonly #bases = new Int32Array(16)
  readonly #slot: number

  /** `slot`: number of the thread; 0 is the one that leads. */
  constructor(setup: TileSetup, slot: number) {
    this.kernels = instantiateKernels(setup.module, setup.memory)
    this.setup = setup
    this.#words = new Int32Array(setup.memory.buffer, setup.command, COMMAND_BYTES / 4)
    this.#share = new Float64Array(setup.memory.buffer, setup.command + SHARE_OFFSET, 1)
    this.#programs = setup.programs.map(({ opening, calls }) => ({
      opening: bindCalls(opening, this.kernels),
      calls: bindCalls(calls, this.kernels),
    }))
    this.#stages = setup.stages.map((stage) => stage.map((calls) => bindCalls(calls, this.kernels)))
    this.#slot = slot
    this.#bases[BASE.own] = setup.own + slot * setup.ownBytes
  }

  /**
   * Leads a pass over the rows `first … first + rows - 1` of the order; returns when all tiles are done. `clear`: the
   * sums of the parts start at 0.
   */
  lead(program: number, first: number, rows: number, share: number, clear: boolean): void {
    const words = this.#words
    const ticket = this.#close()
    words[WORD.kind] = KIND.tiles
    words[WORD.program] = program
    words[WORD.first] = first
    words[WORD.rows] = rows
    words[WORD.clear] = clear ? 1 : 0
    this.#share[0] = share
    this.#open(ticket, partitionOf(rows).parts)
  }

  /** Leads a stage after passes over `rows` rows; returns when all its jobs are done. */
  leadStage(stage: number, rows: number): void {
    const words = this.#words
    const ticket = this.#close()
    words[WORD.kind] = KIND.stage
    words[WORD.program] = stage
    words[WORD.rows] = rows
    this.#open(ticket, this.#stages[stage]?.length ?? 0)
  }

  /**
   * Closes the last pass or stage: a follower that still looks for something to do there must not find the words of the
   * next with its ticket.
   */
  #close(): number {
    const ticket = Atomics.load(this.#words, WORD.ticket)
    Atomics.store(this.#words, WORD.ticket, ticket | CLOSED)
    return ticket
  }

  /** Starts what the words say, takes part in it, and returns when all `count` parts or jobs are done. */
  #open(ticket: number, count: number): void {
    const words = this.#words
    Atomics.store(words, WORD.completed, 0)
    const generation = (generationOf(ticket) + 1) % GENERATIONS
    Atomics.store(words, WORD.ticket, generation << TAKEN_BITS)
    this.#wakeFollowers()
    this.#take(generation)
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(words, WORD.completed)
      if (Atomics.load(words, WORD.failed) === 1) throw new Error('a thread of the engine failed')
      if (done >= count) return
      if (spins > SPINS) {
        Atomics.store(words, WORD.leaderAsleep, 1)
        Atomics.wait(words, WORD.completed, done, 1000)
        Atomics.store(words, WORD.leaderAsleep, 0)
      }
    }
  }

  /** Follows the leader until told to stop. Blocks the thread. */
  follow(): void {
    const words = this.#words
    let seen = -1
    for (;;) {
      let ticket = Atomics.load(words, WORD.ticket)
      for (let spins = 0; generationOf(ticket) === seen && spins < SPINS; spins++)
        ticket = Atomics.load(words, WORD.ticket)
      if (Atomics.load(words, WORD.stop) === 1) return
      if (generationOf(ticket) === seen) {
        Atomics.add(words, WORD.asleep, 1)
        Atomics.wait(words, WORD.ticket, ticket, 1000)
        Atomics.sub(words, WORD.asleep, 1)
        continue
      }
      seen = generationOf(ticket)
      try {
        this.#take(seen)
      } catch (error) {
        // The leader waits for what this thread has taken.
        Atomics.store(words, WORD.failed, 1)
        this.#wakeLeader()
        throw error
      }
    }
  }

  /** Lets the followers end. */
  stop(): void {
    Atomics.store(this.#words, WORD.stop, 1)
    Atomics.add(this.#words, WORD.ticket, 1 << TAKEN_BITS)
    this.#wakeFollowers()
  }

  /**
   * To wake threads takes a lock that all of a process share, so it is only done where one sleeps. Who goes to sleep says so
   * first and then looks at the word that it waits for once more; who changes that word looks afterwards: none is missed.
   */
  #wakeFollowers(): void {
    if (Atomics.load(this.#words, WORD.asleep) > 0) Atomics.notify(this.#words, WORD.ticket)
  }

  #wakeLeader(): void {
    if (Atomics.load(this.#words, WORD.leaderAsleep) > 0) Atomics.notify(this.#words, WORD.completed)
  }

  /**
   * Takes parts of the pass `generation`, or jobs of the stage, until none is left. A thread that comes late finds
   * another generation and takes nothing.
   */
  #take(generation: number): void {
    const words = this.#words
    let opened = false
    for (;;) {
      // Read before the ticket: if that is still the same when something is taken, so were these.
      const isStage = words[WORD.kind] === KIND.stage
      const rows = words[WORD.rows] as number
      const program = words[WORD.program] as number
      const origin = words[WORD.first] as number
      const clear = words[WORD.clear] === 1
      const ticket = Atomics.load(words, WORD.ticket)
      if (generationOf(ticket) !== generation) return
      const { tiles, parts } = partitionOf(rows)
      const count = isStage ? (this.#stages[program]?.length ?? 0) : parts
      const taken = this.#next(count, ticket)
      if (taken < 0) return
      if (Atomics.compareExchange(words, WORD.ticket, ticket, ticket | (1 << taken)) !== ticket) continue
      if (isStage) this.#runJob(program, taken, rows)
      else {
        if (!opened) this.#programs[program]?.opening(this.#bases, 0)
        opened = true
        this.#runPart(program, taken, parts, tiles, origin, rows, clear)
      }
      Atomics.add(words, WORD.completed, 1)
      this.#wakeLeader()
    }
  }

  /**
   * Which of `count` parts or jobs to take next, or -1. A thread begins with those that fall to it, whose data it had in
   * its caches the last time; then it helps with the last of the others.
   */
  #next(count: number, ticket: number): number {
    const free = ~ticket & ((1 << count) - 1)
    if (free === 0) return -1
    const { threads } = this.setup
    const first = Math.ceil((this.#slot * count) / threads)
    const end = Math.ceil(((this.#slot + 1) * count) / threads)
    const falling = free & ((1 << end) - (1 << first))
    return 31 - Math.clz32(falling === 0 ? free : falling & -falling)
  }

  #runJob(stage: number, job: number, rows: number): void {
    const run = this.#stages[stage]?.[job]
    if (run === undefined) throw new Error(`there is no job ${job} of stage ${stage}`)
    const bases = this.#bases
    bases[BASE.part] = this.setup.parts
    bases[BASE.parts] = partitionOf(rows).parts
    bases[BASE.partBytes] = this.setup.partBytes
    run(bases, 0)
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
    const run = this.#programs[program]?.calls
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

/** The generation that a ticket belongs to. */
function generationOf(ticket: number): number {
  return ticket >>> TAKEN_BITS
}
