import { safeParse } from 'valibot'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { netlistNotUnderstood } from '../../../lang/diagnostics/messages/tools.js'
import type { PortInterface } from '../../../targets/design.js'
import { netlistSchema } from '../../tools/netlist-json.js'
import type { Simulation, SimulationRequest } from '../../tools/simulation.js'
import { sourceFiles } from '../../tools/sources.js'
import { runYosysScript } from '../../tools/yosys-engine.js'
import { circuitOf, type NetlistCircuit } from './circuit.js'
import { evaluateCircuit } from './evaluate.js'
import { UndefinedBit } from './words.js'

/**
 * Simulates without any simulator: Yosys reads the emitted text into its word-level cells (no optimization, no mapping),
 * and these are evaluated cycle by cycle. Always available, and independent of the code that emitted the text.
 */
export async function simulateNetlist(request: SimulationRequest): Promise<Result<Simulation>> {
  const { design, inputs } = request
  const files = sourceFiles(design)
  const read = await runYosysScript({
    script: [
      `read_verilog ${Object.keys(files).join(' ')}`,
      `hierarchy -check -top ${design.top}`,
      'proc',
      'flatten',
      'opt_clean',
      'write_json netlist.json',
    ].join('; '),
    files,
    outputs: ['netlist.json'],
    doing: 'reading the emitted Verilog',
    timeoutSeconds: request.timeoutSeconds,
  })
  if (!read.ok) return read
  const parsed = safeParse(netlistSchema, JSON.parse(read.value.outputs['netlist.json'] ?? 'null'))
  const module = parsed.success ? parsed.output.modules[design.top] : undefined
  if (module === undefined) return notUnderstood('Yosys wrote no netlist of the top module')
  let circuit: NetlistCircuit
  try {
    circuit = circuitOf(module, design.interface.clock.port)
  } catch (error) {
    if (error instanceof UndefinedBit) return notUnderstood(error.message)
    throw error
  }
  const cycles = inputs.length + design.latencyCycles
  const got = evaluateCircuit(circuit, split(design.interface.inputs, inputs), cycles)
  const outputs = join(design.interface.outputs, got, cycles).slice(design.latencyCycles)
  return { ok: true, value: { simulator: { name: 'netlist', version: `yosys ${read.value.version}` }, outputs } }
}

function notUnderstood(problem: string): Result<never> {
  return { ok: false, error: netlistNotUnderstood({ problem }) }
}

function split(ports: readonly PortInterface[], rows: readonly bigint[]): ReadonlyMap<string, readonly bigint[]> {
  let low = 0
  const result = new Map<string, readonly bigint[]>()
  for (const port of ports) {
    const from = BigInt(low)
    result.set(
      port.name,
      rows.map((row) => BigInt.asUintN(port.bits, row >> from)),
    )
    low += port.bits
  }
  return result
}

function join(
  ports: readonly PortInterface[],
  columns: ReadonlyMap<string, readonly bigint[]>,
  cycles: number,
): readonly bigint[] {
  return Array.from({ length: cycles }, (_, cycle) => {
    let bits = 0n
    for (let index = ports.length - 1; index >= 0; index--) {
      const port = ports[index]
      if (port !== undefined) bits = (bits << BigInt(port.bits)) | (columns.get(port.name)?.[cycle] ?? 0n)
    }
    return bits
  })
}
