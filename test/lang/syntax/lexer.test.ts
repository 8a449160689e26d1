import * as assert from 'uvu/assert'
import { lex } from '../../../lang/syntax/lexer.js'
import { suite } from '../../kit.js'

const test = suite('lexer')

function kinds(text: string): string[] {
  return lex({ path: 'p.hgq', text }).tokens.map((token) => `${token.tokenType.name} ${token.image}`)
}

test('a quantity is one token, with or without blanks', () => {
  assert.equal(kinds('200 MHz 200MHz 3\tus 0.1 % 95%'), [
    'Quantity 200 MHz',
    'Quantity 200MHz',
    'Quantity 3\tus',
    'Quantity 0.1 %',
    'Quantity 95%',
  ])
})

test('a unit on the next line belongs to nothing', () => {
  assert.equal(kinds('300\nepochs'), ['Number 300', 'Identifier epochs'])
})

test('a word that only starts like a unit is no unit', () => {
  assert.equal(kinds('3 nsec 3 bits_of 3 s'), [
    'Number 3',
    'Identifier nsec',
    'Number 3',
    'Identifier bits_of',
    'Quantity 3 s',
  ])
})

test('a float needs a digit behind its dot', () => {
  assert.equal(kinds('1..4 1.5 x.shape'), [
    'Number 1',
    'Range ..',
    'Number 4',
    'Number 1.5',
    'Identifier x',
    'Dot .',
    'Identifier shape',
  ])
})

test('separators and exponents', () => {
  assert.equal(kinds('5_000 1e-3 2.5E+1_0'), ['Number 5_000', 'Number 1e-3', 'Number 2.5E+1_0'])
})

test('names may start like keywords', () => {
  assert.equal(kinds('inputs in input lets'), [
    'Identifier inputs',
    'Reserved_in in',
    'Keyword_input input',
    'Identifier lets',
  ])
})

test('comments are kept beside the tokens', () => {
  const { tokens, comments } = lex({ path: 'p.hgq', text: 'a // b\n/// c\nd //// e' })
  assert.equal(
    tokens.map((token) => token.image),
    ['a', 'd'],
  )
  assert.equal(
    comments.map((token) => `${token.tokenType.name} ${token.image}`),
    ['Comment // b', 'DocComment /// c', 'Comment //// e'],
  )
})

test('characters that start no token are reported once for each run', () => {
  const { tokens, unknown } = lex({ path: 'p.hgq', text: 'a @@ b' })
  assert.equal(unknown, [{ start: 2, end: 4 }])
  assert.is(tokens.length, 2)
})

test('a byte order mark and carriage returns are blanks', () => {
  assert.equal(kinds('\ufeffhgq 1\r\nlet'), ['Keyword_hgq hgq', 'Number 1', 'Reserved_let let'])
})
