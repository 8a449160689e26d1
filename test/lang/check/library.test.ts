import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { checkProgram } from '../../../lang/check/check.js'
import { suite } from '../../kit.js'
import { sharedFile } from '../../paths.js'
import { memoryHost } from '../memory-host.js'

const test = suite('check: library and examples')

test('every module of the standard library checks without a message', () => {
  const host = memoryHost({})
  for (const specifier of host.standardModules()) {
    const { diagnostics } = checkProgram(specifier, host)
    assert.equal(
      diagnostics.map((diagnostic) => `${diagnostic.span?.file}: ${diagnostic.message}`),
      [],
      specifier,
    )
  }
})

for (const name of ['muon.hgq', 'mixer.hgq']) {
  const file = sharedFile(`design/examples/${name}`)
  if (file === null) test.skip(`${name} checks without a message`, 'the design documents are absent')
  else {
    test(`${name} checks without a message`, () => {
      const { diagnostics } = checkProgram('a.hgq', memoryHost({ 'a.hgq': readFileSync(file, 'utf8') }))
      assert.equal(
        diagnostics.map((diagnostic) => diagnostic.message),
        [],
      )
    })
  }
}
