import { safeParse } from 'valibot'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { netlistNotUnderstood } from '../../../lang/diagnostics/messages/tools.js'
import type { Circuit } from '../../../targets/design.js'
import type { Installation } from '../../tools/discover.js'
import { type NetlistModule, netlistSchema } from '../../tools/netlist-json.js'
import { sourceFiles } from '../../tools/sources.js'
import { runYosysScript } from '../../tools/yosys-engine.js'
import type { ReadNetlist } from '../prove.js'
import { verilogOfVhdl } from './vhdl.js'

export interface ReadOptions {
  /** Of one run of a tool; left out, as long as it takes. */
  readonly timeoutSeconds?: number | undefined
}

/**
 * The emitted Verilog as Yosys understands it: word-level cells of one flat module, nothing optimized, all names kept
 * (`stage3.n12` is n12 in the instance stage3).
 */
export async function readNetlist(circuit: Circuit, options: ReadOptions = {}): Promise<Result<ReadNetlist>> {
  const read = await readVerilog(sourceFiles(circuit), circuit.top, 'reading the emitted Verilog', options)
  if (!read.ok) return read
  const { module, version } = read.value
  return { ok: true, value: { module, reader: { name: 'yosys', version }, guessed: null } }
}

export interface VhdlOptions extends ReadOptions {
  readonly ghdl: Installation
  /** Where temporary folders are made. */
  readonly scratch: string
}

/**
 * The emitted VHDL as GHDL synthesizes it and Yosys understands that. Signals keep their names; of variables, those are named
 * of which GHDL says in which line they were computed.
 */
export async function readVhdlNetlist(circuit: Circuit, options: VhdlOptions): Promise<Result<ReadNetlist>> {
  const synthesized = await verilogOfVhdl(circuit, options)
  if (!synthesized.ok) return synthesized
  const { text, aliases } = synthesized.value
  const read = await readVerilog({ 'design.v': text }, circuit.top, 'reading the Verilog that GHDL made', options)
  if (!read.ok) return read
  const { module, version } = read.value
  const netnames = { ...module.netnames }
  const guessed = new Set<string>()
  for (const { instance, name, net } of aliases) {
    for (const prefix of [`${instance}.`, `core.${instance}.`]) {
      const [signal, found] = [`${prefix}${name}`, netnames[`${prefix}${net}`]]
      if (found === undefined || netnames[signal] !== undefined) continue
      netnames[signal] = found
      guessed.add(signal)
    }
  }
  const reader = { name: 'ghdl + yosys', version: `${options.ghdl.version} + ${version}` }
  return { ok: true, value: { module: { ...module, netnames }, reader, guessed } }
}

async function readVerilog(
  files: { readonly [name: string]: string },
  top: string,
  doing: string,
  { timeoutSeconds }: ReadOptions,
): Promise<Result<{ readonly module: NetlistModule; readonly version: string }>> {
  const read = await runYosysScript({
    script: [
      `read_verilog ${Object.keys(files).join(' ')}`,
      `hierarchy -check -top ${top}`,
      // Tables stay comparisons and choices.
      'proc -norom',
      'flatten',
      // A memory is one cell; one that nothing writes, as GHDL makes of a table, is choices between constants.
      'memory_collect',
      'memory_map -rom-only',
      'write_json netlist.json',
    ].join('; '),
    files,
    outputs: ['netlist.json'],
    doing,
    timeoutSeconds,
    setting: 'toolTimeout',
  })
  if (!read.ok) return read
  const parsed = safeParse(netlistSchema, JSON.parse(read.value.outputs['netlist.json'] ?? 'null'))
  const module = parsed.success ? parsed.output.modules[top] : undefined
  if (module === undefined)
    return { ok: false, error: netlistNotUnderstood({ problem: 'Yosys wrote no netlist of the top module' }) }
  return { ok: true, value: { module, version: read.value.version } }
}
