import type { Diagnostic, Severity } from './diagnostic.js'
import { type FrameRow, frameRows, type Mark } from './frame.js'
import { LineTable } from './lines.js'

export interface RenderOptions {
  readonly colour: boolean
  /** Longest part of a source line that is shown. */
  readonly width?: number
}

const WIDTH = 120
const BOLD = '1'
const BLUE = '34'
const COLOURS: Readonly<Record<Severity, string>> = { error: '31', warning: '33', hint: '36' }

/**
 * A diagnostic as text of several lines, without a line end at the end:
 *
 *     error HGQ2107: these shapes don't match
 *       ┌─ pipeline.hgq:29:10
 *       │
 *     29│   output x |> dense(5) + bypass
 *       │                          ^^^^^^ bypass is [16]; the left side is [5]
 *       = an elementwise sum needs equal shapes, or an axis of length 1
 *
 * `sources` gives the text of a file by its path; where it gives none, only the path is shown.
 */
export function renderDiagnostic(
  diagnostic: Diagnostic,
  sources: (file: string) => string | undefined,
  options: RenderOptions,
): string {
  const paint = (text: string, ...codes: string[]): string =>
    options.colour && text !== '' ? `\u001b[${codes.join(';')}m${text}\u001b[0m` : text
  const frames = framesOf(diagnostic, sources, options.width ?? WIDTH)
  const numbers = frames.flatMap((frame) => frame.rows.map((row) => row.number ?? 0))
  const gutter = Math.max(2, String(Math.max(0, ...numbers)).length)
  const blank = ' '.repeat(gutter)
  const colour = COLOURS[diagnostic.severity]

  const lines = [
    `${paint(`${diagnostic.severity} ${diagnostic.code}`, BOLD, colour)}${paint(`: ${diagnostic.message}`, BOLD)}`,
  ]
  for (const [index, frame] of frames.entries()) {
    lines.push(`${blank}${paint('┌─', BLUE)} ${frame.title}`)
    if (index === 0 && frame.rows.length > 0) lines.push(`${blank}${paint('│', BLUE)}`)
    for (const row of frame.rows) {
      const number = row.number === undefined ? blank : String(row.number).padStart(gutter)
      const text = row.sign === undefined ? row.text : paint(row.text, row.sign === '^' ? colour : BLUE)
      lines.push(`${paint(`${number}│`, BLUE)} ${text}`.trimEnd())
    }
  }
  for (const note of notesOf(diagnostic))
    lines.push(`${blank}${paint('=', BLUE)} ${note.replaceAll('\n', `\n${blank}  `)}`)
  return lines.join('\n')
}

interface Frame {
  readonly title: string
  readonly rows: readonly FrameRow[]
}

/** The place itself, with related places on its line; then a frame for each other related place. */
function framesOf(diagnostic: Diagnostic, sources: (file: string) => string | undefined, width: number): Frame[] {
  const { span, related } = diagnostic
  const tables = new Map<string, LineTable | undefined>()
  const tableOf = (file: string): LineTable | undefined => {
    if (!tables.has(file)) {
      const text = sources(file)
      tables.set(file, text === undefined ? undefined : new LineTable(text))
    }
    return tables.get(file)
  }
  const places: Mark[] = related.map((other) => ({ ...other, sign: '-' }))
  if (span !== undefined) places.unshift({ span, sign: '^', text: diagnostic.label ?? '' })

  const frames: Frame[] = []
  const [main, ...others] = places
  if (main === undefined) return frames
  const beside = others.filter((mark) => isOnSameLine(main, mark, tableOf(main.span.file)))
  for (const group of [[main, ...beside], ...others.filter((mark) => !beside.includes(mark)).map((mark) => [mark])]) {
    const [{ span: place }] = group as [Mark, ...Mark[]]
    const table = tableOf(place.file)
    if (table === undefined) {
      frames.push({ title: place.file, rows: [] })
      continue
    }
    const { line, column } = table.positionAt(place.start)
    frames.push({ title: `${place.file}:${line}:${column}`, rows: frameRows(table, group, width) })
  }
  return frames
}

function isOnSameLine(main: Mark, mark: Mark, table: LineTable | undefined): boolean {
  if (table === undefined || mark.span.file !== main.span.file) return false
  const line = table.lineAt(main.span.start)
  const ends = [main.span.end - 1, mark.span.start, mark.span.end - 1]
  return ends.every(
    (offset, index) => table.lineAt(Math.max(offset, index === 0 ? main.span.start : mark.span.start)) === line,
  )
}

/** Notes, then fixes; a fix that does what a `did you mean` already says is not said twice. */
function notesOf(diagnostic: Diagnostic): string[] {
  const fixes = diagnostic.fixes.filter(
    (fix) => !diagnostic.notes.some((note) => note.startsWith('did you mean') && note.includes(lastQuoted(fix.title))),
  )
  return [...diagnostic.notes, ...fixes.map((fix) => `fix: ${fix.title}`)]
}

function lastQuoted(title: string): string {
  return /'[^']*'$/.exec(title)?.[0] ?? '\n'
}
