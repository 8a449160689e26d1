import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { type ForeignLanguage, foreignFile } from '../diagnostics/messages/syntax.js'
import type { SourceFile } from '../source.js'
import { DECLARATION_KEYWORDS } from './tokens.js'

const words = DECLARATION_KEYWORDS.map(({ name }) => name.replace(/^\w+_/, '')).join('|')
const DECLARES = new RegExp(`^(?:export[ \\t]+)?(?:${words})[ \\t]+"?\\w+"?[ \\t]*(?:\\([^\\n]*\\)?[ \\t]*)?\\{`, 'm')

/** What the first line that says something looks like, in each language. */
const STARTS: readonly (readonly [ForeignLanguage, RegExp])[] = [
  ['JSON', /^(?:\{\s*(?:"|\}?\s*$)|\[\s*(?:\{|"))/],
  ['TOML', /^\[{1,2}[\w.\- ]+\]{1,2}\s*(?:#.*)?$/],
  ['YAML', /^(?:---(?:\s|$)|%YAML|(?!let\b)[A-Za-z_][\w-]*:(?:\s|$)|- [\w"'])/],
  [
    'Python',
    /^(?:import\s+[A-Za-z_][\w.]*(?:\s+as\s+\w+)?\s*(?:,.*)?(?:#.*)?$|from\s+[\w.]+\s+import\b|def\s+\w+\(|class\s+\w+.*:$|@\w|print\(|\w+\s*=\s*(?:[\w.]+\.)?[A-Z]\w*\()/,
  ],
  ['XML', /^<[?!A-Za-z]/],
  ['C++', /^#\s*include\b/],
]

/**
 * One message for a file that is all in another language, JSON or Python say, of which every line would be a mistake of its own.
 * A file with a declaration of this language in it is a pipeline, whatever else it holds.
 */
export function foreignFileOf({ path: file, text }: SourceFile): Diagnostic | undefined {
  if (DECLARES.test(text)) return undefined
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g)) {
    const content = line.replace(/^\ufeff/, '').trim()
    const isComment = /^\/\//.test(content) || (/^#/.test(content) && !/^#\s*include\b/.test(content))
    if (content === '' || isComment || /^(?:hgq[ \t]+[\d.]+|"""[^"]*""")$/.test(content)) continue
    const language = STARTS.find(([, pattern]) => pattern.test(content))?.[0]
    if (language === undefined) return undefined
    const start = index + line.indexOf(content)
    return foreignFile({ language, span: { file, start, end: start + content.length } })
  }
  return undefined
}
