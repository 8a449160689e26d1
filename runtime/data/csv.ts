import { CsvError, type Options, parse } from 'csv-parse/sync'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { fileMalformed, noRows, wrongCellCount } from '../../lang/diagnostics/messages/data.js'
import { RowCollector } from './cells.js'
import type { Role, TableData, TableReader } from './table.js'

export interface CsvOptions {
  readonly header: boolean
  readonly separator: string
}

/**
 * Opens comma-separated values: quotes `"` (doubled inside), LF or CRLF, a byte-order mark, empty lines skipped. Without
 * a header the columns are called `0`, `1`, …. `bytes` may be the beginning of a file as long as it holds the first row.
 */
export function openCsv(file: string, bytes: Uint8Array, options: CsvOptions): Result<TableReader> {
  const first = firstRow(file, bytes, options)
  if (!first.ok) return first
  const names = options.header ? first.value.map((name) => name.trim()) : first.value.map((_, index) => String(index))
  return {
    ok: true,
    value: {
      file,
      thing: 'column',
      columns: names.map((name) => ({ name, shape: [] })),
      read: (wanted) => readRows(file, bytes, options, names, wanted),
    },
  }
}

function firstRow(file: string, bytes: Uint8Array, options: CsvOptions): Result<string[]> {
  let first: string[] | undefined
  const problem = parseRecords(file, bytes, { ...dialect(options), to: 1 }, (cells) => {
    first = cells
    return undefined
  })
  if (problem !== undefined) return { ok: false, error: problem }
  return first === undefined ? { ok: false, error: noRows({ file }) } : { ok: true, value: first }
}

const HEADER_CURE = 'features and targets are numbers; if the first row holds names, leave out `header = false`'

function readRows(
  file: string,
  bytes: Uint8Array,
  options: CsvOptions,
  names: readonly string[],
  wanted: ReadonlyMap<number, Role>,
): Result<TableData> {
  const rows = new RowCollector(file, names, wanted, () => (options.header ? undefined : HEADER_CURE))
  let count = options.header ? -1 : 0
  const problem = parseRecords(file, bytes, dialect(options), (cells, line) => {
    if (count++ < 0) return undefined
    if (cells.length !== names.length) {
      const place = `${file}:${line}`
      return wrongCellCount({ place, found: cells.length, expected: names.length, cure: separatorCure(cells, options) })
    }
    return rows.add(cells, line)
  })
  if (problem !== undefined) return { ok: false, error: problem }
  if (count <= 0) return { ok: false, error: noRows({ file }) }
  return { ok: true, value: rows.finish() }
}

function separatorCure(cells: readonly string[], options: CsvOptions): string | undefined {
  const other = [',', ';', '\t', '|'].find((each) => each !== options.separator && cells[0]?.includes(each))
  return cells.length === 1 && other !== undefined
    ? `is the separator ${JSON.stringify(other)}? Say so: csv("…", separator = ${JSON.stringify(other)})`
    : undefined
}

function dialect(options: CsvOptions): Options {
  return { bom: true, delimiter: options.separator, relax_column_count: true, skip_empty_lines: true }
}

/** Stops the parser, which has no other way to be stopped from a callback. */
class Stop extends Error {
  constructor(readonly diagnostic: Diagnostic) {
    super('stop')
  }
}

function parseRecords(
  file: string,
  bytes: Uint8Array,
  options: Options,
  take: (cells: string[], line: number) => Diagnostic | undefined,
): Diagnostic | undefined {
  let lastLine = 0
  try {
    parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      ...options,
      on_record: (cells: string[], context) => {
        lastLine = context.lines
        const problem = take(cells, lastLine)
        if (problem !== undefined) throw new Stop(problem)
        return null // keeps nothing: the rows are already in the columns
      },
    })
    return undefined
  } catch (error) {
    if (error instanceof Stop) return error.diagnostic
    if (error instanceof CsvError) return malformed(file, error, lastLine)
    throw error
  }
}

function malformed(file: string, error: CsvError, lastLine: number): Diagnostic {
  const { lines: line } = error
  const place = typeof line === 'number' ? `${file}:${line}` : file
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return fileMalformed({
        file: `${file}:${lastLine + 1}`,
        format: 'CSV',
        what: 'a quote is opened here and never closed',
      })
    case 'CSV_INVALID_CLOSING_QUOTE':
      return fileMalformed({
        file: place,
        format: 'CSV',
        what: 'text follows a closing quote',
        cure: 'a quote inside of quotes is written twice: ""',
      })
    case 'INVALID_OPENING_QUOTE':
      return fileMalformed({
        file: place,
        format: 'CSV',
        what: 'a quote stands in the middle of a cell',
        cure: 'put the whole cell in quotes, and write quotes inside of it twice: ""',
      })
    default:
      return fileMalformed({ file: place, format: 'CSV', what: error.message })
  }
}
