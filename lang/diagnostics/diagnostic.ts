import type { Span } from '../source.js'
import type { DiagnosticCode } from './catalogue.js'

export type Severity = 'error' | 'warning' | 'hint'

/** One message to the user. Made only by the functions of `catalogue.ts`, so that every text has one home. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  /** One line, in the user's words, without a full stop. */
  readonly message: string
  /** Undefined for a message that is about no place in a source file, e.g. a missing tool. */
  readonly span?: Span | undefined
  /** Text shown at the marks under `span`. */
  readonly label?: string | undefined
  /** Other places that explain it: where something was defined, what it collides with. */
  readonly related: readonly { readonly span: Span; readonly text: string }[]
  /** Further lines, each shown after `=`: the rule, the cure, the nearest name. */
  readonly notes: readonly string[]
  readonly fixes: readonly Fix[]
}

/** A change of the text that cures the message. */
export interface Fix {
  readonly title: string
  readonly edits: readonly { readonly span: Span; readonly text: string }[]
}

/** Expected failures are values. */
export type Result<T, E = Diagnostic> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E }
