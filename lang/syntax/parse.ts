import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { SourceFile } from '../source.js'
import type { ModuleAst } from './ast.js'
import { ModuleGrammar } from './grammar/module.js'
import { separateLines } from './layout.js'
import { lex } from './lexer.js'

let shared: ModuleGrammar | undefined

/**
 * Reads a module. Always gives a tree, of what could be read, and every independent mistake in source order.
 */
export function parseModule(source: SourceFile): { ast: ModuleAst; diagnostics: Diagnostic[] } {
  const lexed = lex(source)
  const tokens = separateLines(lexed.tokens)
  const file = source.path
  shared ??= new ModuleGrammar()
  shared.load({ file, tokens, docs: lexed.docs })
  const module = shared.module()
  const diagnostics = [...shared.problems]
  const ast: ModuleAst = {
    ...module,
    path: file,
    span: { file, start: 0, end: source.text.length },
    broken: [...shared.broken],
  }
  return { ast, diagnostics }
}
