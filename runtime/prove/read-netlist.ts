import { safeParse } from 'valibot'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { netlistNotUnderstood } from '../../lang/diagnostics/messages/tools.js'
import type { Circuit } from '../../targets/design.js'
import { netlistSchema } from '../tools/netlist-json.js'
import { sourceFiles } from '../tools/sources.js'
import { runYosysScript } from '../tools/yosys-engine.js'
import type { ReadNetlist } from './prove.js'

/**
 * The emitted Verilog as Yosys understands it: word-level cells of one flat module, nothing optimized, all names kept
 * (`stage3.n12` is n12 in the instance stage3).
 */
export async function readNetlist(circuit: Circuit): Promise<Result<ReadNetlist>> {
  const files = sourceFiles(circuit)
  const read = await runYosysScript({
    script: [
      `read_verilog ${Object.keys(files).join(' ')}`,
      `hierarchy -check -top ${circuit.top}`,
      // Tables stay comparisons and choices.
      'proc -norom',
      'flatten',
      'memory_collect',
      'write_json netlist.json',
    ].join('; '),
    files,
    outputs: ['netlist.json'],
    doing: 'reading the emitted Verilog',
  })
  if (!read.ok) return read
  const parsed = safeParse(netlistSchema, JSON.parse(read.value.outputs['netlist.json'] ?? 'null'))
  const module = parsed.success ? parsed.output.modules[circuit.top] : undefined
  if (module === undefined)
    return { ok: false, error: netlistNotUnderstood({ problem: 'Yosys wrote no netlist of the top module' }) }
  return { ok: true, value: { module, reader: { name: 'yosys', version: read.value.version } } }
}
