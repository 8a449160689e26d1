import { safeParse } from 'valibot'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { familyWithoutEstimate } from '../../lang/diagnostics/messages/tools.js'
import type { Circuit } from '../../targets/design.js'
import { keepingCopies, yosysFlow } from '../../targets/families.js'
import type { Report } from '../../targets/report.js'
import { missing, parseJson } from '../../targets/report-text.js'
import { type CellCounts, yosysCells, yosysReport } from '../../targets/yosys/statistics.js'
import { depthOf } from './depth.js'
import { netlistSchema } from './netlist-json.js'
import { sourceFiles } from './sources.js'
import { runYosysScript, type YosysRequest } from './yosys-engine.js'

/** What Yosys says of a design. */
export interface Estimate {
  readonly report: Report
  /** Longest chain of cells between registers. */
  readonly depth: number
  readonly cells: CellCounts
}

/**
 * Resources of a design, estimated by synthesizing it with Yosys for a device family (`DeviceSpec.family`). The report
 * says that it is an estimate: the vendor's tool packs differently, see `targets/calibration.ts`. With `system`, by that
 * Yosys instead of the one that comes with the package.
 */
export async function synthesizeWithYosys(
  design: Circuit,
  family: string,
  { system, timeoutSeconds }: Pick<YosysRequest, 'system' | 'timeoutSeconds'> = {},
): Promise<Result<Estimate>> {
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
    system,
    timeoutSeconds,
    setting: 'toolTimeout',
  })
  if (!run.ok) return run
  const { version, outputs } = run.value
  const cells = yosysCells(outputs['statistics.json'] ?? '', design.top)
  if (!cells.ok) return cells
  const depth = depthFrom(outputs['netlist.json'], design.top)
  if (!depth.ok) return depth
  const report = yosysReport(cells.value, flow, version)
  return { ok: true, value: { report, depth: depth.value, cells: cells.value } }
}

function depthFrom(text: string | undefined, top: string): Result<number> {
  const parsed = safeParse(netlistSchema, parseJson(text))
  const module = parsed.success ? parsed.output.modules[top] : undefined
  return module === undefined ? missing('Yosys', 'netlist') : { ok: true, value: depthOf(module) }
}
