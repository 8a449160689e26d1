import { analyze } from '../../lang/analyze.js'
import { renderDiagnostic } from '../../lang/diagnostics/render.js'
import { ENTRY, testCases } from '../cases.js'
import { suite } from '../kit.js'
import { memoryHost } from './memory-host.js'

const test = suite('check cases')

/** Every message of a broken pipeline, as users see it. */
testCases(test, 'check', ({ files }) => {
  const host = memoryHost(Object.fromEntries(files))
  const { diagnostics } = analyze(ENTRY, host)
  const textOf = (file: string): string | undefined => files.get(file) ?? host.readModule(file, ENTRY)?.text
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, textOf, { colour: false })).join('\n\n')
})
