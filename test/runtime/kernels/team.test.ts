import * as assert from 'uvu/assert'
import { Arena } from '../../../runtime/kernels/arena.js'
import { kernelMemory, kernelModule } from '../../../runtime/kernels/kernels.js'
import { largestPartition, TILE } from '../../../runtime/kernels/partition.js'
import { type Argument, BEGINS, type Call, call, inOwn, inPart, inTile } from '../../../runtime/kernels/program.js'
import { COMMAND_BYTES } from '../../../runtime/kernels/steering.js'
import { Team } from '../../../runtime/kernels/team.js'
import { TileRunner } from '../../../runtime/kernels/tiles.js'
import type { Stage } from '../../../runtime/kernels/work.js'
import { suite } from '../../kit.js'

const test = suite('teams of threads')
const ROWS = 3000
const { parts: PARTS } = largestPartition(ROWS)
const BYTES = 64
const THREADS = 3
/** One part and tile of some words for each thread, and nothing that a thread has for itself. */
const SIZES = {
  tileBytes: BYTES,
  keepTiles: false,
  sharesParts: false,
  partBytes: BYTES,
  own: 0,
  ownBytes: 0,
  threads: THREADS,
}

interface Marking {
  readonly leader: TileRunner
  /** The first number of every part, and of the tile of every thread: 1 once a pass has come there. */
  readonly parts: () => number[]
  readonly threads: () => number[]
}

/** A leader whose passes leave a mark in every part, and in the tile of the thread that took it. */
function marking(): Marking {
  const arena = new Arena()
  const [command, tiles, parts] = [arena.bytes(COMMAND_BYTES), arena.bytes(BYTES * THREADS), arena.bytes(BYTES * PARTS)]
  const memory = kernelMemory(arena.size)
  const programs = [
    { opening: [], clearing: [], calls: [call('fill', inPart(0), 1, 32), call('fill', inTile(0), 1, 32)] },
  ]
  const leader = new TileRunner(
    { module: kernelModule(), memory, programs, stages: [], command, tiles, parts, ...SIZES },
    0,
  )
  const read = (from: number, count: number): number[] =>
    Array.from({ length: count }, (_, at) => new Float32Array(memory.buffer, from + BYTES * at, 1)[0] as number)
  return { leader, parts: () => read(parts, PARTS), threads: () => read(tiles, THREADS) }
}

/** Warnings of the process while something runs, which can wait for so many of them. */
async function warningsIn(body: (warned: (count: number) => Promise<void>) => Promise<void>): Promise<string[]> {
  const found: string[] = []
  const note = ({ message }: Error): number => found.push(message)
  process.on('warning', note)
  try {
    await body(async (count) => {
      for (const end = performance.now() + 10_000; performance.now() < end && found.length < count; )
        await new Promise((resolve) => setTimeout(resolve, 10))
    })
    await new Promise(setImmediate)
  } finally {
    process.off('warning', note)
  }
  return found
}

test('every thread takes parts', async () => {
  const { leader, threads } = marking()
  const team = new Team(leader, THREADS)
  // Followers are there some time after they are started; until then the leader does everything.
  for (const end = performance.now() + 10_000; performance.now() < end && threads().includes(0); )
    leader.lead(0, 0, ROWS, 1)
  assert.equal(threads(), [1, 1, 1])
  await team.close()
})

test('a thread makes what is its own once in each pass that it takes part in, before its first part', async () => {
  const arena = new Arena()
  const [command, tiles, parts, own] = [COMMAND_BYTES, BYTES * THREADS, BYTES * PARTS, BYTES * THREADS].map((bytes) =>
    arena.bytes(bytes),
  ) as [number, number, number, number]
  const memory = kernelMemory(arena.size)
  // What a thread has for itself doubles; each of its parts takes it over.
  const programs = [
    {
      opening: [call('scaleBy', inOwn(0), 32, 2)],
      clearing: [],
      calls: [call('sumParts', inPart(0), inOwn(0), 1, 0, 32)],
    },
  ]
  const sizes = { ...SIZES, ownBytes: BYTES }
  const setup = { module: kernelModule(), memory, programs, stages: [], command, tiles, parts, ...sizes, own }
  const team = new Team(new TileRunner(setup, 0), THREADS)
  const first = (from: number): number => new Float32Array(memory.buffer, from, 1)[0] as number
  const owns = (): number[] => Array.from({ length: THREADS }, (_, slot) => first(own + BYTES * slot))
  for (let round = 0; round < 2000; round++) {
    for (let slot = 0; slot < THREADS; slot++) new Float32Array(memory.buffer, own + BYTES * slot, 8).fill(10 ** slot)
    team.leader.lead(0, 0, ROWS, 1)
    const left = owns()
    for (const [slot, value] of left.entries()) assert.ok(value === 10 ** slot || value === 2 * 10 ** slot)
    for (let part = 0; part < PARTS; part++) {
      const slot = left.findIndex((_, each) => first(parts + BYTES * part) === 2 * 10 ** each)
      assert.ok(slot >= 0, 'each part sees what its thread has made')
      assert.is(left[slot], 2 * 10 ** slot)
    }
  }
  await team.close()
})

test('sums of a part are cleared once, before its first tile, which is told that it begins', () => {
  const arena = new Arena()
  const rows = 3 * 12 * TILE
  const { tiles: count, parts: most } = largestPartition(rows)
  assert.is(count, 3 * most)
  const [command, tiles, parts, one] = [COMMAND_BYTES, 1024, 2 * BYTES * most, BYTES].map((bytes) =>
    arena.bytes(bytes),
  ) as [number, number, number, number]
  const memory = kernelMemory(arena.size)
  // Two products of one row of one number with one sample each: the second tells of the first tile alone.
  const clearing = [call('fill', inPart(0), 0, 32)]
  const add = (to: Argument, begins: number | Argument): Call =>
    call('outerProducts', one, 1, inTile(0), 32, inTile(0), 32, to, inTile(64), 1, 1, 8, 8, begins)
  const programs = [{ opening: [], clearing, calls: [add(inPart(0), 0), add(inPart(BYTES), BEGINS)] }]
  const sizes = { ...SIZES, tileBytes: 1024, partBytes: 2 * BYTES, threads: 1 }
  const setup = { module: kernelModule(), memory, programs, stages: [], command, tiles, parts, ...sizes }
  const leader = new TileRunner(setup, 0)
  new Float32Array(memory.buffer, tiles, 1).set([1])
  for (let round = 0; round < 2; round++) {
    leader.lead(0, 0, rows, 1)
    for (let part = 0; part < most; part++)
      for (const at of [0, BYTES]) assert.is(new Float32Array(memory.buffer, parts + 2 * BYTES * part + at, 1)[0], 3)
  }
})

test('a thread that sleeps is woken, whoever it is', async () => {
  const arena = new Arena()
  const size = 1 << 22
  const [command, tiles, parts] = [COMMAND_BYTES, BYTES * THREADS, size].map((bytes) => arena.bytes(bytes)) as [
    number,
    number,
    number,
  ]
  const memory = kernelMemory(arena.size)
  // Long enough, some tenths of a second, for threads to wake and take part.
  const programs = [
    {
      opening: [],
      clearing: [],
      calls: [...Array(40).fill(call('fill', parts, 1, size)), call('fill', inTile(0), 1, 32)],
    },
  ]
  const sizes = { ...SIZES, partBytes: 0 }
  const setup = { module: kernelModule(), memory, programs, stages: [], command, tiles, parts, ...sizes }
  const team = new Team(new TileRunner(setup, 0), THREADS)
  const marks = new Float32Array(memory.buffer, tiles, (BYTES * THREADS) / 4)
  const allTookPart = async (): Promise<boolean> => {
    marks.fill(0)
    // They fall asleep, for a second unless they are woken.
    await new Promise((resolve) => setTimeout(resolve, 150))
    team.leader.lead(0, 0, ROWS, 1)
    return Array.from({ length: THREADS }, (_, slot) => marks[(BYTES / 4) * slot]).every((mark) => mark === 1)
  }
  let all = false
  // The first time they may not have started yet.
  for (let round = 0; round < 5 && !all; round++) all = await allTookPart()
  await team.close()
  assert.ok(all)
})

test('a thread that fails ends the pass', async () => {
  const arena = new Arena()
  const [command, tiles, parts, own] = [COMMAND_BYTES, BYTES * 2, BYTES * PARTS, BYTES].map((bytes) =>
    arena.bytes(bytes),
  ) as [number, number, number, number]
  const memory = kernelMemory(arena.size)
  const programs = [{ opening: [call('fill', inOwn(0), 1, 32)], clearing: [], calls: [] }]
  // What the second thread would have for itself lies beyond the memory.
  const sizes = { ...SIZES, ownBytes: 1 << 30, threads: 2 }
  const setup = { module: kernelModule(), memory, programs, stages: [], command, tiles, parts, ...sizes, own }
  const warnings = await warningsIn(async (warned) => {
    const team = new Team(new TileRunner(setup, 0), 2)
    const run = (): void => {
      for (const end = performance.now() + 10_000; performance.now() < end; ) team.leader.lead(0, 0, ROWS, 1)
    }
    assert.throws(run, /a thread of the engine failed/)
    await warned(1)
    await team.close()
  })
  assert.match(warnings.join(), /out of bounds/)
})

test('followers that cannot start are done without, with a warning', async () => {
  const { leader, parts, threads } = marking()
  const lost = new URL('./no-such-thread.js', import.meta.url)
  const warnings = await warningsIn(async (warned) => {
    const team = new Team(leader, THREADS, lost)
    await warned(2)
    team.leader.lead(0, 0, ROWS, 1)
    await team.close()
  })
  assert.equal(parts(), Array(PARTS).fill(1))
  assert.equal(threads(), [1, 0, 0])
  assert.is(warnings.length, 2)
  for (const warning of warnings) assert.match(warning, /^a thread of the engine is missing, so it is slower: /)
})

test('jobs of a stage are done once, and all of them before the next stage begins', async () => {
  const arena = new Arena()
  const command = arena.bytes(COMMAND_BYTES)
  const [a, b] = [0, 1].map(() => Array.from({ length: THREADS }, () => arena.bytes(BYTES))) as [number[], number[]]
  const memory = kernelMemory(arena.size)
  // Each number of a stage is the sum of two numbers of the stage before: neighbours in a ring.
  const sums = (to: readonly number[], from: readonly number[]): Stage =>
    to.map((target, job) => {
      const [low, high] = [from[job] as number, from[(job + 1) % THREADS] as number].sort((x, y) => x - y) as [
        number,
        number,
      ]
      return [call('sumParts', target, low, 2, high - low, 32), call('scaleBy', target, 32, 0.5)]
    })
  const stages = [sums(b, a), sums(a, b), a.map((place) => [call('scaleBy', place, 32, 1.0625)])]
  const setup = { module: kernelModule(), memory, programs: [], stages, command, tiles: 0, parts: 0, ...SIZES }
  const values = a.map((place) => new Float32Array(memory.buffer, place, 1))
  const found = async (threads: number): Promise<number[]> => {
    for (const [index, view] of values.entries()) view[0] = index + 1
    const team = new Team(new TileRunner(setup, 0), threads)
    await new Promise((resolve) => setTimeout(resolve, threads === 1 ? 0 : 200))
    for (let round = 0; round < 20_000; round++) {
      for (const stage of stages.keys()) team.leader.leadStage(stage, 1)
      // Not to grow without bound.
      for (const view of values) if ((view[0] as number) > 1000) view[0] = (view[0] as number) / 1024
    }
    await team.close()
    return values.map((view) => view[0] as number)
  }
  const alone = await found(1)
  assert.ok(alone.every((value) => value > 0 && value < 2000))
  assert.equal(await found(THREADS), alone)
})

test('closing twice is closing once', async () => {
  const { leader, parts } = marking()
  const warnings = await warningsIn(async () => {
    const team = new Team(leader, 2)
    team.leader.lead(0, 0, ROWS, 1)
    await Promise.all([team.close(), team.close()])
    await team.close()
  })
  assert.equal(parts(), Array(PARTS).fill(1))
  assert.equal(warnings, [])
})
