import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import {
  fileCutShort,
  fileMalformed,
  noRows,
  unsupportedContent,
  wrongCellCount,
} from '../../lang/diagnostics/messages/data.js'
import { parseNumber, RowCollector } from './cells.js'
import type { Role, TableData, TableReader } from './table.js'

interface Attribute {
  readonly name: string
  /** The declared words of a nominal attribute; undefined for the other types. */
  readonly words: readonly string[] | undefined
}

interface Header {
  readonly attributes: readonly Attribute[]
  /** Offset and number of the first line after `@data`. */
  readonly offset: number
  readonly line: number
}

/**
 * Opens an attribute-relation file: numeric, nominal and string attributes, `%` comments, single and double quotes, `?`
 * for missing values. `bytes` may be the beginning of a file as long as it reaches `@data`.
 */
export function openArff(file: string, bytes: Uint8Array): Result<TableReader> {
  const header = readHeader(file, bytes)
  if (!header.ok) return header
  return {
    ok: true,
    value: {
      file,
      thing: 'column',
      columns: header.value.attributes.map(({ name }) => ({ name, shape: [] })),
      read: (wanted) => readRows(file, bytes, header.value, wanted),
    },
  }
}

/** Lines of a text, without their ends; CRLF and LF. */
function* linesOf(bytes: Uint8Array, offset: number): Generator<{ text: string; next: number }> {
  const decoder = new TextDecoder()
  for (let start = offset; start < bytes.length; ) {
    const found = bytes.indexOf(10, start)
    const end = found < 0 ? bytes.length : found
    const text = decoder.decode(bytes.subarray(start, end > start && bytes[end - 1] === 13 ? end - 1 : end))
    start = end + 1
    yield { text, next: start }
  }
}

function readHeader(file: string, bytes: Uint8Array): Result<Header> {
  const attributes: Attribute[] = []
  let line = 0
  for (const { text, next } of linesOf(bytes, 0)) {
    line++
    const trimmed = text.trim()
    if (trimmed === '' || trimmed.startsWith('%')) continue
    const keyword = /^@(\w+)/.exec(trimmed)?.[1]?.toLowerCase()
    if (keyword === 'data') {
      return attributes.length === 0
        ? malformed(`${file}:${line}`, 'no @attribute stands before @data')
        : { ok: true, value: { attributes, offset: next, line } }
    }
    if (keyword === 'relation') continue
    if (keyword !== 'attribute') return malformed(`${file}:${line}`, `'${clipped(trimmed)}' is no line of a header`)
    const attribute = readAttribute(`${file}:${line}`, trimmed.slice('@attribute'.length).trim())
    if (!attribute.ok) return attribute
    attributes.push(attribute.value)
  }
  return attributes.length === 0
    ? malformed(file, 'it has no @attribute')
    : { ok: false, error: fileCutShort({ file, what: 'there is no @data' }) }
}

function readAttribute(place: string, text: string): Result<Attribute> {
  const match = /^('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s{]+)\s*(.*)$/.exec(text)
  const type = match?.[2]?.trim() ?? ''
  if (match === null || type === '') return malformed(place, `'@attribute ${clipped(text)}' has no name and type`)
  const name = unquoted(match[1] ?? '')
  if (type.startsWith('{')) {
    if (!type.endsWith('}')) return malformed(place, `the words of '${name}' do not end with a brace`)
    const words = splitCells(type.slice(1, -1))
    return words === undefined
      ? malformed(place, `a quote among the words of '${name}' is not closed`)
      : { ok: true, value: { name, words: words.map((word) => word.text) } }
  }
  const kind = /^\w+/.exec(type)?.[0]?.toLowerCase() ?? type
  switch (kind) {
    case 'numeric':
    case 'real':
    case 'integer':
    case 'string':
    case 'date':
      return { ok: true, value: { name, words: undefined } }
    case 'relational':
      return unsupported(place, `declares '${name}' as relational`, 'flatten the relation into plain attributes')
    default:
      return malformed(place, `'${name}' has the unknown type '${kind}'`)
  }
}

function readRows(
  file: string,
  bytes: Uint8Array,
  header: Header,
  wanted: ReadonlyMap<number, Role>,
): Result<TableData> {
  const { attributes } = header
  const rows = new RowCollector(
    file,
    attributes.map(({ name }) => name),
    wanted,
    (column) => nominalCure(attributes[column]),
  )
  const allowed = attributes.map(({ words }) => (words === undefined ? undefined : new Set(words)))
  let line = header.line
  let count = 0
  for (const { text } of linesOf(bytes, header.offset)) {
    line++
    const trimmed = text.trim()
    if (trimmed === '' || trimmed.startsWith('%')) continue
    const place = `${file}:${line}`
    if (trimmed.startsWith('{')) {
      return unsupported(place, 'is a sparse row', 'write every value: hgq reads dense ARFF alone')
    }
    const cells = splitCells(trimmed)
    if (cells === undefined) return malformed(place, 'a quote is not closed')
    const problem =
      cells.length === attributes.length
        ? (undeclaredWord(place, cells, attributes, allowed, wanted) ??
          rows.add(
            cells.map((cell) => cell.text),
            line,
          ))
        : wrongCellCount({ place, found: cells.length, expected: attributes.length })
    if (problem !== undefined) return { ok: false, error: problem }
    count++
  }
  return count === 0 ? { ok: false, error: noRows({ file }) } : { ok: true, value: rows.finish() }
}

function nominalCure(attribute: Attribute | undefined): string | undefined {
  if (attribute?.words === undefined || attribute.words.every((word) => parseNumber(word) !== undefined))
    return undefined
  return `'${attribute.name}' holds words; leave it out of \`features\`, or replace the words by numbers in the file`
}

function undeclaredWord(
  place: string,
  cells: readonly Cell[],
  attributes: readonly Attribute[],
  allowed: readonly (ReadonlySet<string> | undefined)[],
  wanted: ReadonlyMap<number, Role>,
): Diagnostic | undefined {
  for (const index of wanted.keys()) {
    const cell = cells[index]
    const words = allowed[index]
    if (cell === undefined || words === undefined || words.has(cell.text) || (cell.text === '?' && !cell.quoted))
      continue
    const what = `'${cell.text}' is not among the declared words of '${attributes[index]?.name ?? ''}'`
    return fileMalformed({ file: place, format: 'ARFF', what, cure: 'correct the cell, or add the word to @attribute' })
  }
  return undefined
}

interface Cell {
  readonly text: string
  readonly quoted: boolean
}

/** Cells of a line at its commas; undefined when a quote is not closed. */
function splitCells(line: string): Cell[] | undefined {
  if (!/['"\\]/.test(line)) return line.split(',').map((text) => ({ text: text.trim(), quoted: false }))
  const cells: Cell[] = []
  for (let at = 0; at <= line.length; at++) {
    while (line[at] === ' ' || line[at] === '\t') at++
    const quote = line[at]
    if (quote === "'" || quote === '"') {
      let end = at + 1
      while (end < line.length && line[end] !== quote) end += line[end] === '\\' ? 2 : 1
      if (end >= line.length) return undefined
      cells.push({ text: unquoted(line.slice(at, end + 1)), quoted: true })
      at = line.indexOf(',', end)
      if (at < 0) break
    } else {
      const comma = line.indexOf(',', at)
      const end = comma < 0 ? line.length : comma
      cells.push({ text: line.slice(at, end).trim(), quoted: false })
      at = end
    }
  }
  return cells
}

function unquoted(text: string): string {
  return /^['"]/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text
}

function clipped(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

function malformed(file: string, what: string): Result<never> {
  return { ok: false, error: fileMalformed({ file, format: 'ARFF', what }) }
}

function unsupported(place: string, what: string, cure: string): Result<never> {
  return { ok: false, error: unsupportedContent({ place, what, cure }) }
}
