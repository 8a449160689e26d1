import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { type Timing, timingOf } from '../report.js'
import { missing, numberIn } from '../report-text.js'

const TOOL = 'Vivado'

/**
 * Timing from `report_timing_summary`: slack from the `Design Timing Summary`, the period of `clock` from the `Clock
 * Summary`. A slack of `NA` means that no path is timed, which is an error: such a design has no clock that it meets.
 */
export function vivadoTiming(text: string, clock: string): Result<Timing> {
  const summary = columnsAfter(text, 'Design Timing Summary')
  if (summary === undefined) return missing(TOOL, "'Design Timing Summary'")
  const slack = summary.get('WNS(ns)')
  const hold = summary.get('WHS(ns)')
  if (slack === undefined) return missing(TOOL, "column 'WNS(ns)'")
  const slackNs = numberIn(slack)
  if (slackNs === undefined) return missing(TOOL, `timed path: its worst slack is '${slack}'`)
  const period = periodOf(text, clock)
  if (period === undefined) return missing(TOOL, `clock '${clock}' in its 'Clock Summary'`)
  return { ok: true, value: timingOf(period, slackNs, hold === undefined ? null : (numberIn(hold) ?? null)) }
}

/** The first row of the table below a heading `| TITLE`, by the names of its columns; both are set apart by two blanks. */
function columnsAfter(text: string, title: string): ReadonlyMap<string, string> | undefined {
  const lines = sectionOf(text, title)
  const at = lines.findIndex((line) => line.includes('WNS(ns)'))
  const names = wordsOf(lines[at] ?? '')
  const values = wordsOf(lines.slice(at + 1).find((line) => line.trim() !== '' && !/^[\s-]+$/.test(line)) ?? '')
  if (at < 0 || values.length < 1) return undefined
  return new Map(names.map((name, index) => [name, values[index] ?? '']))
}

/** `clk    {0.000 1.250}    2.500    400.000` */
function periodOf(text: string, clock: string): number | undefined {
  for (const line of sectionOf(text, 'Clock Summary')) {
    const found = /^\s*(\S+)\s+\{[^}]*\}\s+(\S+)\s+(\S+)/.exec(line)
    if (found?.[1] === clock) return numberIn(found[2] ?? '')
  }
  return undefined
}

/** The lines below the heading `| TITLE` up to the next heading. */
function sectionOf(text: string, title: string): readonly string[] {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.trim() === `| ${title}`)
  if (start < 0) return []
  const rest = lines.slice(start + 1)
  // The heading's own underline is `| ----`; another heading begins with `| ` and a letter.
  const end = rest.findIndex((line) => /^\|\s+[A-Za-z]/.test(line))
  return end < 0 ? rest : rest.slice(0, end)
}

function wordsOf(line: string): readonly string[] {
  return line.trim().split(/\s{2,}/)
}
