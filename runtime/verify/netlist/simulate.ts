import { safeParse } from 'valibot'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { netlistNotUnderstood } from '../../../lang/diagnostics/messages/tools.js'
import { coreControl } from '../../../targets/control.js'
import type { Design, PortInterface } from '../../../targets/design.js'
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
 *
 * Of a design with a handshake the core is simulated, without resets and with the clock always enabled: what waiting and
 * resetting do needs a simulator that knows feedback.
 */
export async function simulateNetlist(request: SimulationRequest): Promise<Result<Simulation>> {
  const { design, inputs } = request
  const core = coreOf(design)
  const files = { ...sourceFiles(design), ...core.files }
  const read = await runYosysScript({
    script: [
      `read_verilog ${Object.keys(files).join(' ')}`,
      `hierarchy -check -top ${core.top}`,
      // Tables stay comparisons and choices.
      'proc -norom',
      'flatten',
      // Tables that were read as memories become choices again.
      'memory_collect',
      'memory_map',
      ...core.simplify,
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
  const module = parsed.success ? parsed.output.modules[core.top] : undefined
  if (module === undefined) return notUnderstood('Yosys wrote no netlist of the top module')
  let circuit: NetlistCircuit
  try {
    circuit = circuitOf(module, design.interface.clock.port)
  } catch (error) {
    if (error instanceof UndefinedBit) return notUnderstood(error.message)
    throw error
  }
  const cycles = inputs.length + core.latencyCycles
  const got = evaluateCircuit(circuit, split(design.interface.inputs, inputs), cycles)
  const outputs = join(design.interface.outputs, got, cycles).slice(core.latencyCycles)
  return { ok: true, value: { simulator: { name: 'netlist', version: `yosys ${read.value.version}` }, outputs } }
}

interface Core {
  readonly top: string
  readonly latencyCycles: number
  /** A module more, where the core has ports that must be tied. */
  readonly files: { readonly [name: string]: string }
  readonly simplify: readonly string[]
}

/** The part of a design without handshake, with its reset and its clock enable tied to constants. */
function coreOf({ top, latencyCycles, interface: design }: Design): Core {
  const { control, clock, inputs, outputs } = design
  const core = control.handshake?.core ?? { module: top, latencyCycles }
  const own = coreControl(control)
  if (own.reset === null && own.clockEnable === null) {
    return { top: core.module, latencyCycles: core.latencyCycles, files: {}, simplify: [] }
  }
  const data = (ports: readonly PortInterface[], direction: string): readonly string[] =>
    ports.filter(({ bits }) => bits > 0).map(({ name, bits }) => `${direction} wire [${bits - 1}:0] ${name}`)
  const ports = [`input wire ${clock.port}`, ...data(inputs, 'input'), ...data(outputs, 'output')]
  const names = [clock.port, ...[...inputs, ...outputs].filter(({ bits }) => bits > 0).map(({ name }) => name)]
  const tied = [
    ...(own.reset === null ? [] : [`.${own.reset.port}(1'b0)`]),
    ...(own.clockEnable === null ? [] : [`.${own.clockEnable.port}(1'b1)`]),
  ]
  const connections = [...names.map((name) => `.${name}(${name})`), ...tied]
  const text = `module hgq_tied (${ports.join(', ')});\n  ${core.module} core (${connections.join(', ')});\nendmodule\n`
  return {
    top: 'hgq_tied',
    latencyCycles: core.latencyCycles,
    files: { 'hgq_tied.v': text },
    // With constants put in, registers are plain ones again.
    simplify: ['opt_expr', 'opt_dff -nodffe -nosdff'],
  }
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
