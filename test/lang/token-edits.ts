import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IToken } from 'chevrotain'
import { integerAt, type RandomKey } from '../../compiler/numeric/random.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { LineTable } from '../../lang/diagnostics/lines.js'
import { lex } from '../../lang/syntax/lexer.js'
import { packageRoot, sharedFile } from '../paths.js'

/** A text with one token deleted, or replaced by another one of the same text. */
export interface TokenEdit {
  readonly text: string
  /** What was done, for messages. */
  readonly what: string
  /** Range in the new text from the start of the token before the edit to the end of the one behind it. */
  readonly around: { readonly start: number; readonly end: number }
}

/** A valid text and its tokens. */
export interface Base {
  readonly name: string
  readonly text: string
  readonly tokens: readonly IToken[]
}

/** Files that declare what TypeScript implements, which only the standard library may. */
const NO_PIPELINES = /(?:prelude|layers)\.hgq$/

/** Every valid file there is: the examples, those of the design where they are, the library, and `test/cases/valid`. */
export function validFiles(): Base[] {
  const folders = ['examples', 'stdlib', 'test/cases/valid'].map((folder) => join(packageRoot, folder))
  const shared = sharedFile('design/examples')
  const files = [...folders, ...(shared === null ? [] : [shared])].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      // A build leaves its store beside the pipeline, in a folder named `.hgq`.
      .filter((file) => /[^/\\]\.hgq$/.test(file) && !NO_PIPELINES.test(file))
      .sort()
      .map((file) => join(folder, file)),
  )
  return files.map((name) => {
    const text = readFileSync(name, 'utf8')
    return { name, text, tokens: lex({ path: name, text }).tokens }
  })
}

/** The `index`-th random edit of `base`; equal keys and indices give equal edits. */
export function editToken(base: Base, key: RandomKey, index: number): TokenEdit {
  const { text, tokens } = base
  const at = integerAt(key, 4 * index, tokens.length)
  const token = tokens[at]
  if (token === undefined) throw new Error(`${base.name} has no token`)
  const other = tokens[integerAt(key, 4 * index + 1, tokens.length)]?.image ?? ''
  const replacement = integerAt(key, 4 * index + 2, 2) === 0 || other === token.image ? '' : other
  const end = token.startOffset + token.image.length
  const grown = replacement.length - token.image.length
  const previous = tokens[at - 1]
  const next = tokens[at + 1]
  return {
    text: text.slice(0, token.startOffset) + replacement + text.slice(end),
    what: replacement === '' ? `'${token.image}' deleted` : `'${token.image}' replaced by '${replacement}'`,
    around: {
      start: previous?.startOffset ?? 0,
      end: next === undefined ? text.length + grown : next.startOffset + next.image.length + grown,
    },
  }
}

/** Whether the message points at the edited token or at one beside it, with its own place or with a related one. */
export function touches(diagnostic: Diagnostic, edit: TokenEdit, file: string): boolean {
  const lines = new LineTable(edit.text)
  return [diagnostic.span, ...diagnostic.related.map((related) => related.span)].some((span) => {
    if (span === undefined || span.file !== file) return false
    if (span.start > edit.around.end || span.end < edit.around.start) return false
    // A place of many lines touches everything in it, which would prove nothing.
    return lines.lineAt(span.end) - lines.lineAt(span.start) <= 1
  })
}
