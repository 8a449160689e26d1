import { renderDiagnostic } from '../../../lang/diagnostics/render.js'
import { parseModule } from '../../../lang/syntax/parse.js'
import { ENTRY, testCases } from '../../cases.js'
import { suite } from '../../kit.js'
import { outline } from './outline.js'

const test = suite('parse cases')

/** The messages, if there are any, then the outline of the tree. */
testCases(test, 'parse', ({ files }) => {
  const text = files.get(ENTRY) ?? ''
  const { ast, diagnostics } = parseModule({ path: ENTRY, text })
  const messages = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, () => text, { colour: false }))
  return [...messages, outline(ast)].join('\n\n')
})
