import type { Diagnostic } from './diagnostic.js'
import type { LineTable } from './lines.js'
import { unknownName } from './messages/check.js'
import { alreadyNamed } from './messages/check-names.js'
import { bareNumber } from './messages/check-types.js'
import { missingSeparator, notAnEqualsSign, strayValue, surplusComma } from './messages/syntax.js'
import {
  foreignComment,
  foreignQuotes,
  foreignSymbol,
  invisibleCharacter,
  quotedName,
  unknownEscape,
} from './messages/syntax-tokens.js'

/** Lines that a note names one by one. */
const NAMED = 8

/**
 * One message for each habit of another language that a file repeats, such as a `;` at the end of every line: that about the
 * first place, with the lines of the others in a note, and with one fix for all. `diagnostics` are those of one file, in order.
 */
export function joinRepeated(diagnostics: readonly Diagnostic[], lines: LineTable): readonly Diagnostic[] {
  const groups = new Map<string, Diagnostic[]>()
  for (const diagnostic of diagnostics) {
    const key = keyOf(diagnostic, lines)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [diagnostic])
    else group.push(diagnostic)
  }
  return diagnostics.flatMap((diagnostic) => {
    const key = keyOf(diagnostic, lines)
    const group = key === undefined ? [diagnostic] : (groups.get(key) ?? [])
    return group[0] === diagnostic ? [joined(diagnostic, group.slice(1), lines)] : []
  })
}

/** Equal for what is the same mistake again; undefined for what is always one of its own. */
function keyOf({ code, message, notes, span, fixes, related }: Diagnostic, lines: LineTable): string | undefined {
  const line = span === undefined ? 0 : lines.lineAt(span.start)
  switch (code) {
    case foreignSymbol.code:
    case foreignComment.code:
    case foreignQuotes.code:
    case quotedName.code:
    case strayValue.code:
    case surplusComma.code:
      return `${code} ${message}`
    case notAnEqualsSign.code:
      return `${code} ${notes.join()}`
    // In another body, another local may be meant.
    case unknownName.code:
      return fixes.length > 0 ? `${code} ${message} ${notes.join()} ${related[0]?.span.start}` : undefined
    case alreadyNamed.code:
    case invisibleCharacter.code:
      return code
    // On one line, as `train = 60, validation = 20`, it was one thought.
    case bareNumber.code:
      return fixes.length > 0 ? `${code} ${line} ${message}` : undefined
    case missingSeparator.code:
    case unknownEscape.code:
      return `${code} ${line}`
    default:
      return undefined
  }
}

function joined(first: Diagnostic, others: readonly Diagnostic[], lines: LineTable): Diagnostic {
  if (others.length === 0) return first
  const all = [first, ...others]
  const at = others.flatMap(({ span }) => (span === undefined ? [] : [lines.lineAt(span.start)]))
  const unique = [...new Set(at)]
  const named = unique.slice(0, NAMED).join(', ')
  const more = unique.length > NAMED ? `, and ${unique.length - NAMED} more` : ''
  const isHere = unique.length === 1 && first.span !== undefined && unique[0] === lines.lineAt(first.span.start)
  const note = isHere
    ? `the same ${others.length > 1 ? `${others.length} times` : 'once'} more on this line`
    : `the same on line${unique.length > 1 ? 's' : ''} ${named}${more}`
  const edits = all.flatMap(({ fixes }) => fixes[0]?.edits ?? [])
  const [fix] = first.fixes
  const fixes = fix === undefined ? [] : [{ title: titleOfAll(all), edits }]
  return { ...first, notes: [...first.notes, note], fixes }
}

function titleOfAll(all: readonly Diagnostic[]): string {
  const titles = new Set(all.flatMap(({ fixes }) => fixes[0]?.title ?? []))
  const [title] = titles
  return titles.size === 1 ? `${title}, everywhere` : 'mend all of them likewise'
}
