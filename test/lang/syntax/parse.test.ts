import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Diagnostic, Fix } from '../../../lang/diagnostics/diagnostic.js'
import { parseModule } from '../../../lang/syntax/parse.js'
import { suite } from '../../kit.js'
import { packageRoot } from '../../paths.js'
import { FOREIGN, WORDS } from './words.js'

const test = suite('parser')
const PATH = 'p.hgq'

function parse(text: string): ReturnType<typeof parseModule> {
  return parseModule({ path: PATH, text })
}

/** Inputs of the data-file cases, without what is expected of them. */
function caseTexts(folder: string): Map<string, string> {
  const path = join(packageRoot, 'test', 'cases', folder)
  return new Map(
    readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8').replace(/^\/\/!.*\n?/gm, '')]),
  )
}

function apply(text: string, fix: Fix): string {
  const edits = [...fix.edits].sort((a, b) => b.span.start - a.span.start)
  return edits.reduce(
    (result, { span, text: insert }) => result.slice(0, span.start) + insert + result.slice(span.end),
    text,
  )
}

const sameMistake = (diagnostic: Diagnostic) => `${diagnostic.code} ${diagnostic.message}`

test('every fix cures its own message and brings no new one', () => {
  let fixes = 0
  for (const [name, text] of [...caseTexts('parse'), ...caseTexts('check')]) {
    const before = parse(text).diagnostics
    for (const diagnostic of before) {
      for (const fix of diagnostic.fixes) {
        fixes++
        const after = parse(apply(text, fix)).diagnostics
        assert.ok(
          after.length < before.length,
          `${name}: ${fix.title}: ${before.map(sameMistake).join('; ')} became ${after.map(sameMistake).join('; ')}`,
        )
      }
    }
  }
  assert.ok(fixes >= 60, `only ${fixes} fixes were tried`)
})

test('names and values lie where the tree says', () => {
  const text = 'hgq 1\n/// Doc.\nexport layer f(x: tensor) {\n  return (x + 1) |> relu\n}\n'
  const [layer] = parse(text).ast.declarations
  if (layer?.kind !== 'layer') throw new Error('no layer')
  const [statement] = layer.body
  if (statement?.kind !== 'return' || statement.value.kind !== 'pipe') throw new Error('no pipe')
  const at = (span: { start: number; end: number }): string => text.slice(span.start, span.end)
  assert.is(at(layer.span), text.slice(text.indexOf('export'), -1))
  assert.is(at(layer.name.span), 'f')
  assert.is(at(statement.span), 'return (x + 1) |> relu')
  assert.is(at(statement.value.span), '(x + 1) |> relu')
  assert.is(at(statement.value.value.span), '(x + 1)')
  assert.is(at(statement.value.call.span), 'relu')
})

const pieces = fc.constantFrom(...WORDS, ...FOREIGN)

test('no text crashes the parser, and every message lies in the text', () => {
  const check = (text: string): void => {
    for (const { span, related, fixes } of parse(text).diagnostics) {
      const spans = [
        span,
        ...related.map((other) => other.span),
        ...fixes.flatMap((fix) => fix.edits.map((edit) => edit.span)),
      ]
      for (const place of spans) {
        assert.ok(place !== undefined && 0 <= place.start && place.start <= place.end && place.end <= text.length, text)
      }
    }
  }
  const parameters = { seed: 20_261_123, numRuns: 1_000 }
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (words) => check(words.join(' '))),
    parameters,
  )
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), check), parameters)
})

test('an incomplete line never swallows the next one', () => {
  const lines = [
    'epochs = 300',
    'loss = mse',
    'keep = pareto(accuracy, ebops)',
    'split = { train = 70 %, test = 30 % }',
  ]
  for (const line of lines) {
    const words = line.split(/(?<=\S)(?=\s)|(?<=[(])|(?=[)])/)
    for (let kept = 1; kept < words.length; kept++) {
      const text = `hgq 1\ntrain a {\n  ${words.slice(0, kept).join('')}\n  batch = 4096\n}\nbudget b {\n  lut <= 3\n}\n`
      const { ast, diagnostics } = parse(text)
      const names = ast.declarations.map((declaration) =>
        'entries' in declaration ? declaration.entries.map((entry) => entry.name.name) : [],
      )
      assert.ok(names[0]?.includes('batch'), `${text}\n${diagnostics.map(sameMistake).join('\n')}`)
      assert.equal(names[1], ['lut'], text)
      assert.is(diagnostics.length, 1, `${text}\n${diagnostics.map(sameMistake).join('\n')}`)
      const [first] = diagnostics
      const broken = text.split('\n').slice(0, 3).join('\n').length
      assert.ok((first?.span?.start ?? 0) > 15 && (first?.span?.end ?? 0) <= broken + 1, text)
    }
  }
})

test('five thousand lines are read in a fraction of a second', () => {
  const text = readFileSync(join(packageRoot, 'examples', 'muon', 'pipeline.hgq'), 'utf8')
    .replace('hgq 1', '')
    .repeat(80)
  const times = [1, 2, 3].map((run) => {
    const start = performance.now()
    assert.equal(parse(`hgq 1\n${text}// ${run}\n`).diagnostics, [])
    return performance.now() - start
  })
  // About 100 ms on a free machine; the bound leaves room for a busy one and still catches quadratic behaviour.
  assert.ok(Math.min(...times) < 2_000, `${times}`)
})

test('what is nested too deeply or chained without end is a message, not a crash', () => {
  const shapes: ((n: number) => string)[] = [
    (n) => `let a = ${'('.repeat(n)}1${')'.repeat(n)}`,
    (n) => `let a = ${'[f('.repeat(n)}1${')]'.repeat(n)}`,
    (n) => `let a = ${'{ a = '.repeat(n)}1${' }'.repeat(n)}`,
    (n) => `let a = ${'true ? 1 : '.repeat(n)}1`,
    (n) => `let a = 1${' + 1'.repeat(n)}`,
    (n) => `let a = b${'[0]'.repeat(n)}`,
    (n) => `let a = ${'not '.repeat(n)}b`,
    (n) => `layer f(x: ${'list['.repeat(n)}int${']'.repeat(n)}) {\n  return x\n}`,
    (n) => `layer f(x: tensor) {\n${'for i in y {\n'.repeat(n)}${'}\n'.repeat(n)}}`,
  ]
  for (const shape of shapes) {
    assert.equal(parse(`hgq 1\n${shape(10)}\n`).diagnostics, [], shape(3))
    const codes = parse(`hgq 1\n${shape(10_000)}\nlet b = 'c'\n`).diagnostics.map(({ code }) => code)
    assert.ok(codes[0] === 'HGQ1033' || codes[0] === 'HGQ1034', `${shape(3)}: ${codes}`)
    assert.equal(codes.slice(1), ['HGQ1012'], shape(3))
  }
})
