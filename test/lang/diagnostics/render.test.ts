import * as assert from 'uvu/assert'
import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import { renderDiagnostic } from '../../../lang/diagnostics/render.js'
import type { Span } from '../../../lang/source.js'
import { suite } from '../../kit.js'

const test = suite('rendered diagnostics')

/** The text between the first `⟦` and `⟧` of a text, which are taken out. */
function marked(text: string, file = 'p.hgq'): { text: string; span: Span } {
  const start = text.indexOf('⟦')
  const end = text.indexOf('⟧') - 1
  return { text: text.replace('⟦', '').replace('⟧', ''), span: { file, start, end } }
}

function diagnostic(facts: Partial<Diagnostic>): Diagnostic {
  return { code: 'HGQ2107', severity: 'error', message: 'a message', related: [], notes: [], fixes: [], ...facts }
}

function render(facts: Partial<Diagnostic>, text: string, options = {}): string {
  return renderDiagnostic(diagnostic(facts), () => text, { colour: false, ...options })
}

test('the example of the language page', () => {
  const lines = Array.from({ length: 29 }, () => '')
  lines[23] = '  input bypass[16]'
  lines[28] = '  output x |> dense(5) + bypass'
  const text = lines.join('\n')
  const use = text.lastIndexOf('bypass')
  const declaration = text.indexOf('input')
  const rendered = render(
    {
      message: "these shapes don't match",
      span: { file: 'pipeline.hgq', start: use, end: use + 6 },
      label: 'bypass is [16]; the left side is [5]',
      related: [{ span: { file: 'pipeline.hgq', start: declaration, end: declaration + 16 }, text: 'declared here' }],
      notes: ['an elementwise sum needs equal shapes, or an axis of length 1'],
    },
    text,
  )
  assert.is(
    rendered,
    [
      "error HGQ2107: these shapes don't match",
      '  ┌─ pipeline.hgq:29:26',
      '  │',
      '29│   output x |> dense(5) + bypass',
      '  │                          ^^^^^^ bypass is [16]; the left side is [5]',
      '  ┌─ pipeline.hgq:24:3',
      '24│   input bypass[16]',
      '  │   ---------------- declared here',
      '  = an elementwise sum needs equal shapes, or an axis of length 1',
    ].join('\n'),
  )
})

test('a message about no place has only its line and its notes', () => {
  assert.is(render({ notes: ['install it'] }, ''), 'error HGQ2107: a message\n  = install it')
})

test('a file whose text is unknown is named', () => {
  const facts = diagnostic({ span: { file: 'gone.hgq', start: 3, end: 4 } })
  assert.is(
    renderDiagnostic(facts, () => undefined, { colour: false }),
    'error HGQ2107: a message\n  ┌─ gone.hgq',
  )
})

test('columns count code points, not UTF-16 units', () => {
  const { text, span } = marked('let a = "😀é" + ⟦b⟧')
  const lines = render({ span }, text).split('\n')
  assert.is(lines[1], '  ┌─ p.hgq:1:16')
  assert.is(lines[3], ' 1│ let a = "😀é" + b')
  assert.is(lines[4], '  │                ^')
})

test('tabs are expanded, and the marks with them', () => {
  const { text, span } = marked('\tlet\ta = ⟦b⟧')
  const lines = render({ span }, text).split('\n')
  assert.is(lines[1], '  ┌─ p.hgq:1:10')
  assert.is(lines[3], ' 1│     let a = b')
  assert.is(lines[4], '  │             ^')
})

test('of a place of several lines the first and the last are shown', () => {
  const { text, span } = marked('let a = ⟦f(\n  1,\n  2,\n)⟧ + 1')
  assert.is(
    render({ span, label: 'here' }, text),
    [
      'error HGQ2107: a message',
      '  ┌─ p.hgq:1:9',
      '  │',
      ' 1│ let a = f(',
      '  │         ^^',
      '  │ …',
      ' 4│ ) + 1',
      '  │ ^ here',
    ].join('\n'),
  )
})

test('an empty place is one mark, also at the end of the text', () => {
  const { text, span } = marked('let a =⟦⟧')
  assert.is(render({ span }, text).split('\n')[4], '  │        ^')
})

test('a related place on the same line stands below it', () => {
  const text = 'let a = b + c'
  const span = { file: 'p.hgq', start: 12, end: 13 }
  const related = [{ span: { file: 'p.hgq', start: 8, end: 9 }, text: 'left' }]
  const lines = render({ span, label: 'right', related }, text).split('\n')
  assert.equal(lines.slice(3), [' 1│ let a = b + c', '  │             ^ right', '  │         - left'])
})

test('long lines are clipped around the place', () => {
  const { text, span } = marked(`let a = [${'1, '.repeat(100)}⟦bad⟧, ${'2, '.repeat(100)}]`)
  const lines = render({ span }, text, { width: 60 }).split('\n')
  const shown = lines[3] ?? ''
  assert.ok(shown.length <= 60 + 6, shown)
  assert.ok(shown.startsWith(' 1│ …') && shown.endsWith('…'), shown)
  const column = (lines[4] ?? '').indexOf('^^^')
  assert.is(shown.slice(column, column + 3), 'bad')
})

test('carriage returns are not shown', () => {
  const { text, span } = marked('hgq 1\r\nlet a = ⟦b⟧\r\n')
  assert.is(render({ span }, text).split('\n')[3], ' 2│ let a = b')
})

test('the gutter is as wide as the largest line number', () => {
  const { text, span } = marked(`${'\n'.repeat(1233)}let a = ⟦b⟧`)
  assert.equal(
    render({ span, notes: ['n'] }, text)
      .split('\n')
      .slice(1),
    ['    ┌─ p.hgq:1234:9', '    │', '1234│ let a = b', '    │         ^', '    = n'],
  )
})

test('fixes are shown after the notes, but not where the note says the same', () => {
  const { text, span } = marked('let a = ⟦relo⟧')
  const fixes = [{ title: "replace it by 'relu'", edits: [{ span, text: 'relu' }] }]
  assert.is(
    render({ span, notes: ['a note'], fixes }, text)
      .split('\n')
      .at(-1),
    "  = fix: replace it by 'relu'",
  )
  const notes = ["did you mean 'relu'?"]
  assert.is(render({ span, notes, fixes }, text).split('\n').at(-1), "  = did you mean 'relu'?")
})

test('colours are used only when asked for', () => {
  const { text, span } = marked('let a = ⟦b⟧')
  assert.not.ok(render({ span }, text).includes('\u001b'))
  const coloured = render({ span }, text, { colour: true })
  assert.ok(coloured.includes('\u001b[1;31merror HGQ2107\u001b[0m'))
})
