import type { Span } from '../source.js'
import type { Diagnostic, Fix, Severity } from './diagnostic.js'

/** `HGQ1xxx` syntax, `2` check and shapes, `3` data, `4` training, `5` compiling, `6` targets and tools, `7` building. */
export type DiagnosticCode = `HGQ${number}`

/** What a message function returns; the code and the severity come from its definition. */
export interface DiagnosticText {
  /** One line, in the user's words, without a full stop. */
  readonly message: string
  /** Left out for a failure that is about no place in a source file; the message then names file and row, or the tool. */
  readonly span?: Span | undefined
  readonly label?: string | undefined
  readonly related?: readonly { readonly span: Span; readonly text: string }[]
  readonly notes?: readonly string[]
  readonly fixes?: readonly Fix[]
}

/** A message of the catalogue: call it with the facts to get a diagnostic. */
export interface Message<Facts> {
  (facts: Facts): Diagnostic
  readonly code: DiagnosticCode
  readonly severity: Severity
  /** What the code stands for whatever the facts, e.g. `a name that nothing declares`. */
  readonly title: string
  /** Shown by `hgq explain`: why it is so, and what to do. Empty where the message says it all. */
  readonly explanation: string
}

/** All messages of the area files that were loaded, by code. */
const registry = new Map<DiagnosticCode, Message<never>>()

/**
 * Defines one message. `build` turns facts into text; call sites never build text themselves.
 * Throws when the code is taken or has not four digits, which is a bug.
 */
export function define<Facts>(
  code: DiagnosticCode,
  severity: Severity,
  title: string,
  build: (facts: Facts) => DiagnosticText,
  explanation = '',
): Message<Facts> {
  if (!/^HGQ[1-7]\d{3}$/.test(code)) throw new Error(`"${code}" is not a code of the catalogue`)
  if (registry.has(code)) throw new Error(`two messages have the code ${code}`)
  const make = (facts: Facts): Diagnostic => {
    const text = build(facts)
    return {
      code,
      severity,
      message: text.message,
      span: text.span,
      label: text.label,
      related: text.related ?? [],
      notes: text.notes ?? [],
      fixes: text.fixes ?? [],
    }
  }
  const message = Object.assign(make, { code, severity, title, explanation })
  registry.set(code, message)
  return message
}

/** Every message that is loaded, in the order of the codes. */
export function definedMessages(): readonly Message<never>[] {
  return [...registry.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** The note `did you mean …?`, or nothing. */
export function didYouMean(nearest: string | undefined): readonly string[] {
  return nearest === undefined ? [] : [`did you mean '${nearest}'?`]
}

/** The fix that replaces what `span` covers, or nothing. */
export function replaceBy(span: Span, text: string | undefined, title?: string): readonly Fix[] {
  return text === undefined ? [] : [{ title: title ?? `replace it by '${text}'`, edits: [{ span, text }] }]
}
