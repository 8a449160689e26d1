import { Arena } from '../../../runtime/kernels/arena.js'
import { kernelMemory, kernelModule } from '../../../runtime/kernels/kernels.js'
import { TILE } from '../../../runtime/kernels/partition.js'
import { call, inTile, SAMPLES } from '../../../runtime/kernels/program.js'
import { COMMAND_BYTES } from '../../../runtime/kernels/steering.js'
import { Team } from '../../../runtime/kernels/team.js'
import { ROW_BYTES, TileRunner } from '../../../runtime/kernels/tiles.js'
import { countIn } from './window.js'

const SIZE = 64
/** Products for each tile: enough that steering the threads costs nothing beside. */
const REPEATS = 16
/** A tile for every part. */
const ROWS = 12 * TILE

/**
 * What the kernels of the engine reach at best: GFLOP/s of products of a 64 × 64 matrix with tiles that stay in the
 * first cache, on `threads` threads. The best window of `windowSeconds` within `seconds`.
 */
export async function peakProduct(threads: number, seconds: number, windowSeconds: number): Promise<number> {
  const arena = new Arena()
  const command = arena.bytes(COMMAND_BYTES)
  const weights = arena.words(SIZE * SIZE)
  const table = arena.words(4)
  const tileBytes = 2 * SIZE * ROW_BYTES
  const tiles = arena.bytes(tileBytes * threads)
  const partBytes = 64
  const parts = arena.bytes(partBytes * 16)
  const product = call(
    'contract',
    table,
    1,
    inTile(0),
    ROW_BYTES,
    inTile(SIZE * ROW_BYTES),
    ROW_BYTES,
    weights,
    0,
    SIZE,
    SIZE,
    SAMPLES,
    0,
  )
  const memory = kernelMemory(arena.size)
  new Int32Array(memory.buffer, table, 4).set([0, 0, 0, -1])
  new Float32Array(memory.buffer, weights, SIZE * SIZE).fill(0.01)
  const programs = [{ opening: [], clearing: [], calls: Array.from({ length: REPEATS }, () => product) }]
  const setup = {
    module: kernelModule(),
    memory,
    programs,
    stages: [],
    command,
    tiles,
    tileBytes,
    keepTiles: false,
    sharesParts: false,
    parts,
    partBytes,
    own: 0,
    ownBytes: 0,
    threads,
  }
  const team = new Team(new TileRunner(setup, 0), threads)
  let best = 0
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const window = countIn(windowSeconds, () => team.leader.lead(0, 0, ROWS, 1))
    best = Math.max(best, (2 * SIZE * SIZE * REPEATS * ROWS * window.count) / window.seconds / 1e9)
  }
  await team.close()
  return best
}
