import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import * as signs from '../../diagnostics/messages/syntax-tokens.js'
import type { Span } from '../../source.js'
import { nearest } from '../../suggest.js'
import { UNITS } from '../../units.js'
import { lineOf } from '../layout.js'
import * as t from '../tokens.js'
import { retyped } from './retyped.js'

/** `5 Mhz`, `5 furlongs`, `0x10`: a word behind a number on its line, which starts nothing of its own. */
export function isUnit(number: IToken, word: IToken, next: IToken | undefined): boolean {
  if (number.tokenType !== t.NumberToken || word.tokenType !== t.Identifier) return false
  if (lineOf(number) !== lineOf(word)) return false
  return next === undefined || !t.joinsEntry(next.tokenType) || lineOf(next) !== lineOf(word)
}

/** `5.`, where no digit and no name follows at once. */
export function isLoneDot(number: IToken, dot: IToken, next: IToken | undefined): boolean {
  if (number.tokenType !== t.NumberToken || dot.tokenType !== t.Dot) return false
  return number.endOffset === dot.startOffset - 1 && next?.startOffset !== dot.startOffset + 1
}

/** `.5`, where nothing stands before the dot of which it could be a member. */
export function isFraction(before: IToken | undefined, dot: IToken, number: IToken): boolean {
  if (dot.tokenType !== t.Dot || (number.tokenType !== t.NumberToken && number.tokenType !== t.Quantity)) return false
  return dot.startOffset === number.startOffset - 1 && before?.endOffset !== dot.startOffset - 1
}

const JOINTS: ReadonlySet<t.TokenType> = new Set([t.Equal, t.LessEqual, t.GreaterEqual])

/**
 * `= 0,1 %` at `index`, where a fraction has a comma: never two items, as those behind a name and `=` stand in brackets. Neither
 * `5,000 ns`, which has thousands, nor `64,32`, which may be a list without its brackets.
 */
export function commaFractionAt(tokens: readonly IToken[], index: number): string | undefined {
  const [joint, whole, comma, digits, next, further] = tokens.slice(index - 1, index + 5)
  if (joint === undefined || whole === undefined || comma === undefined || digits === undefined) return undefined
  if (!JOINTS.has(joint.tokenType) || whole.tokenType !== t.NumberToken || comma.tokenType !== t.Comma) return undefined
  if (whole.endOffset !== comma.startOffset - 1 || comma.endOffset !== digits.startOffset - 1) return undefined
  const isValue = digits.tokenType === t.NumberToken || digits.tokenType === t.Quantity
  if (!isValue || !/^\d+$/.test(whole.image) || !/^\d+(?![\d_.])/.test(digits.image)) return undefined
  const isPlain = digits.tokenType === t.NumberToken || /^\d{3}\b/.test(digits.image)
  if (isPlain && whole.image !== '0') return undefined
  const isList =
    next?.tokenType === t.Comma && (further?.tokenType === t.NumberToken || further?.tokenType === t.Quantity)
  return isList ? undefined : `${whole.image}.${digits.image}`
}

/** `7 % 2`: a percentage, and then another value, where no value can stand. */
export function isModulo(percentage: IToken, value: IToken, next: IToken | undefined): boolean {
  if (percentage.tokenType !== t.Quantity || !percentage.image.endsWith('%')) return false
  if (lineOf(percentage) !== lineOf(value)) return false
  if (value.tokenType === t.NumberToken || value.tokenType === t.LParen) return true
  return t.isName(value.tokenType) && !(next !== undefined && t.joinsEntry(next.tokenType))
}

/** A number with the unit that was meant; reports the word that is none. */
export function mendUnit(
  number: IToken,
  word: IToken,
  spanOf: (first: IToken, last?: IToken) => Span,
  diagnostics: Diagnostic[],
): IToken {
  const glued = number.endOffset === word.startOffset - 1
  if (glued && /^0$/.test(number.image) && /^[xXbBoO]\w/.test(word.image)) {
    const text = number.image + word.image
    const value = Number(text)
    const meant = Number.isNaN(value) ? undefined : String(value)
    const rule = 'numbers are written in decimal'
    diagnostics.push(signs.malformedNumber({ text, nearest: meant, rule, span: spanOf(number, word) }))
    return retyped({ ...number, endOffset: word.endOffset ?? word.startOffset }, t.NumberToken, meant ?? '0')
  }
  if (glued && /^[kK]$/.test(word.image)) {
    const value = Number(number.image.replaceAll('_', '')) * 1000
    const meant = Number.isSafeInteger(value) ? String(value).replace(/(?=(?:\d{3})+$)(?<=\d)/g, '_') : undefined
    const rule = 'thousands are written out'
    diagnostics.push(
      signs.malformedNumber({ text: number.image + word.image, nearest: meant, rule, span: spanOf(number, word) }),
    )
    return retyped({ ...number, endOffset: word.endOffset ?? word.startOffset }, t.NumberToken, meant ?? '0')
  }
  if (/^e\d*$/i.test(word.image)) {
    const text = number.image + (glued ? '' : ' ') + word.image
    const rule = 'an exponent and its digits follow at once, as in `2e-3`'
    diagnostics.push(signs.malformedNumber({ text, nearest: undefined, rule, span: spanOf(number, word) }))
    return retyped({ ...number, endOffset: word.endOffset ?? word.startOffset }, t.Unreadable, number.image)
  }
  const unit = nearestUnit(word.image)
  const hint = COUNTS[word.image.toLowerCase()]
  diagnostics.push(
    signs.unknownUnit({ unit: word.image, nearest: unit, units: [...UNITS.keys()], hint, span: spanOf(word) }),
  )
  const whole = { ...number, endOffset: word.endOffset ?? word.startOffset }
  return unit === undefined
    ? retyped(whole, t.Unreadable, number.image)
    : retyped(whole, t.Quantity, `${number.image} ${unit}`)
}

/** Units are short, so spellings that are common elsewhere are listed, where distance would tell nothing. */
const SPELLINGS: Readonly<Record<string, string>> = {
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  picosecond: 'ps',
  picoseconds: 'ps',
  nanosec: 'ns',
  nanosecond: 'ns',
  nanoseconds: 'ns',
  microsecond: 'us',
  microseconds: 'us',
  µs: 'us',
  μs: 'us',
  µrad: 'urad',
  μrad: 'urad',
  millisecond: 'ms',
  milliseconds: 'ms',
  msec: 'ms',
  nsec: 'ns',
  usec: 'us',
  percent: '%',
  pct: '%',
  byte: 'B',
  bytes: 'B',
  radians: 'rad',
  milliradians: 'mrad',
  iterations: 'steps',
}

const NO_UNIT = 'a count is written without a unit: `lut <= 5_000`'
const CYCLES =
  'an `interval` is a number of cycles without a unit; a `latency` is a time, cycles times the period: `8 * 5 ns`'

/** What is counted but has no unit here. */
const COUNTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'lut',
      'luts',
      'ff',
      'ffs',
      'dsp',
      'dsps',
      'bram',
      'brams',
      'registers',
      'rows',
      'samples',
      'events',
      'neurons',
      'units',
    ].map((word) => [word, NO_UNIT]),
  ),
  ...Object.fromEntries(['cycle', 'cycles', 'clk', 'clks', 'clocks', 'ticks'].map((word) => [word, CYCLES])),
}

function nearestUnit(word: string): string | undefined {
  return SPELLINGS[word.toLowerCase()] ?? nearest(word, UNITS.keys())
}
