import { availableParallelism } from 'node:os'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { withBench } from './bench.js'
import { toolVersion } from './discover.js'
import { runTool, type ToolCommand } from './process.js'
import { SIMULATING, type Simulation, type SimulationRequest } from './simulation.js'
import { sourceFiles } from './sources.js'
import { BENCH_ENTITY, vhdlBench } from './vhdl-bench.js'

/** So many vectors are worth the start of another process. */
const LEAST = 1000

/**
 * Simulates VHDL-2008 with GHDL, which knows undefined values: an undefined output bit is an error. Its
 * time goes into the additions of numeric_std, so the vectors are shared out among processes; each fills its own pipeline,
 * so the outputs are the same however many there are.
 */
export async function simulateWithGhdl(request: SimulationRequest): Promise<Result<Simulation>> {
  const { inputs } = request
  const processes = Math.min(request.threads ?? availableParallelism(), Math.max(1, Math.floor(inputs.length / LEAST)))
  const size = Math.ceil(inputs.length / processes)
  const parts = await Promise.all(
    Array.from({ length: processes }, (_, part) =>
      simulatePart({ ...request, inputs: inputs.slice(part * size, (part + 1) * size) }),
    ),
  )
  const outputs: bigint[] = []
  for (const part of parts) {
    if (!part.ok) return part
    for (const row of part.value) outputs.push(row)
  }
  const version = (await toolVersion('ghdl')) ?? 'unknown'
  return { ok: true, value: { simulator: { name: 'ghdl', version }, outputs } }
}

function simulatePart(request: SimulationRequest): Promise<Result<readonly bigint[]>> {
  return withBench(request, 'GHDL', vhdlBench(request), async (folder, names) => {
    const common: Omit<ToolCommand, 'arguments'> = {
      tool: 'GHDL',
      program: 'ghdl',
      folder,
      purpose: SIMULATING,
      timeoutSeconds: request.timeoutSeconds ?? patience(request),
      signal: request.signal,
    }
    const analysed = await runTool({ ...common, arguments: ['-a', '--std=08', ...names] })
    if (!analysed.ok) return analysed
    // Before the first vectors have come through, numbers are undefined, and numeric_std would complain of each.
    const options = ['--ieee-asserts=disable']
    return runTool({ ...common, arguments: ['--elab-run', '--std=08', BENCH_ENTITY, ...options] })
  })
}

const WEEK = 7 * 24 * 3600

/** Seconds to wait for GHDL: many times what it takes, which grows with the length of the text and the vectors. */
function patience({ design, inputs }: SimulationRequest): number {
  const length = Object.values(sourceFiles(design)).reduce((sum, text) => sum + text.length, 0)
  return Math.min(WEEK, 1200 + length * inputs.length * 1e-6)
}
