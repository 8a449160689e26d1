import * as assert from 'uvu/assert'
import { lex } from '../../../lang/syntax/lexer.js'
import { joinLetters } from '../../../lang/syntax/mending/letters.js'
import { suite } from '../../kit.js'

const test = suite('names with other letters')

function join(text: string): ReturnType<typeof joinLetters> {
  return joinLetters(lex({ path: 'p.hgq', text }), text, 'p.hgq')
}

test('a name is whole, wherever in it the letters stand, and lies where the lexer would see it', () => {
  const text = 'hgq 1\r\nλ = données\r  2λ3 x\n25µs éé'
  assert.equal(
    join(text).tokens.map(({ image, startOffset, startLine, startColumn }) => [
      image,
      startOffset,
      startLine,
      startColumn,
    ]),
    [
      ['hgq', 0, 1, 1],
      ['1', 4, 1, 5],
      ['λ', 7, 2, 1],
      ['=', 9, 2, 3],
      ['données', 11, 2, 5],
      ['2λ3', 21, 3, 3],
      ['x', 25, 3, 7],
      ['25', 27, 4, 1],
      ['µs', 29, 4, 3],
      ['éé', 32, 4, 6],
    ],
  )
})

test('only behind a number is µs a unit, of which another message tells', () => {
  const told = (text: string): string[] => join(text).diagnostics.map(({ message }) => message)
  assert.equal(told('clock = 25 µs'), [])
  for (const text of [
    'let µs = 40',
    'target μs {',
    'seed = 5\nµs = 3',
    'x = 25 ns µs',
    'a = 25 µs\nlet µs = 40\nb = µs',
  ]) {
    assert.equal(told(text).length, 1, text)
  }
})

test('the time is that of the length of the text', () => {
  const timeOf = (words: number): number => {
    const text = `hgq 1\n${'слово другое\n'.repeat(words / 2)}`
    const lexed = lex({ path: 'p.hgq', text })
    const times = [1, 2, 3].map(() => {
      const start = performance.now()
      assert.is(joinLetters(lexed, text, 'p.hgq').tokens.length, words + 2)
      return performance.now() - start
    })
    return Math.min(...times)
  }
  timeOf(2_000)
  const [few, many] = [timeOf(2_000), timeOf(32_000)]
  // 16 times the words: 16 times the time, or 256 times where each word looks at all others.
  assert.ok(many < 100 * few, `${many} ms for 16 times what takes ${few} ms`)
})
