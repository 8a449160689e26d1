import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { withBench } from './bench.js'
import { toolVersion } from './discover.js'
import { runTool } from './process.js'
import { SIMULATING, type Simulation, type SimulationRequest } from './simulation.js'
import { BENCH_MODULE, verilogBench } from './verilog-bench.js'

/**
 * Simulates with Verilator. A small program makes the clock, so that versions before 5, which know no delays, will do.
 * Compiled without optimization: for some thousand vectors the compiler takes longer than the simulation.
 */
export async function simulateWithVerilator(request: SimulationRequest): Promise<Result<Simulation>> {
  const outputs = await withBench(request, 'Verilator', verilogBench(request), async (folder, names) => {
    await writeFile(join(folder, 'main.cpp'), MAIN)
    const common = {
      tool: 'Verilator',
      folder,
      purpose: SIMULATING,
      timeoutSeconds: request.timeoutSeconds ?? 1200,
      signal: request.signal,
    }
    const compiled = await runTool({
      ...common,
      program: 'verilator',
      arguments: [
        '--cc',
        '--exe',
        '--build',
        '-j',
        '0',
        '-Wno-fatal',
        '-Wno-lint',
        '-Wno-style',
        '--x-assign',
        'unique',
        '--x-initial',
        'unique',
        '-MAKEFLAGS',
        'OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0',
        '--top-module',
        BENCH_MODULE,
        '--prefix',
        'Vbench',
        '--Mdir',
        'objects',
        ...names,
        'main.cpp',
      ],
    })
    if (!compiled.ok) return compiled
    return runTool({ ...common, program: join(folder, 'objects', 'Vbench'), arguments: [] })
  })
  if (!outputs.ok) return outputs
  const version = (await toolVersion('verilator')) ?? 'unknown'
  return { ok: true, value: { simulator: { name: 'verilator', version }, outputs: outputs.value } }
}

const MAIN = `#include "Vbench.h"
#include "verilated.h"

double sc_time_stamp() { return 0; }

int main(int argc, char** argv) {
  Verilated::commandArgs(argc, argv);
  Vbench* top = new Vbench;
  top->clk = 1;
  top->eval();
  while (!Verilated::gotFinish()) {
    top->clk = !top->clk;
    top->eval();
  }
  top->final();
  delete top;
  return 0;
}
`
