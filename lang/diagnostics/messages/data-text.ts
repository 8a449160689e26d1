// Helpers of the messages about data.
import type { Span } from '../../source.js'

/** Where in the pipeline the entry stands that made this data be read. */
export interface Origin {
  readonly span?: Span | undefined
}

/** At most this many names are listed. */
const LISTED = 12
/** Longest text of a file that is shown, in characters. */
const LONGEST = 60

/** The first names and, where there are more, how many in all. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, LISTED).map(plain).join(', ')
  return names.length > LISTED ? `${shown}, … (${names.length} in all)` : shown
}

/** Text of a file in quotes, on one line and not too long. */
export function quoted(text: string): string {
  return `'${plain(text)}'`
}

function plain(text: string): string {
  const points = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (character === '\n') return '\\n'
    return code < 32 || (code >= 127 && code < 160) ? `\\x${code.toString(16).padStart(2, '0')}` : character
  })
  return points.length > LONGEST ? `${points.slice(0, LONGEST).join('')}…` : points.join('')
}

/** `1 row`, `3 rows`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}

/** `12.5 %`. */
export function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(6))} %`
}
