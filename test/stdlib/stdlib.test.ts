import * as assert from 'uvu/assert'
import { operationNames } from '../../compiler/graph/shapes.js'
import { checkProgram } from '../../lang/check/check.js'
import type { Declaration } from '../../lang/syntax/ast.js'
import { languageHost } from '../../runtime/language-host.js'
import { suite } from '../kit.js'
import { analyzeText, architecture } from '../lang/elaborate/pipelines.js'
import { packageRoot } from '../paths.js'

const test = suite('standard library')
const host = languageHost(packageRoot)

function declarationsOf(module: string): readonly Declaration[] {
  const checked = checkProgram(module, host)
  assert.equal(
    checked.diagnostics.filter(({ severity }) => severity !== 'hint').map(({ code, message }) => `${code} ${message}`),
    [],
  )
  return checked.modules.get(module)?.ast.declarations ?? []
}

for (const module of [...host.standardModules(), 'std/prelude']) {
  test(`${module} checks, and what it exports is documented`, () => {
    const exported = declarationsOf(module).filter((declaration) => declaration.exported)
    assert.equal(
      exported.filter((declaration) => declaration.doc === '').map((declaration) => declaration.name.name),
      [],
    )
    assert.ok(module === 'std/prelude' || exported.length > 0)
  })
}

test('every operation that the library declares has a shape rule, and every rule an operation or an operator', () => {
  const declared = [...declarationsOf('std/prelude'), ...declarationsOf('std/layers')].flatMap((declaration) =>
    declaration.kind === 'extern' && declaration.what === 'operation' ? [declaration.name.name] : [],
  )
  const operators = ['add', 'subtract', 'multiply']
  assert.equal([...declared, ...operators].sort(), [...operationNames].sort())
})

test('every device can be a target', () => {
  const names = declarationsOf('std/devices').map((declaration) => declaration.name.name)
  const targets = names.map((name) => `target on_${name} { device = ${name}, clock = 200 MHz, language = verilog }`)
  const text = `hgq 1\nimport "std/devices" { ${names.join(', ')} }\n${targets.join('\n')}\n`
  assert.equal(analyzeText(text).marks, [])
  assert.ok(names.length >= 20)
})

test('every quantizer suits a dense network', () => {
  for (const declaration of declarationsOf('std/quantizers')) {
    const name = declaration.name.name
    const text = architecture('  output dense(x, 1)')
      .replace('{ per_parameter, per_channel }', `{ ${name} }`)
      .replace('with per_parameter', `with ${name}`)
    assert.equal(analyzeText(text).marks, [], name)
  }
})

test('every layer with a table checks, quantized before and behind, with widths of its own', () => {
  const layers = ['tanh', 'sigmoid', 'softplus', 'gelu', 'silu', 'elu', 'softmax', 'softmax(axis = 0, stable = false)']
  for (const layer of layers) {
    const name = /^\w+/.exec(layer)?.[0] ?? ''
    const before = `import "std/layers" { ${name} as layer_of_tables }`
    const call = layer.replace(name, 'layer_of_tables')
    const text = architecture(`  output x |> dense(5) |> ${call}`, before)
    assert.equal(analyzeText(text).marks, [], layer)
  }
})
