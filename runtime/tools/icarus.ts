import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { withBench } from './bench.js'
import { toolVersion } from './discover.js'
import { runTool, type ToolCommand } from './process.js'
import { SIMULATING, type Simulation, type SimulationRequest } from './simulation.js'
import { BENCH_MODULE, verilogBench } from './verilog-bench.js'

/** Simulates with Icarus Verilog, which knows undefined values: an undefined output bit is an error. */
export async function simulateWithIcarus(request: SimulationRequest): Promise<Result<Simulation>> {
  const outputs = await withBench(request, 'Icarus Verilog', verilogBench(request), async (folder, names) => {
    await writeFile(join(folder, 'hgq_clock.v'), CLOCK)
    const common: Omit<ToolCommand, 'program' | 'arguments'> = {
      tool: 'Icarus Verilog',
      folder,
      purpose: SIMULATING,
      timeoutSeconds: request.timeoutSeconds ?? 600,
      signal: request.signal,
    }
    const compiled = await runTool({
      ...common,
      program: 'iverilog',
      arguments: ['-g2001', '-s', 'hgq_clock', '-o', 'simulation', ...names, 'hgq_clock.v'],
    })
    if (!compiled.ok) return compiled
    return runTool({ ...common, program: 'vvp', arguments: ['-n', 'simulation'] })
  })
  if (!outputs.ok) return outputs
  const version = (await toolVersion('icarus')) ?? 'unknown'
  return { ok: true, value: { simulator: { name: 'icarus', version }, outputs: outputs.value } }
}

const CLOCK = `module hgq_clock;
  reg clk = 1'b1;
  ${BENCH_MODULE} bench (.clk(clk));
  always #1 clk = ~clk;
endmodule
`
