import { Arena } from '../../../runtime/kernels/arena.js'
import { kernelMemory, kernelModule } from '../../../runtime/kernels/kernels.js'
import { call, inTile, SAMPLES } from '../../../runtime/kernels/program.js'
import { Team } from '../../../runtime/kernels/team.js'
import { COMMAND_BYTES, ROW_BYTES, TileRunner } from '../../../runtime/kernels/tiles.js'

const SIZE = 64
/** Products for each tile: enough that steering the threads costs nothing beside. */
const REPEATS = 16
const ROWS = 33_200

/**
 * What the kernels of the engine reach at best: GFLOP/s of products of a 64 × 64 matrix with tiles that stay in the
 * first cache, on `threads` threads. The best of several passes.
 */
export async function peakProduct(threads: number, seconds: number): Promise<number> {
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
  const programs = [Array.from({ length: REPEATS }, () => product)]
  const setup = {
    module: kernelModule(),
    memory,
    programs,
    stages: [],
    command,
    tiles,
    tileBytes,
    keepTiles: false,
    parts,
    partBytes,
  }
  const team = new Team(new TileRunner(setup, 0), threads)
  let best = 0
  for (const end = performance.now() + seconds * 1000; performance.now() < end; ) {
    const start = performance.now()
    team.leader.lead(0, 0, ROWS, 1, false)
    best = Math.max(best, (2 * SIZE * SIZE * REPEATS * ROWS) / (performance.now() - start) / 1e6)
  }
  await team.close()
  return best
}
