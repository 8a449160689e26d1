import * as assert from 'uvu/assert'
import { object, string } from 'valibot'
import { evaluated } from '../../runtime/tools/templates.js'
import { renderTemplate, type TemplateLoader, templateProgram } from '../../targets/templates.js'
import { suite } from '../kit.js'

const test = suite('targets/templates')

function loaderOf(text: string): TemplateLoader {
  return (name) => evaluated(name, text)
}

test('a template with a name that the context lacks is an error', () => {
  const load = loaderOf('module {{ tpo }};')
  assert.throws(() => renderTemplate(load, 'wrong.njk', object({ top: string() }), { top: 'net' }), /undefined/)
})

test('a context that is not what the template expects is an error', () => {
  const load = loaderOf('module {{ top }};')
  const untyped = JSON.parse('{ "top": 3 }')
  assert.throws(() => renderTemplate(load, 'wrong.njk', object({ top: string() }), untyped), /Expected string/)
})

test('nothing is escaped', () => {
  const load = loaderOf('a {{ top }} b')
  assert.is(renderTemplate(load, 'x.njk', object({ top: string() }), { top: 'x<16,6> & "y"' }), 'a x<16,6> & "y" b\n')
})

test('a template that is wrong is an error when it is compiled, with its name and the line', () => {
  assert.throws(() => templateProgram('wrong.njk', 'a\n{% if %}'), /wrong\.njk[\s\S]*Line 2/)
})
