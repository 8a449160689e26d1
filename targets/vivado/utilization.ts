import type { Result } from '../../lang/diagnostics/diagnostic.js'
import type { Resources, Stage } from '../report.js'
import { countIn, countOf, missing, numberIn, type Rows, tableRows } from '../report-text.js'

/** What the head of a report of Vivado says. */
export interface VivadoHead {
  /** `2023.1` or `2023.1.1`. */
  readonly version: string
  readonly part: string
  readonly stage: Stage
}

const TOOL = 'Vivado'

/** `| Tool Version : Vivado v.2023.1 (lin64) Build …`, `| Device : xcvu13p-…`, `| Design State : Routed`. */
export function vivadoHead(text: string): Result<VivadoHead> {
  const field = (name: string): string | undefined =>
    new RegExp(`^\\|\\s*${name}\\s*:\\s*(.*?)\\s*$`, 'm').exec(text)?.[1]
  const version = /v\.?(\d[\w.]*)/.exec(field('Tool Version') ?? '')?.[1]
  const part = field('Device')?.replace(/\s+/g, ' ')
  const stage = stageOf(field('Design State'))
  if (version === undefined) return missing(TOOL, "'Tool Version' in its head")
  if (part === undefined || part === '') return missing(TOOL, "'Device' in its head")
  if (stage === undefined) return missing(TOOL, "'Design State' in its head")
  return { ok: true, value: { version, part, stage } }
}

/** Other states than these (`Optimized`) lie between synthesis and placement. */
function stageOf(state: string | undefined): Stage | undefined {
  if (state === undefined || state === '') return undefined
  if (/routed/i.test(state)) return 'routed'
  return /placed/i.test(state) ? 'placed' : 'synthesis'
}

/**
 * Resources from `report_utilization`, of series 7 (`Slice LUTs`, `CARRY4`) or of UltraScale and later (`CLB LUTs`,
 * `CARRY8`; Versal: `LOOKAHEAD8`), from the tables of the whole device or, with `-hierarchical`, from the row of the top
 * module. Sections are found by the names of their rows: their numbers differ between stages.
 */
export function vivadoUtilization(text: string): Result<Resources> {
  return /^\|\s*Instance\s*\|\s*Module\s*\|/m.test(text) ? hierarchical(text) : flat(tableRows(text, '|'))
}

function flat(rows: Rows): Result<Resources> {
  const total = countOf(rows, ['CLB LUTs', 'Slice LUTs'])
  const logic = countOf(rows, ['LUT as Logic'])
  const memory = countOf(rows, ['LUT as Memory'])
  const ff = countOf(rows, ['CLB Registers', 'Slice Registers', 'Registers'])
  const dsp = countOf(rows, ['DSPs', 'DSP Slices'])
  const tiles = rows.get('Block RAM Tile')
  const blocks = tiles === undefined ? undefined : numberIn(tiles[0] ?? '')
  if (total === undefined) return missing(TOOL, "count of 'CLB LUTs' or 'Slice LUTs'")
  if (logic === undefined) return missing(TOOL, "count of 'LUT as Logic'")
  if (memory === undefined) return missing(TOOL, "count of 'LUT as Memory'")
  if (ff === undefined) return missing(TOOL, "count of 'CLB Registers' or 'Slice Registers'")
  if (blocks === undefined) return missing(TOOL, "count of 'Block RAM Tile'")
  if (dsp === undefined) return missing(TOOL, "count of 'DSPs'")
  const bram = { blocks, kilobits: 36 as const }
  // Series 7 has no URAM; a row that is there and holds no number is a fault.
  const uram = optionalCount(rows, ['URAM'])
  const carry = optionalCount(rows, ['CARRY8', 'CARRY4', 'LOOKAHEAD8'])
  if (uram === undefined) return missing(TOOL, "count of 'URAM'")
  if (carry === undefined) return missing(TOOL, 'count of its carry cells')
  return { ok: true, value: { lut: { unit: 'LUT6', total, logic, memory }, ff, dsp, bram, uram, carry } }
}

/** Null where no such row exists, undefined where it exists without a number. */
function optionalCount(rows: Rows, names: readonly string[]): number | null | undefined {
  return names.some((name) => rows.has(name)) ? countOf(rows, names) : null
}

/** `| Instance | Module | Total LUTs | Logic LUTs | LUTRAMs | SRLs | FFs | RAMB36 | RAMB18 | URAM | DSP Blocks |` */
function hierarchical(text: string): Result<Resources> {
  const lines = text.split('\n').filter((line) => line.trim().startsWith('|'))
  const cells = (line: string): readonly string[] =>
    line
      .trim()
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim())
  const at = lines.findIndex((line) => cells(line)[0] === 'Instance' && cells(line)[1] === 'Module')
  const names = cells(lines[at] ?? '')
  const top = cells(lines[at + 1] ?? '')
  const value = (...wanted: readonly string[]): number | undefined => {
    const column = names.findIndex((name) => wanted.includes(name))
    return column < 0 ? undefined : countIn(top[column])
  }
  const total = value('Total LUTs')
  const logic = value('Logic LUTs')
  const lutram = value('LUTRAMs')
  const srl = value('SRLs')
  const ff = value('FFs')
  const whole = value('RAMB36')
  const half = value('RAMB18')
  const dsp = value('DSP Blocks', 'DSP48 Blocks')
  if (total === undefined) return missing(TOOL, "column 'Total LUTs'")
  if (logic === undefined) return missing(TOOL, "column 'Logic LUTs'")
  if (lutram === undefined || srl === undefined) return missing(TOOL, "columns 'LUTRAMs' and 'SRLs'")
  if (ff === undefined) return missing(TOOL, "column 'FFs'")
  if (whole === undefined || half === undefined) return missing(TOOL, "columns 'RAMB36' and 'RAMB18'")
  if (dsp === undefined) return missing(TOOL, "column 'DSP Blocks'")
  const lut = { unit: 'LUT6' as const, total, logic, memory: lutram + srl }
  const bram = { blocks: whole + half / 2, kilobits: 36 as const }
  return { ok: true, value: { lut, ff, dsp, bram, uram: value('URAM') ?? null, carry: null } }
}
