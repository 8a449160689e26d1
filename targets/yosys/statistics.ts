import { number, object, optional, record, safeParse, string } from 'valibot'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { nothingLeft } from '../../lang/diagnostics/messages/compile.js'
import type { CellWeight, YosysFlow } from '../families.js'
import type { Report } from '../report.js'
import { missing, parseJson } from '../report-text.js'

const statisticsSchema = object({
  modules: record(string(), object({ num_cells_by_type: optional(record(string(), number()), {}) })),
})

/** Number of cells of each type, in the order of their names. */
export type CellCounts = { readonly [type: string]: number }

/** The cells of `top` in what `stat -json` of Yosys wrote. */
export function yosysCells(text: string, top: string): Result<CellCounts> {
  const parsed = safeParse(statisticsSchema, parseJson(text))
  const module = parsed.success ? parsed.output.modules[`\\${top}`] : undefined
  // Yosys takes a module that has nothing but a clock for a black box, and leaves it out.
  if (parsed.success && Object.keys(parsed.output.modules).length === 0)
    return { ok: false, error: nothingLeft({ design: top }) }
  if (module === undefined) return missing('Yosys', 'statistics of the cells')
  const cells = module.num_cells_by_type
  const sorted = Object.keys(cells)
    .sort()
    .map((type) => [type, cells[type] ?? 0] as const)
  return { ok: true, value: Object.fromEntries(sorted) }
}

/** The report of a synthesis with `flow`: an estimate of resources, without timing. */
export function yosysReport(cells: CellCounts, flow: YosysFlow, version: string): Report {
  const sum = (weights: readonly CellWeight[]): number =>
    Object.entries(cells).reduce((total, [type, number]) => {
      const weight = weights.find((each) => each.type.test(type))
      return total + number * (weight?.each ?? 0)
    }, 0)
  const { count } = flow
  const [logic, memory] = [sum(count.lut), sum(count.memory)]
  return {
    tool: { name: 'yosys', version },
    part: null,
    stage: 'synthesis',
    estimate: true,
    resources: {
      lut: { unit: flow.lutUnit, total: logic + memory, logic, memory },
      ff: sum(count.ff),
      dsp: sum(count.dsp),
      bram: { blocks: sum(count.bram), kilobits: flow.bramKilobits },
      uram: null,
      carry: sum(count.carry),
    },
    timing: null,
    latency: null,
    power: null,
  }
}
