import { analyze } from '../../lang/analyze.js'
import { renderDiagnostic } from '../../lang/diagnostics/render.js'
import { ENTRY, testCases } from '../cases.js'
import { suite } from '../kit.js'
import { memoryHost } from './memory-host.js'

const test = suite('check cases')

/** Every message of a broken pipeline, as users see it. */
testCases(test, 'check', ({ files }) => {
  const { diagnostics } = analyze(ENTRY, memoryHost(Object.fromEntries(files)))
  // Of the standard library only the name of the file is shown, so that it may change without changing every case.
  const textOf = (file: string): string | undefined => files.get(file)
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, textOf, { colour: false })).join('\n\n')
})
