import type { TargetSpec } from '../../../lang/program.js'
import { findCppCompiler } from '../../../runtime/tools/cpp.js'
import { type ToolName, toolVersion } from '../../../runtime/tools/discover.js'
import type { SimulatorName } from '../../../runtime/verify/simulate.js'

/** An output language and what runs it. */
export interface Backend {
  readonly name: SimulatorName
  readonly language: TargetSpec['language']
  /** What has to be installed, or null when it is. */
  readonly missing: () => Promise<string | null>
}

export const BACKENDS: readonly Backend[] = [
  { name: 'verilator', language: 'verilog', missing: () => missing('verilator', 'Verilator') },
  { name: 'icarus', language: 'verilog', missing: () => missing('icarus', 'Icarus Verilog') },
  { name: 'netlist', language: 'verilog', missing: () => Promise.resolve(null) },
  { name: 'ghdl', language: 'vhdl', missing: () => missing('ghdl', 'GHDL') },
  { name: 'vitis', language: 'vitis', missing: missingCompiler },
  { name: 'oneapi', language: 'oneapi', missing: missingCompiler },
]

async function missing(tool: ToolName, name: string): Promise<string | null> {
  return (await toolVersion(tool)) === null ? name : null
}

async function missingCompiler(): Promise<string | null> {
  return (await findCppCompiler()) === null ? 'a C++ compiler (g++ or clang++)' : null
}
