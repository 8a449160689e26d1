import type { Span } from '../source.js'
import type { LineTable } from './lines.js'

/** A place to mark, with the sign that marks it and the text beside the marks. */
export interface Mark {
  readonly span: Span
  readonly sign: '^' | '-'
  readonly text: string
}

/** One line of a frame: with a number, it is text of the source; without one, marks under it. */
export interface FrameRow {
  readonly number?: number
  readonly text: string
  readonly sign?: Mark['sign']
}

const TAB = 4
const ELLIPSIS = '…'

/**
 * The source lines that `marks` cover, each with its marks below. All marks must start on the same line, and only the
 * first one may span several. Of a place that spans lines the first and the last are shown.
 */
export function frameRows(lines: LineTable, marks: readonly Mark[], width: number): FrameRow[] {
  const [main] = marks
  if (main === undefined) return []
  const first = lines.lineAt(main.span.start)
  const last = lines.lineAt(Math.max(main.span.start, main.span.end - 1))
  if (last === first) return lineRows(lines, first, marks, width)
  const end = lines.startOf(first) + lines.textOf(first).length
  const lastStart = lines.startOf(last)
  const indent = /^\s*/.exec(lines.textOf(last))?.[0].length ?? 0
  const head = { ...main, text: '', span: { ...main.span, end } }
  const tail = {
    ...main,
    span: { ...main.span, start: Math.min(lastStart + indent, main.span.end), end: main.span.end },
  }
  return [
    ...lineRows(lines, first, [head], width),
    ...(last > first + 1 ? [{ text: ELLIPSIS }] : []),
    ...lineRows(lines, last, [tail], width),
  ]
}

function lineRows(lines: LineTable, line: number, marks: readonly Mark[], width: number): FrameRow[] {
  const text = lines.textOf(line)
  const start = lines.startOf(line)
  const columnOf = (offset: number): number => displayed(text.slice(0, Math.max(0, offset - start))).length
  const shown = displayed(text)
  const spans = marks.map((mark) => ({
    from: columnOf(mark.span.start),
    to: columnOf(Math.min(mark.span.end, start + text.length)),
  }))
  const window = clip(shown.length, spans[0]?.from ?? 0, spans[0]?.to ?? 0, width)
  const before = window.from > 0 ? ELLIPSIS : ''
  const after = window.to < shown.length ? ELLIPSIS : ''
  const rows: FrameRow[] = [{ number: line, text: before + shown.slice(window.from, window.to).join('') + after }]
  marks.forEach((mark, index) => {
    const { from, to } = spans[index] ?? { from: 0, to: 0 }
    const column = Math.max(0, from - window.from) + before.length
    const length = Math.max(1, Math.min(to, window.to) - Math.max(from, window.from))
    rows.push({ text: `${' '.repeat(column)}${mark.sign.repeat(length)} ${mark.text}`.trimEnd(), sign: mark.sign })
  })
  return rows
}

/** Code points of a text, tabs expanded to blanks. */
function displayed(text: string): string[] {
  const result: string[] = []
  for (const point of text) {
    if (point === '\t')
      do result.push(' ')
      while (result.length % TAB !== 0)
    else result.push(point)
  }
  return result
}

/** The columns of a long line that are shown, so that the marked ones are among them. */
function clip(length: number, from: number, to: number, width: number): { from: number; to: number } {
  if (length <= width) return { from: 0, to: length }
  const room = Math.max(0, width - Math.min(to - from, width))
  const start = Math.min(Math.max(0, from - Math.floor(room / 2)), length - width)
  return { from: start, to: start + width }
}
