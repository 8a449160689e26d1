/** What the leader has others do with it. */
export interface Announcement {
  /** A stage between passes, or a pass over tiles. */
  readonly isStage: boolean
  /** Number of the stage, or of the program of the pass. */
  readonly program: number
  /** First row of the batch within the order, and how many there are. */
  readonly first: number
  readonly rows: number
  /** What turns a sum over the batch into a mean. */
  readonly share: number
}

/** Bytes of a group of words: as much as a core fetches at a time. */
const GROUP_BYTES = 128
/** Bytes of the words that steer the threads. */
export const COMMAND_BYTES = 3 * GROUP_BYTES

/**
 * Places of the words. `ticket`: the generation, which names a pass or stage, and below it a bit for every part or job
 * that is taken. What followers wait for, what the leader waits for, and what stays the same for a while stand in groups
 * of their own, so that who waits does not slow down who works.
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
  isStage: 64,
  program: 65,
  first: 66,
  rows: 67,
} as const
const SHARE_OFFSET = 2 * GROUP_BYTES + 32

/** Most parts of a pass, or jobs of a stage: each has a bit in a ticket. */
export const MOST_TAKEN = 12
/** Everything is taken. */
const CLOSED = (1 << MOST_TAKEN) - 1
/**
 * Generations come again after so many. A thread would have to stand still in the middle of `take` for just as many, some
 * minutes of short steps, to take one for another.
 */
const GENERATIONS = 2 ** (32 - MOST_TAKEN)

/** The generation before the first. */
export const NONE = 0

/**
 * Spins before a thread sleeps: a step follows the last within some hundred microseconds, which is less than waking
 * takes.
 */
const SPINS = 20_000

/**
 * How the threads of an engine share out a pass or a stage, by words in their memory: the leader announces it, each takes
 * parts or jobs until none is left, and the leader waits for all.
 */
export class Steering {
  readonly #words: Int32Array
  readonly #share: Float64Array
  readonly #slot: number
  readonly #threads: number
  readonly #countOf: (announced: Announcement) => number
  readonly #announced = { isStage: false, program: 0, first: 0, rows: 0, share: 0 }

  /** `command`: address of the words. `countOf`: how many parts or jobs there are in something announced. */
  constructor(
    memory: WebAssembly.Memory,
    command: number,
    slot: number,
    threads: number,
    countOf: (announced: Announcement) => number,
  ) {
    this.#words = new Int32Array(memory.buffer, command, COMMAND_BYTES / 4)
    this.#share = new Float64Array(memory.buffer, command + SHARE_OFFSET, 1)
    this.#slot = slot
    this.#threads = threads
    this.#countOf = countOf
  }

  /** What the part or job that was taken last belongs to. */
  get announced(): Announcement {
    return this.#announced
  }

  /** Announces a pass or a stage; its generation. */
  begin(announcement: Announcement): number {
    const words = this.#words
    const { isStage, program, first, rows, share } = announcement
    const count = this.#countOf(announcement)
    if (count > MOST_TAKEN) throw new Error(`${count} parts or jobs are more than a ticket holds`)
    // All bits of the last generation are set: who still looks there finds nothing, whatever it reads of these words.
    words[WORD.isStage] = isStage ? 1 : 0
    words[WORD.program] = program
    words[WORD.first] = first
    words[WORD.rows] = rows
    this.#share[0] = share
    Atomics.store(words, WORD.completed, 0)
    const generation = (generationOf(Atomics.load(words, WORD.ticket)) + 1) % GENERATIONS
    // What there is not counts as taken.
    Atomics.store(words, WORD.ticket, (generation << MOST_TAKEN) | (CLOSED & ~((1 << count) - 1)))
    this.#wakeFollowers()
    return generation
  }

  /** The leader waits until all `count` parts or jobs are done. Throws where a follower has failed. */
  waitForAll(count: number): void {
    const words = this.#words
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

  /** A follower waits for another generation than the one that it has seen, at first `NONE`; null: it shall end. */
  waitForNext(seen: number): number | null {
    const words = this.#words
    for (;;) {
      let ticket = Atomics.load(words, WORD.ticket)
      for (let spins = 0; generationOf(ticket) === seen && spins < SPINS; spins++)
        ticket = Atomics.load(words, WORD.ticket)
      if (Atomics.load(words, WORD.stop) === 1) return null
      if (generationOf(ticket) !== seen) return generationOf(ticket)
      Atomics.add(words, WORD.asleep, 1)
      Atomics.wait(words, WORD.ticket, ticket, 1000)
      Atomics.sub(words, WORD.asleep, 1)
    }
  }

  /**
   * Takes a part or a job of a generation; -1 where none is left. A thread that comes late finds another generation and
   * takes nothing.
   */
  take(generation: number): number {
    const words = this.#words
    const announced = this.#announced
    for (;;) {
      // As long as a bit of the generation is free these words are its own; whether one is, the ticket alone says.
      announced.isStage = words[WORD.isStage] === 1
      announced.program = words[WORD.program] as number
      announced.first = words[WORD.first] as number
      announced.rows = words[WORD.rows] as number
      announced.share = this.#share[0] as number
      const ticket = Atomics.load(words, WORD.ticket)
      if (generationOf(ticket) !== generation) return -1
      const next = this.#next(this.#countOf(announced), ticket)
      if (next < 0) return -1
      if (Atomics.compareExchange(words, WORD.ticket, ticket, ticket | (1 << next)) === ticket) return next
    }
  }

  /** What was taken is done. */
  done(): void {
    Atomics.add(this.#words, WORD.completed, 1)
    this.#wakeLeader()
  }

  /** What was taken will never be done: the leader must not wait for it. */
  fail(): void {
    Atomics.store(this.#words, WORD.failed, 1)
    this.done()
  }

  /** Lets the followers end. */
  stop(): void {
    Atomics.store(this.#words, WORD.stop, 1)
    Atomics.add(this.#words, WORD.ticket, 1 << MOST_TAKEN)
    this.#wakeFollowers()
  }

  /**
   * Which of `count` parts or jobs to take next, or -1. A thread begins with those that fall to it, whose data it had in
   * its caches the last time; then it helps with the last of the others.
   */
  #next(count: number, ticket: number): number {
    const free = ~ticket & CLOSED
    if (free === 0) return -1
    const first = Math.ceil((this.#slot * count) / this.#threads)
    const end = Math.ceil(((this.#slot + 1) * count) / this.#threads)
    const falling = free & ((1 << end) - (1 << first))
    return 31 - Math.clz32(falling === 0 ? free : falling & -falling)
  }

  /**
   * To wake threads takes a lock that all of a process share, so it is only done where one sleeps. Who goes to sleep says
   * so first and then looks at the word that it waits for once more; who changes that word looks afterwards: none is missed.
   */
  #wakeFollowers(): void {
    if (Atomics.load(this.#words, WORD.asleep) > 0) Atomics.notify(this.#words, WORD.ticket)
  }

  #wakeLeader(): void {
    if (Atomics.load(this.#words, WORD.leaderAsleep) > 0) Atomics.notify(this.#words, WORD.completed)
  }
}

/** The generation that a ticket belongs to. */
function generationOf(ticket: number): number {
  return ticket >>> MOST_TAKEN
}
