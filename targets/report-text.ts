// How numbers look in the reports of the tools, and the one way in which something missing is said.
import type { Diagnostic } from '../lang/diagnostics/diagnostic.js'
import { reportIncomplete } from '../lang/diagnostics/messages/tools.js'

/** A report of which something is missing: `the report of Vivado has no DSPs`. */
export function missing(
  tool: string,
  what: string,
  report?: string,
): { readonly ok: false; readonly error: Diagnostic } {
  return { ok: false, error: reportIncomplete({ tool, missing: what, report }) }
}

/** The value of a report that is JSON; undefined where it is none, or where there is no report. */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The number that a cell begins with: `2,657 / 427,200 ( < 1 % )` is 2657, `-0.414` is -0.414. Undefined for `N/A`, `NA`,
 * `undef`, `<0.1`, an empty cell and any other text: none of them is a number.
 */
export function numberIn(cell: string): number | undefined {
  const found = /^([+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?)(?![\d.,])/.exec(cell.trim())
  return found?.[1] === undefined ? undefined : Number(found[1].replaceAll(',', ''))
}

/** A whole number of things; undefined where the cell is none. */
export function countIn(cell: string | undefined): number | undefined {
  const value = cell === undefined ? undefined : numberIn(cell)
  return value === undefined || !Number.isInteger(value) || value < 0 ? undefined : value
}

/** What a row of cells is made of, keyed by its first cell. */
export type Rows = ReadonlyMap<string, readonly string[]>

/**
 * The rows of all tables of a report that are drawn with `separator` (`|` of Vivado, `;` of Quartus), by their first cell
 * without indentation and foot-note marks (`CLB LUTs*`, `RAMB36/FIFO*`). Of rows that have one name the first counts.
 */
export function tableRows(text: string, separator: '|' | ';'): Rows {
  const rows = new Map<string, readonly string[]>()
  for (const line of text.split('\n')) {
    const trimmed = line.trim()
    if (!trimmed.startsWith(separator) || !trimmed.endsWith(separator) || trimmed.length < 2) continue
    const cells = trimmed
      .slice(1, -1)
      .split(separator)
      .map((cell) => cell.trim())
    const name = (cells[0] ?? '').replace(/\*+$/, '').trim()
    if (name !== '' && cells.length > 1 && !rows.has(name)) rows.set(name, cells.slice(1))
  }
  return rows
}

/** The value of the first of `names` that the rows have, from their first column. */
export function countOf(rows: Rows, names: readonly string[]): number | undefined {
  for (const name of names) {
    const cells = rows.get(name)
    if (cells !== undefined) return countIn(cells[0])
  }
  return undefined
}
