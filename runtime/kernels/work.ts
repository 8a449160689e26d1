import type { Call } from './program.js'

/** Bytes that a call reads or writes. */
export interface Region {
  readonly address: number
  readonly bytes: number
}

/**
 * A call that takes part in the work between two passes over tiles, and what of the memory it touches: by that alone it
 * is known what may run at the same time. The sums of the parts are only read there, so they need not be named.
 */
export interface Work {
  readonly call: Call
  readonly reads: readonly Region[]
  readonly writes: readonly Region[]
  /** Nanoseconds that it may take: to share work out evenly, no more. */
  readonly cost: number
}

/** Calls that one thread makes in turn. */
export type Job = readonly Call[]

/** Jobs that have nothing to do with each other: threads make them at the same time. */
export type Stage = readonly Job[]

/** Most jobs of a stage: each has a bit in a ticket. */
export const MOST_JOBS = 8

/** Work that is done sooner than threads come together. */
const LEAST_SHARED = 8_000

interface Open {
  calls: Call[]
  reads: Region[]
  writes: Region[]
  cost: number
}

/**
 * Work in stages, for so many threads. Two calls of which one writes what the other touches keep their order, so the
 * result is that of making all calls in turn. Calls that depend on each other come into one job as long as it is no more
 * than a thread's share of the whole; otherwise the later one waits for the next stage.
 */
export function stagesOf(works: readonly Work[], threads: number): Stage[] {
  const total = works.reduce((sum, { cost }) => sum + cost, 0)
  const shared = total < LEAST_SHARED ? 1 : Math.min(threads, MOST_JOBS)
  if (works.length === 0) return []
  if (shared === 1) return [[works.map(({ call }) => call)]]
  const most = (1.1 * total) / shared
  const stages: Open[][] = []
  for (const work of works) add(work, stages, most)
  return stages.map((stage) => packed(stage, shared))
}

/** Puts work into the earliest stage that what it depends on allows. */
function add(work: Work, stages: Open[][], most: number): void {
  const { call, reads, writes, cost } = work
  for (let index = stages.length - 1; index >= 0; index--) {
    const stage = stages[index] ?? []
    const before = stage.filter((job) => depends(work, job))
    if (before.length === 0) continue
    const sum = before.reduce((all, job) => all + job.cost, cost)
    if (before.length > 1 && sum > most) {
      const next = stages[index + 1]
      const made = { calls: [call], reads: [...reads], writes: [...writes], cost }
      if (next === undefined) stages.push([made])
      else next.push(made)
      return
    }
    const [first, ...others] = before
    if (first === undefined) continue
    for (const other of others) {
      first.calls.push(...other.calls)
      first.reads.push(...other.reads)
      first.writes.push(...other.writes)
    }
    first.calls.push(call)
    first.reads.push(...reads)
    first.writes.push(...writes)
    first.cost = sum
    stages[index] = stage.filter((job) => !others.includes(job))
    return
  }
  const [first] = stages
  const made = { calls: [call], reads: [...reads], writes: [...writes], cost }
  if (first === undefined) stages.push([made])
  else first.push(made)
}

/** At most `count` jobs of about the same cost: the dearest first, each to the one that has least. */
function packed(stage: readonly Open[], count: number): Stage {
  const bins = Array.from({ length: count }, () => ({ calls: [] as Call[], cost: 0 }))
  for (const { calls, cost } of [...stage].sort((a, b) => b.cost - a.cost)) {
    const least = bins.reduce((held, bin) => (bin.cost < held.cost ? bin : held))
    least.calls.push(...calls)
    least.cost += cost
  }
  return bins.filter(({ calls }) => calls.length > 0).map(({ calls }) => calls)
}

function depends(later: Work, earlier: Omit<Open, 'calls' | 'cost'>): boolean {
  return (
    overlap(later.writes, earlier.writes) ||
    overlap(later.writes, earlier.reads) ||
    overlap(later.reads, earlier.writes)
  )
}

function overlap(some: readonly Region[], others: readonly Region[]): boolean {
  return some.some((a) => others.some((b) => a.address < b.address + b.bytes && b.address < a.address + a.bytes))
}

/** Words of one piece of work on an array: small enough to be shared out. A multiple of eight. */
export const PIECE = 1024

/** Work on an array of `count` words in pieces: `make` is given the first word of each, and how many. */
export function pieces(count: number, make: (first: number, count: number) => Work): Work[] {
  const made: Work[] = []
  for (let first = 0; first < count; first += PIECE) made.push(make(first, Math.min(PIECE, count - first)))
  return made
}

/** `count` words at an address, and the padding that makes whole vectors of them. */
export function words(address: number, count: number): Region {
  return { address, bytes: Math.ceil(count / 8) * 32 }
}

/** `count` doubles at an address. */
export function doubles(address: number, count: number): Region {
  return { address, bytes: count * 8 }
}
