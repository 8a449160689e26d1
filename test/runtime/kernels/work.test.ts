import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Call, call } from '../../../runtime/kernels/program.js'
import { MOST_JOBS, stagesOf } from '../../../runtime/kernels/stages.js'
import { pieces, type Region, type Stage, type Work } from '../../../runtime/kernels/work.js'
import { suite } from '../../kit.js'

const test = suite('work between passes')
const SEED = 17

const region = fc.record({ address: fc.integer({ min: 0, max: 60 }), bytes: fc.integer({ min: 0, max: 12 }) })
const regions = fc.array(region, { maxLength: 3 })
const works = fc
  .array(fc.record({ reads: regions, writes: regions, cost: fc.integer({ min: 1, max: 5000 }) }), { maxLength: 40 })
  .map((made): Work[] => made.map((each, index) => ({ ...each, call: call('fill', index, 0, 0) })))

function touch(some: readonly Region[], others: readonly Region[]): boolean {
  return some.some((a) =>
    others.some((b) => {
      for (let at = a.address; at < a.address + a.bytes; at++)
        if (at >= b.address && at < b.address + b.bytes) return true
      return false
    }),
  )
}

/** Where a call stands: stage, job, and place within the job. */
function placesOf(stages: readonly Stage[]): Map<Call, readonly [number, number, number]> {
  const places = new Map<Call, readonly [number, number, number]>()
  for (const [stage, jobs] of stages.entries())
    for (const [job, calls] of jobs.entries())
      for (const [at, each] of calls.entries()) {
        assert.not(places.has(each), 'each call is made once')
        places.set(each, [stage, job, at])
      }
  return places
}

test(`what depends on each other keeps its order, and nothing is lost (seed ${SEED})`, () => {
  fc.assert(
    fc.property(works, fc.integer({ min: 1, max: 12 }), (given, threads) => {
      const stages = stagesOf(given, threads, () => false)
      const places = placesOf(stages)
      assert.is(places.size, given.length)
      for (const jobs of stages) assert.ok(jobs.length >= 1 && jobs.length <= Math.min(threads, MOST_JOBS))
      for (const [index, later] of given.entries())
        for (const earlier of given.slice(0, index)) {
          const depends =
            touch(later.writes, earlier.writes) ||
            touch(later.writes, earlier.reads) ||
            touch(later.reads, earlier.writes)
          if (!depends) continue
          const [stage, job, at] = places.get(later.call) ?? [-1, -1, -1]
          const [stageBefore, jobBefore, atBefore] = places.get(earlier.call) ?? [-1, -1, -1]
          assert.ok(stageBefore < stage || (stageBefore === stage && jobBefore === job && atBefore < at))
        }
    }),
    { numRuns: 500, seed: SEED },
  )
})

test(`what a job claims it writes, and no other job of its stage touches it (seed ${SEED})`, () => {
  fc.assert(
    fc.property(works, fc.integer({ min: 2, max: 12 }), (given, threads) => {
      const workOf = new Map(given.map((each) => [each.call, each]))
      for (const jobs of stagesOf(given, threads, () => true))
        for (const job of jobs) {
          const claims = job.filter(({ kernel }) => kernel === 'claim')
          assert.equal(job.slice(0, claims.length), claims)
          const own = job.flatMap((each) => workOf.get(each)?.writes ?? [])
          const others = jobs
            .filter((other) => other !== job)
            .flatMap((other) => other.flatMap((each) => workOf.get(each) ?? []))
            .flatMap(({ reads, writes }) => [...reads, ...writes])
          for (const {
            given: [address, bytes],
          } of claims) {
            const claimed = { address, bytes } as Region
            assert.ok(own.some((each) => each.address === address && each.bytes === bytes))
            assert.not(touch([claimed], others))
          }
        }
    }),
    { numRuns: 300, seed: SEED },
  )
})

test('independent chains become jobs of one stage, and a big one opens the next', () => {
  const step = (address: number, cost: number): Work => {
    const own = [{ address, bytes: 8 }]
    return { call: call('fill', address, 0, 0), reads: own, writes: own, cost }
  }
  const chains = [0, 8, 0, 8].map((address) => step(address, 10_000))
  assert.is(stagesOf(chains, 2, () => false).length, 1)
  assert.equal(
    stagesOf(chains, 2, () => false)[0]?.map((job) => job.length),
    [2, 2],
  )
  const all = { ...step(0, 10), reads: [{ address: 0, bytes: 16 }], writes: [{ address: 16, bytes: 8 }] }
  assert.equal(
    stagesOf([...chains, all], 2, () => false).map((stage) => stage.length),
    [2, 1],
  )
  // One thread makes all calls as they come, and so does a team where there is little to do.
  assert.equal(
    stagesOf([...chains, all], 1, () => false),
    [[[...chains, all].map((each) => each.call)]],
  )
  assert.is(stagesOf([step(0, 10), step(8, 10)], 2, () => false)[0]?.length, 1)
  assert.equal(
    stagesOf([], 2, () => false),
    [],
  )
})

test('a job claims first what it writes and others have read', () => {
  const step = (address: number, bytes: number, cost = 10_000): Work => {
    return { call: call('fill', address, 0, 0), reads: [], writes: [{ address, bytes }], cost }
  }
  const works = [step(0, 64), step(1024, 128, 20_000), step(0, 128)]
  const [stage] = stagesOf(works, 2, ({ address }) => address === 0)
  assert.equal(stage, [[call('claim', 0, 128), works[0]?.call, works[2]?.call], [works[1]?.call]])
  // One thread has its lines already, and what no cache holds would be gone again.
  assert.equal(stagesOf(works, 1, () => true)[0]?.[0]?.length, 3)
  assert.equal(stagesOf([step(0, 1 << 20), step(1 << 21, 64)], 2, () => true)[0]?.[0]?.length, 1)
})

test('pieces cover an array once', () => {
  for (const count of [0, 1, 8, 1024, 1025, 5000, 100_000]) {
    const covered = new Uint8Array(count)
    const made = pieces(count, (first, some) => {
      for (let at = first; at < first + some; at++) covered[at] = (covered[at] ?? 0) + 1
      assert.is(first % 8, 0)
      return { call: call('fill', first, 0, 0), reads: [], writes: [], cost: 1 }
    })
    assert.ok(covered.every((times) => times === 1))
    assert.is(made.length, Math.min(16, Math.ceil(count / 1024)))
  }
})
