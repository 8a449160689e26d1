import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { allMessages, messageOf } from '../../../lang/diagnostics/catalogue.js'
import { define } from '../../../lang/diagnostics/define.js'
import { suite } from '../../kit.js'
import { packageRoot } from '../../paths.js'

const test = suite('catalogue of messages')

test('it lists every message that a source file defines, in the order of the codes', () => {
  const folder = join(packageRoot, 'lang', 'diagnostics', 'messages')
  const source = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')
  const defined = [...source.matchAll(/^\s*'(HGQ\d{4})',$|define\('(HGQ\d{4})'/gm)].map(
    (match) => match[1] ?? match[2] ?? '',
  )
  assert.equal(
    allMessages().map(({ code }) => code),
    defined.sort(),
  )
})

test('the code of every message is named by a case or a test', () => {
  const folder = join(packageRoot, 'test')
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(test\.ts|hgq)$/.test(path) && !path.endsWith('catalogue.test.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8'))
  const named = new Set(texts.flatMap((text) => text.match(/HGQ\d{4}/g) ?? []))
  assert.equal(
    allMessages().flatMap(({ code }) => (named.has(code) ? [] : [code])),
    [],
  )
})

test('every message has a title in the words of users', () => {
  for (const { code, title } of allMessages()) {
    assert.ok(title.length > 0 && !title.endsWith('.') && title[0] === title[0]?.toLowerCase(), `${code}: ${title}`)
  }
})

test('a message is found by its code', () => {
  assert.is(messageOf('HGQ2001')?.title, 'a name that nothing declares')
  assert.is(messageOf('HGQ1999'), undefined)
})

test('a code cannot be defined twice, nor be malformed', () => {
  const text = () => ({ message: '' })
  assert.throws(() => define('HGQ2001', 'error', 'again', text), /two messages have the code HGQ2001/)
  assert.throws(() => define('HGQ12', 'error', 'short', text), /not a code/)
  assert.throws(() => define('HGQ8000', 'error', 'no area', text), /not a code/)
})
