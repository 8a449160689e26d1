import * as assert from 'uvu/assert'
import { Arena } from '../../../runtime/kernels/arena.js'
import { kernelMemory, kernelModule } from '../../../runtime/kernels/kernels.js'
import { call, inPart } from '../../../runtime/kernels/program.js'
import { Team } from '../../../runtime/kernels/team.js'
import { COMMAND_BYTES, partitionOf, TileRunner } from '../../../runtime/kernels/tiles.js'
import { suite } from '../../kit.js'

const test = suite('teams of threads')
const ROWS = 3000
const { parts: PARTS } = partitionOf(ROWS)

/** A leader whose passes write ones to the start of every part. */
function marking(): { readonly leader: TileRunner; readonly marks: () => number[] } {
  const arena = new Arena()
  const [command, tiles, parts] = [arena.bytes(COMMAND_BYTES), arena.bytes(64 * 4), arena.bytes(64 * PARTS)]
  const memory = kernelMemory(arena.size)
  const programs = [[call('fill', inPart(0), 1, 32)]]
  const setup = { module: kernelModule(), memory, programs, command, tiles, tileBytes: 64, keepTiles: false, parts }
  const leader = new TileRunner({ ...setup, partBytes: 64 }, 0)
  const marks = (): number[] =>
    Array.from({ length: PARTS }, (_, part) => new Float32Array(memory.buffer, parts + 64 * part, 1)[0] as number)
  return { leader, marks }
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

test('followers that cannot start are done without, with a warning', async () => {
  const { leader, marks } = marking()
  const lost = new URL('./no-such-thread.js', import.meta.url)
  const warnings = await warningsIn(async () => {
    const team = new Team(leader, 3, lost)
    await new Promise((resolve) => setTimeout(resolve, 300))
    team.leader.lead(0, 0, ROWS, 1, true)
    await team.close()
  })
  assert.equal(marks(), Array(PARTS).fill(1))
  assert.is(warnings.length, 2)
  for (const warning of warnings) assert.match(warning, /^a thread of the engine is missing, so it is slower: /)
})

test('closing twice is closing once', async () => {
  const { leader, marks } = marking()
  const warnings = await warningsIn(async () => {
    const team = new Team(leader, 2)
    team.leader.lead(0, 0, ROWS, 1, true)
    await Promise.all([team.close(), team.close()])
    await team.close()
  })
  assert.equal(marks(), Array(PARTS).fill(1))
  assert.equal(warnings, [])
})
