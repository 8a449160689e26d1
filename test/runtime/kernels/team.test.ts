import * as assert from 'uvu/assert'
import { Arena } from '../../../runtime/kernels/arena.js'
import { kernelMemory, kernelModule } from '../../../runtime/kernels/kernels.js'
import { call, inPart, inTile } from '../../../runtime/kernels/program.js'
import { Team } from '../../../runtime/kernels/team.js'
import { COMMAND_BYTES, partitionOf, TileRunner } from '../../../runtime/kernels/tiles.js'
import { suite } from '../../kit.js'

const test = suite('teams of threads')
const ROWS = 3000
const { parts: PARTS } = partitionOf(ROWS)

const BYTES = 64
const THREADS = 3

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
  const programs = [[call('fill', inPart(0), 1, 32), call('fill', inTile(0), 1, 32)]]
  const sizes = { tileBytes: BYTES, keepTiles: false, partBytes: BYTES }
  const leader = new TileRunner(
    { module: kernelModule(), memory, programs, stages: [], command, tiles, parts, ...sizes },
    0,
  )
  const read = (from: number, count: number): number[] =>
    Array.from({ length: count }, (_, at) => new Float32Array(memory.buffer, from + BYTES * at, 1)[0] as number)
  return { leader, parts: () => read(parts, PARTS), threads: () => read(tiles, THREADS) }
}

/** Warnings of the process while something runs. */
async function warningsIn(body: () => Promise<void>): Promise<string[]> {
  const found: string[] = []
  const note = ({ message }: Error): number => found.push(message)
  process.on('warning', note)
  try {
    await body()
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
    leader.lead(0, 0, ROWS, 1, true)
  assert.equal(threads(), [1, 1, 1])
  await team.close()
})

test('followers that cannot start are done without, with a warning', async () => {
  const { leader, parts, threads } = marking()
  const lost = new URL('./no-such-thread.js', import.meta.url)
  const warnings = await warningsIn(async () => {
    const team = new Team(leader, THREADS, lost)
    await new Promise((resolve) => setTimeout(resolve, 300))
    team.leader.lead(0, 0, ROWS, 1, true)
    await team.close()
  })
  assert.equal(parts(), Array(PARTS).fill(1))
  assert.equal(threads(), [1, 0, 0])
  assert.is(warnings.length, 2)
  for (const warning of warnings) assert.match(warning, /^a thread of the engine is missing, so it is slower: /)
})

test('closing twice is closing once', async () => {
  const { leader, parts } = marking()
  const warnings = await warningsIn(async () => {
    const team = new Team(leader, 2)
    team.leader.lead(0, 0, ROWS, 1, true)
    await Promise.all([team.close(), team.close()])
    await team.close()
  })
  assert.equal(parts(), Array(PARTS).fill(1))
  assert.equal(warnings, [])
})
