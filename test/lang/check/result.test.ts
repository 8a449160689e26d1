import * as assert from 'uvu/assert'
import type { BoundCall, Reference } from '../../../lang/check/result.js'
import type { Expression } from '../../../lang/syntax/ast.js'
import { suite } from '../../kit.js'
import { check, inLayer, pipelineOf } from './checked.js'

const test = suite('check: what the elaborator gets')

/** Calls of the pipeline file by the text of their key, arguments as text. */
function callsOf(text: string): Record<string, string> {
  const program = check(text)
  assert.equal(
    program.diagnostics.map(({ message }) => message),
    [],
  )
  const module = pipelineOf(program)
  const textOf = (node: { readonly span: { readonly start: number; readonly end: number } }): string =>
    module.text.slice(node.span.start, node.span.end)
  const describe = (call: BoundCall): string =>
    call.arguments
      .map(({ parameter, value }) => `${parameter.name.name}=${value === undefined ? '?' : textOf(value)}`)
      .join(' ')
  return Object.fromEntries(
    [...module.calls].map(([key, call]) => [textOf(key).split('{')[0]?.trim() ?? '', describe(call)]),
  )
}

function referencesOf(text: string): Record<string, Reference> {
  const module = pipelineOf(check(text))
  const named = [...module.references].map(([node, reference]): [string, Reference] => [
    module.text.slice(node.span.start, node.span.end),
    reference,
  ])
  return Object.fromEntries(named)
}

test('arguments come in the order of the parameters, what is piped in included', () => {
  const calls = callsOf(
    `import "std/layers" { dense }\n${inLayer('return x |> dense(use_bias = false, units = 3) with { weight = fixed(1, 2) }')}`,
  )
  assert.equal(calls['dense(use_bias = false, units = 3)'], 'x=x units=3 use_bias=false init=?')
  assert.equal(calls['fixed(1, 2)']?.startsWith('integer=1 fraction=2 magnitude=?'), true)
})

test('a bare name that is called has a call of its own', () => {
  const calls = callsOf(inLayer('return (x |> abs) * parameter([3], init = ones)'))
  assert.equal(calls.abs, 'x=x')
  assert.equal(calls.ones, '')
})

test('a share has a partial call, and each use a call with the open parameter', () => {
  const text = `import "std/layers" { dense }\n${inLayer('share cell = dense(3)\nreturn cell(x)')}`
  const calls = callsOf(text)
  assert.equal(calls['dense(3)'], 'x=? units=3 use_bias=? init=?')
  assert.equal(calls['cell(x)'], 'x=x')
  const partial = [...pipelineOf(check(text)).calls.values()].map((call) => call.partial)
  assert.equal(partial.filter(Boolean).length, 1)
})

test('entries are the arguments of their declaration', () => {
  const calls = callsOf('export device d {\nvendor = amd\npart = "p"\nfamily = "f"\nlut = 1\nff = 2\ndsp = 3\n}')
  assert.equal(calls['export device d'], 'part="p" vendor=amd family="f" speed_grade=? lut=1 ff=2 dsp=3 bram=? uram=?')
})

test('entries of places that layers declare come after those of the schema', () => {
  const layer = inLayer('place scores = activation\nreturn quantize(x, at = scores)')
  const calls = callsOf(
    `${layer}export quantizer q {\nscores = fixed(1, 1)\nweight = fixed(1, 2)\nactivation = fixed(1, 3)\n}`,
  )
  assert.equal(
    calls['export quantizer q'],
    'weight=fixed(1, 2) activation=fixed(1, 3) bias=? table=? scores=fixed(1, 1)',
  )
})

test('references tell members, places, metrics, bounds and locals apart', () => {
  const references = referencesOf(
    `${inLayer('place scores = activation\nlet y = quantize(x, at = scores)\nreturn y')}export let f = fixed(1, 2, round = truncate)\nexport budget b { latency <= 5 ns, accuracy >= 3 % }`,
  )
  assert.equal(references.truncate, { kind: 'member', enumeration: 'rounding', member: 'truncate' })
  assert.equal(references.scores?.kind === 'place' && references.scores.chain, ['scores', 'activation'])
  assert.equal(references.latency, { kind: 'bound', quantity: 'latency', ofDevice: false })
  assert.equal(references.accuracy?.kind, 'metric')
  assert.equal(references.y?.kind === 'local' && references.y.role, 'let')
  assert.equal(references.x?.kind === 'local' && references.x.role, 'parameter')
})

test('every expression of a file without errors has a type', () => {
  const module = pipelineOf(
    check(`import "std/layers" { dense }\n${inLayer('for n in [1, 2] {\nx = x |> dense(n * 2)\n}\nreturn x')}`),
  )
  const kinds = new Set([...module.types].map(([expression]: [Expression, unknown]) => expression.kind))
  for (const kind of ['list', 'number', 'binary', 'pipe', 'call', 'name'])
    assert.ok([...kinds].includes(kind as Expression['kind']), kind)
})

test('imported modules come before those that import them, the prelude first', () => {
  const files = { 'b.hgq': 'hgq 1\nimport "./c.hgq" { c }\nexport let b = c\n', 'c.hgq': 'hgq 1\nexport let c = 1\n' }
  const program = check('import "./b.hgq" { b }\nexport let a = b\n', files)
  assert.equal([...program.modules.keys()], ['std/prelude', 'c.hgq', 'b.hgq', 'pipeline.hgq'])
})
