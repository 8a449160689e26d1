import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { LineTable } from '../diagnostics/lines.js'
import * as messages from '../diagnostics/messages/syntax.js'
import * as brackets from '../diagnostics/messages/syntax-brackets.js'
import * as signs from '../diagnostics/messages/syntax-tokens.js'
import type { SourceFile, Span } from '../source.js'
import type { ModuleAst } from './ast.js'
import { balanceBrackets } from './brackets.js'
import { foreignFileOf } from './foreign-file.js'
import { ModuleGrammar } from './grammar/module.js'
import { mendKeywords } from './keywords.js'
import { separateLines } from './layout.js'
import { lex } from './lexer.js'
import { mendTokens } from './mend.js'
import { joinAcrossInvisible, ONLY_INVISIBLE } from './mending/invisible.js'
import { joinLetters } from './mending/letters.js'
import { mendMarks } from './mending/marks.js'
import { mendWith } from './mending/with.js'
import { Hgq } from './tokens.js'

/** Made at the first use: building the parser costs some milliseconds. */
let shared: ModuleGrammar | undefined

/**
 * Reads a module. Always gives a tree, of what could be read, and every independent mistake in source order.
 *
 * The tokens are mended before the grammar sees them: foreign symbols, misspelled keywords, brackets that do not match.
 * So the grammar may trust brackets and line ends, and an error stays within its entry or statement.
 */
export function parseModule(source: SourceFile): { ast: ModuleAst; diagnostics: Diagnostic[] } {
  const known = recent.get(source.path)
  if (known?.text === source.text) return { ast: known.ast, diagnostics: [...known.diagnostics] }
  const parsed = parseAnew(source)
  recent.delete(source.path)
  recent.set(source.path, { text: source.text, ...parsed })
  for (const [oldest] of recent) {
    if (recent.size <= REMEMBERED) break
    recent.delete(oldest)
  }
  return { ast: parsed.ast, diagnostics: [...parsed.diagnostics] }
}

/** The last reading of each file: an editor checks on every key, and the standard library does not change meanwhile. */
const recent = new Map<string, { text: string; ast: ModuleAst; diagnostics: readonly Diagnostic[] }>()
const REMEMBERED = 64

function parseAnew(source: SourceFile): { ast: ModuleAst; diagnostics: Diagnostic[] } {
  const file = source.path
  const foreign = foreignFileOf(source)
  // Nothing of it is read: it says nothing that a pipeline says.
  if (foreign !== undefined) {
    const whole = { file, start: 0, end: source.text.length }
    const nothing = { version: undefined, imports: [], declarations: [] }
    return { ast: { ...nothing, path: file, span: whole, broken: [whole] }, diagnostics: [foreign] }
  }
  const lexed = lex(source)
  const visible = joinAcrossInvisible(lexed, source.text, file)
  const lettered = joinLetters(visible, source.text, file)
  const mended = mendTokens(lettered.tokens, file)
  const unmarked = mendMarks(mended.tokens, file)
  const configured = mendWith(unmarked.tokens, file)
  const spelled = mendKeywords(configured.tokens, file)
  const balanced = balanceBrackets(spelled.tokens, file)
  shared ??= new ModuleGrammar()
  shared.load({ file, tokens: separateLines(balanced.tokens), docs: lexed.docs })
  const module = shared.module()
  const certain = [
    ...lettered.unknown.map(({ start, end }) => unknownCharacters(source, { file, start, end })),
    ...visible.diagnostics,
    ...lettered.diagnostics,
    ...mended.diagnostics,
    ...unmarked.diagnostics,
    ...configured.diagnostics,
    ...spelled.diagnostics,
    ...missingVersion(mended.tokens, file, shared.problems),
    ...balanced.diagnostics,
  ]
  const whole = { file, start: 0, end: source.text.length }
  const broken = [...balanced.broken, ...shared.broken]
  const ast: ModuleAst = { ...module, path: file, span: whole, broken, lostName: shared.lostName }
  return { ast, diagnostics: inSourceOrder(withoutEchoes(certain, shared.problems, new LineTable(source.text))) }
}

function unknownCharacters(source: SourceFile, span: Span): Diagnostic {
  const text = source.text.slice(span.start, span.end)
  if (text === '%') return signs.noModulo({ percent: span, span: undefined })
  if (ONLY_INVISIBLE.test(text)) return signs.invisibleCharacter({ found: text, within: undefined, span })
  return signs.unknownCharacter({ text, span })
}

function missingVersion(tokens: readonly IToken[], file: string, problems: readonly Diagnostic[]): Diagnostic[] {
  const [first] = tokens
  if (first?.tokenType === Hgq) return []
  const start = first?.startOffset ?? 0
  const end = first === undefined ? start : (first.endOffset ?? start) + 1
  const isStrange = problems.some(({ code, span }) => code === messages.unexpected.code && span?.start === start)
  return [messages.missingVersion({ span: { file, start, end }, isStrange })]
}

/** An error of the grammar on a line of which something else is already known to be wrong is probably its echo. */
function withoutEchoes(
  certain: readonly Diagnostic[],
  uncertain: readonly Diagnostic[],
  lineTable: LineTable,
): Diagnostic[] {
  const lines = new Set<number>()
  for (const { code, span, related } of certain) {
    if (code === messages.missingVersion.code) continue
    for (const place of [span, ...related.map((other) => other.span)]) {
      if (place !== undefined) lines.add(lineTable.lineAt(place.start))
    }
  }
  const kept = [...certain]
  const start = certain.find(({ code }) => code === messages.missingVersion.code)?.span?.start
  for (const problem of uncertain) {
    // What starts neither with the version nor with a declaration is told to be no pipeline once.
    if (problem.code === messages.unexpected.code && problem.span?.start === start && start !== undefined) continue
    const line = problem.span === undefined ? -1 : lineTable.lineAt(problem.span.start)
    if (ECHOES.has(problem.code)) {
      if (lines.has(line)) continue
      lines.add(line)
    }
    if (STRAY_ON.has(problem.code)) lines.add(line)
    kept.push(problem)
  }
  return kept
}

const ECHOES: ReadonlySet<string> = new Set([
  messages.unexpected.code,
  messages.missingValue.code,
  brackets.strayCloser.code,
  signs.noModulo.code,
])

/** Behind these, the rest of the line is read as something that it may not be. */
const STRAY_ON: ReadonlySet<string> = new Set([brackets.missingOpener.code, messages.missingEquals.code])

function inSourceOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0))
}
