import { number, object, optional, record, safeParse, string } from 'valibot'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { nothingLeft } from '../../lang/diagnostics/messages/compile.js'
import { familyWithoutEstimate, reportIncomplete } from '../../lang/diagnostics/messages/tools.js'
import type { Circuit } from '../../targets/design.js'
import { type CellCount, keepingCopies, yosysFlow } from '../../targets/families.js'
import { depthOf } from './depth.js'
import { netlistSchema } from './netlist-json.js'
import type { SynthesisReport } from './report.js'
import { sourceFiles } from './sources.js'
import { runYosysScript } from './yosys-engine.js'

const statisticsSchema = object({
  modules: record(string(), object({ num_cells_by_type: optional(record(string(), number()), {}) })),
})

/**
 * Resources of a design, estimated by synthesizing it with Yosys for a device family (`DeviceSpec.family`). The report
 * says that it is an estimate: the vendor's tool packs differently (some 3 to 8 % fewer LUTs for adder graphs).
 */
export async function synthesizeWithYosys(design: Circuit, family: string): Promise<Result<SynthesisReport>> {
  const flow = yosysFlow(family)
  if (flow === null) return { ok: false, error: familyWithoutEstimate({ family }) }
  const files = sourceFiles(design)
  const script = [
    `read_verilog ${Object.keys(files).join(' ')}`,
    ...keepingCopies(design.top, Object.values(files)),
    flow.command(design.top),
    'tee -q -o statistics.json stat -json',
    'write_json netlist.json',
  ].join('; ')
  const run = await runYosysScript({
    script,
    files,
    outputs: ['statistics.json', 'netlist.json'],
    doing: 'estimating the resources of the design',
  })
  if (!run.ok) return run
  const { version, outputs } = run.value
  const cells = cellsOf(outputs['statistics.json'], design.top)
  if (!cells.ok) return cells
  const depth = depthFrom(outputs['netlist.json'], design.top)
  if (!depth.ok) return depth
  return { ok: true, value: { ...reportOf(cells.value, flow.count, version), depth: depth.value } }
}

function reportOf(
  cells: { readonly [type: string]: number },
  count: CellCount,
  version: string,
): Omit<SynthesisReport, 'depth'> {
  const sum = (pattern: RegExp): number =>
    Object.entries(cells).reduce((total, [type, number]) => total + (pattern.test(type) ? number : 0), 0)
  return {
    tool: { name: 'yosys', version },
    estimate: true,
    lut: sum(count.lut),
    ff: sum(count.ff),
    dsp: sum(count.dsp),
    bram: sum(count.bram),
    cells,
  }
}

function cellsOf(text: string | undefined, top: string): Result<{ readonly [type: string]: number }> {
  const parsed = safeParse(statisticsSchema, json(text))
  const module = parsed.success ? parsed.output.modules[`\\${top}`] : undefined
  // Yosys takes a module that has nothing but a clock for a black box, and leaves it out.
  if (parsed.success && Object.keys(parsed.output.modules).length === 0)
    return { ok: false, error: nothingLeft({ design: top }) }
  if (module === undefined) return missing('statistics of the cells')
  const cells = module.num_cells_by_type
  const sorted = Object.keys(cells)
    .sort()
    .map((type) => [type, cells[type] ?? 0] as const)
  return { ok: true, value: Object.fromEntries(sorted) }
}

function depthFrom(text: string | undefined, top: string): Result<number> {
  const parsed = safeParse(netlistSchema, json(text))
  const module = parsed.success ? parsed.output.modules[top] : undefined
  return module === undefined ? missing('netlist') : { ok: true, value: depthOf(module) }
}

function missing(section: string): { readonly ok: false; readonly error: Diagnostic } {
  return { ok: false, error: reportIncomplete({ tool: 'Yosys', missing: section }) }
}

function json(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
