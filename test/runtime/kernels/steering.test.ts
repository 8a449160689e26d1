import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { kernelMemory } from '../../../runtime/kernels/kernels.js'
import { type Announcement, COMMAND_BYTES, MOST_TAKEN, NONE, Steering } from '../../../runtime/kernels/steering.js'
import { suite } from '../../kit.js'

const test = suite('how threads share out work')
const SEED = 29
const THREADS = 3

function threadsOf(): Steering[] {
  const memory = kernelMemory(COMMAND_BYTES)
  return Array.from(
    { length: THREADS },
    (_, slot) => new Steering(memory, 0, slot, THREADS, ({ rows }: Announcement) => rows),
  )
}

/** A pass of so many parts. */
function passOf(count: number): Announcement {
  return { isStage: false, program: count, first: 0, rows: count, share: 1 / 3 }
}

test(`each part is taken once, by whoever comes, and nothing of another pass (seed ${SEED})`, () => {
  const counts = fc.array(fc.integer({ min: 0, max: MOST_TAKEN }), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(counts, fc.array(fc.nat(THREADS - 1), { minLength: 30, maxLength: 30 }), (passes, turns) => {
      const threads = threadsOf()
      const [leader] = threads as [Steering]
      const old: number[] = []
      for (const count of passes) {
        const generation = leader.begin(passOf(count))
        const taken = new Set<number>()
        for (const slot of [...turns, ...threads.keys()]) {
          const thread = threads[slot] as Steering
          for (const earlier of old) assert.is(thread.take(earlier), -1)
          const part = thread.take(generation)
          if (part < 0) continue
          assert.ok(part < count && !taken.has(part))
          assert.equal({ ...thread.announced }, passOf(count))
          taken.add(part)
          thread.done()
        }
        assert.is(taken.size, count)
        leader.waitForAll(count)
        old.push(generation)
      }
    }),
    { seed: SEED, numRuns: 300 },
  )
})

test('a thread begins with what falls to it', () => {
  const threads = threadsOf()
  const generation = (threads[0] as Steering).begin(passOf(7))
  const taken = threads.map((thread) => [thread.take(generation), thread.take(generation)])
  assert.equal(taken, [
    [0, 1],
    [3, 4],
    [5, 6],
  ])
  // The last is left for whoever has time.
  assert.is((threads[2] as Steering).take(generation), 2)
})

test('what comes next is found, and the end', () => {
  const [leader, follower] = threadsOf() as [Steering, Steering]
  const first = leader.begin(passOf(1))
  assert.is(follower.waitForNext(NONE), first)
  assert.is(follower.take(first), 0)
  follower.done()
  leader.waitForAll(1)
  leader.stop()
  assert.is(follower.waitForNext(first), null)
})

test('more parts than a ticket holds are an error', () => {
  const [leader] = threadsOf() as [Steering]
  assert.throws(() => leader.begin(passOf(MOST_TAKEN + 1)), /13 parts or jobs are more than a ticket holds/)
})
