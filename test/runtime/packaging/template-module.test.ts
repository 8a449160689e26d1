import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { templatesOf } from '../../../runtime/packaging/closure.js'
import { compiledTemplates, packageRoot, runsFromSource } from '../../../runtime/packaging/locations.js'
import { templateModule } from '../../../runtime/packaging/template-module.js'
import { packageTemplates } from '../../../runtime/tools/templates.js'
import { suite } from '../../kit.js'

const test = suite('runtime/packaging/template-module')
const folder = join(packageRoot, 'targets')

const name = 'the templates of the package are those that lie beside the emitters'
if (runsFromSource) test.skip(name, 'they are compiled with the package alone')
else {
  test(name, () => {
    assert.is(readFileSync(compiledTemplates, 'utf8'), templateModule(folder), 'npm run build makes them again')
  })
}

test('each of them can be had, and no other', () => {
  const names = templatesOf(folder)
  assert.ok(names.length > 0)
  for (const each of names) assert.type(packageTemplates(each).root, 'function')
  assert.throws(() => packageTemplates('verilog/templates/none.njk'), /none\.njk/)
})
