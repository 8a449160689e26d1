import { claimsOf } from './claims.js'
import { MOST_TAKEN } from './steering.js'
import type { Job, Region, Stage, Work } from './work.js'

/** Most jobs of a stage. */
export const MOST_JOBS = MOST_TAKEN

/** Nanoseconds that it takes threads to come together. */
const MEETING = 1500

/** Nanoseconds that it takes to claim a byte which other threads have read: ten for a cache line. */
const CLAIM = 10 / 64

/** How much of a thread's share of the whole may come into one job because it depends on each other. */
const SHARES = [1.1, 0.6, 0.3, 0.15, 0.08] as const

/**
 * Work in stages, for so many threads. Two calls of which one writes what the other touches keep their order, so the
 * result is that of making all calls in turn. What depends on each other comes into one job as long as that is not too
 * much; otherwise the later part waits for the next stage. Of several measures of too much the one counts with which
 * all would be done first. A job begins by claiming those regions that it writes and that `isReadInPasses` says all
 * threads read.
 */
export function stagesOf(
  works: readonly Work[],
  threads: number,
  isReadInPasses: (region: Region) => boolean,
): Stage[] {
  if (works.length === 0) return []
  const calls = works.map(({ call }) => call)
  const count = Math.min(threads, MOST_JOBS)
  if (count === 1) return [[calls]]
  const written = new Map(works.map(({ call, writes }) => [call, writes.filter(isReadInPasses)]))
  const costs = works.map(({ call, cost }) =>
    (written.get(call) ?? []).reduce((sum, { bytes }) => sum + CLAIM * bytes, cost),
  )
  const total = costs.reduce((sum, cost) => sum + cost, 0)
  const dependencies = dependenciesOf(works)
  let best: Planned = { stages: [[calls]], time: total }
  for (const share of SHARES) {
    const planned = plan(works, costs, dependencies, (share * total) / count, count)
    if (planned.time < best.time) best = planned
  }
  return best.stages.map((stage) =>
    stage.map((job) => [...claimsOf(job.flatMap((each) => written.get(each) ?? [])), ...job]),
  )
}

interface Planned {
  readonly stages: Stage[]
  readonly time: number
}

/** Of each work those before it that it must not come before: who wrote last what it touches, or reads what it writes. */
function dependenciesOf(works: readonly Work[]): (readonly number[])[] {
  const all = works.flatMap(({ reads, writes }) => [...reads, ...writes])
  const bounds = [...new Set(all.flatMap(({ address, bytes }) => [address, address + bytes]))].sort((a, b) => a - b)
  const numbers = new Map(bounds.map((bound, index) => [bound, index]))
  /** Of each stretch between two bounds. */
  const writer = new Int32Array(bounds.length).fill(-1)
  const readers: number[][] = bounds.map(() => [])
  const stretches = (regions: readonly Region[], use: (stretch: number) => void): void => {
    for (const { address, bytes } of regions) {
      const end = numbers.get(address + bytes) ?? 0
      for (let at = numbers.get(address) ?? 0; at < end; at++) use(at)
    }
  }
  return works.map(({ reads, writes }, index) => {
    const before = new Set<number>()
    stretches(reads, (at) => before.add(writer[at] as number))
    stretches(writes, (at) => {
      before.add(writer[at] as number)
      for (const reader of readers[at] ?? []) before.add(reader)
    })
    stretches(reads, (at) => readers[at]?.push(index))
    stretches(writes, (at) => {
      writer[at] = index
      readers[at] = []
    })
    before.delete(-1)
    before.delete(index)
    return [...before]
  })
}

interface Open {
  works: number[]
  readonly stage: number
  cost: number
}

/** Puts each work into the earliest stage that what it depends on allows, in jobs that cost no more than `most`. */
function plan(
  works: readonly Work[],
  costs: readonly number[],
  dependencies: readonly (readonly number[])[],
  most: number,
  count: number,
): Planned {
  const jobs = new Set<Open>()
  const jobOf: Open[] = []
  for (const [index, cost] of costs.entries()) {
    const before = (dependencies[index] ?? []).map((other) => jobOf[other] as Open)
    const stage = before.reduce((last, job) => Math.max(last, job.stage), 0)
    const joined = [...new Set(before.filter((job) => job.stage === stage))]
    const sum = joined.reduce((all, job) => all + job.cost, cost)
    const [first, ...others] = joined
    if (first === undefined || sum > most) {
      const made = { works: [index], stage: first === undefined ? stage : stage + 1, cost }
      jobs.add(made)
      jobOf[index] = made
      continue
    }
    for (const other of others) {
      for (const work of other.works) jobOf[work] = first
      first.works.push(...other.works)
      jobs.delete(other)
    }
    first.works.push(index)
    first.cost = sum
    jobOf[index] = first
  }
  const stages: Open[][] = []
  for (const job of jobs) {
    const stage = stages[job.stage] ?? []
    stages[job.stage] = stage
    stage.push(job)
  }
  const bins = stages.map((stage) => packed(stage, count))
  return {
    stages: bins.map((each) => each.map(({ works: own }) => callsOf(own, works))),
    time: bins.reduce((sum, each) => sum + MEETING + Math.max(...each.map(({ cost }) => cost)), 0),
  }
}

/** The calls of a job in the order in which they were given. */
function callsOf(own: readonly number[], works: readonly Work[]): Job {
  return [...own].sort((a, b) => a - b).flatMap((index) => works[index]?.call ?? [])
}

/** At most `count` jobs of about the same cost: the dearest first, each to the one that has least. */
function packed(stage: readonly Open[], count: number): { readonly works: number[]; readonly cost: number }[] {
  const bins = Array.from({ length: count }, () => ({ works: [] as number[], cost: 0 }))
  for (const { works, cost } of [...stage].sort((a, b) => b.cost - a.cost)) {
    const least = bins.reduce((held, bin) => (bin.cost < held.cost ? bin : held))
    least.works.push(...works)
    least.cost += cost
  }
  return bins.filter(({ works }) => works.length > 0)
}
