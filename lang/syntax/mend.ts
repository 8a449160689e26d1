import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import * as signs from '../diagnostics/messages/syntax-tokens.js'
import { fixedPointMeant } from '../habits.js'
import type { Span } from '../source.js'
import { nearest } from '../suggest.js'
import { UNITS } from '../units.js'
import { lineOf } from './layout.js'
import * as t from './tokens.js'

/** What was meant by a symbol of another language: its text and its token, or nothing that could be put in its place. */
interface Meaning {
  /** Undefined where a single symbol does not do it; then it is read as a product. */
  readonly text: string | undefined
  readonly type?: t.TokenType
  readonly note?: string
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  '=<': { text: '<=', type: t.LessEqual },
  '===': { text: '==', type: t.EqualEqual },
  '!==': { text: '!=', type: t.NotEqual },
  '&&': { text: 'and', type: t.And },
  '||': { text: 'or', type: t.Or },
  ':=': { text: '=', type: t.Equal },
  '!': { text: 'not ', type: t.Not },
  ';': { text: '', note: 'an entry or a statement ends with its line' },
  '≤': { text: '<=', type: t.LessEqual },
  '≥': { text: '>=', type: t.GreaterEqual },
  '≠': { text: '!=', type: t.NotEqual },
  '−': { text: '-', type: t.Minus },
  '×': { text: '*', type: t.Star },
  '→': { text: '->', type: t.Arrow },
  '…': { text: '..', type: t.Range },
  '+=': { text: '=', type: t.Equal, note: "write 'x = x + …'" },
  '-=': { text: '=', type: t.Equal, note: "write 'x = x - …'" },
  '*=': { text: '=', type: t.Equal, note: "write 'x = x * …'" },
  '**': { text: undefined, type: t.Star, note: 'there are no powers; write a product' },
  '^': { text: undefined, type: t.Star, note: 'there are no powers; write a product' },
  '>>': { text: '|>', type: t.Pipe },
}

/**
 * Reports what is no token of this language but of another, or a slip of the pen, and puts what was meant in its place,
 * so that everything around it is read as usual.
 */
export function mendTokens(tokens: readonly IToken[], file: string): { tokens: IToken[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const result: IToken[] = []
  const spanOf = (first: IToken, last = first): Span => ({
    file,
    start: first.startOffset,
    end: (last.endOffset ?? last.startOffset) + 1,
  })
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token === undefined) break
    const previous = result.at(-1)
    const fixedPoint = token.tokenType === t.Identifier ? fixedPointAt(tokens, index) : undefined
    switch (token.tokenType) {
      case t.Foreign: {
        const meaning = MEANINGS[token.image] ?? arrowMeaning(tokens, index)
        diagnostics.push(
          signs.foreignSymbol({ found: token.image, meant: meaning.text, note: meaning.note, span: spanOf(token) }),
        )
        if (meaning.type !== undefined) result.push(retyped(token, meaning.type, meaning.text?.trim() ?? '*'))
        break
      }
      case t.ForeignQuotes: {
        const { image } = token
        const text = inDoubleQuotes(image.slice(1, /[\w./:-]$/.test(image) ? undefined : -1))
        const kind = /[‘’‚‛“”„‟]/.test(image.charAt(0) + image.at(-1)) ? 'straight double quotes' : 'double quotes'
        const prefix = isPrefix(previous, token) ? result.pop() : undefined
        diagnostics.push(signs.foreignQuotes({ text, kind, span: spanOf(prefix ?? token, token) }))
        result.push(retyped(token, t.StringToken, text))
        break
      }
      case t.TripleQuotes: {
        const content = token.image.slice(3, -3)
        const startsLine = previous === undefined || lineOf(previous) < (token.startLine ?? 1)
        if (startsLine || content.includes('\n')) {
          diagnostics.push(
            signs.foreignComment({
              start: token.image.slice(0, 3),
              replacement: inLines(content, '///'),
              span: spanOf(token),
            }),
          )
          if (!startsLine) result.push(retyped(token, t.Unreadable, token.image))
          break
        }
        const text = inDoubleQuotes(content)
        diagnostics.push(signs.foreignQuotes({ text, kind: 'one pair of double quotes', span: spanOf(token) }))
        result.push(retyped(token, t.StringToken, text))
        break
      }
      case t.UnclosedString: {
        const span = spanOf(token)
        diagnostics.push(signs.unclosedString({ span, end: { file, start: span.end, end: span.end } }))
        result.push(retyped(token, t.StringToken, `${token.image}"`))
        break
      }
      case t.HashComment:
      case t.DashComment: {
        const [, start = '', text = ''] = /^(#|--)(.*)$/.exec(token.image) ?? []
        diagnostics.push(signs.foreignComment({ start, replacement: `//${text}`, span: spanOf(token) }))
        break
      }
      case t.BlockComment: {
        const replacement = inLines(token.image.replace(/^\/\*+|\*\/$/g, ''), '//')
        diagnostics.push(signs.foreignComment({ start: '/*', replacement, span: spanOf(token) }))
        break
      }
      default:
        if (previous !== undefined && isUnit(previous, token, tokens[index + 1])) {
          if (isHead(result.at(-2))) {
            const name = previous.image + token.image
            diagnostics.push(signs.nameWithDigit({ name, span: spanOf(previous, token) }))
            result[result.length - 1] = {
              ...retyped(previous, t.Identifier, name),
              endOffset: token.endOffset ?? token.startOffset,
            }
          } else result[result.length - 1] = mendUnit(previous, token, spanOf, diagnostics)
        } else if (previous !== undefined && isLoneDot(previous, token, tokens[index + 1])) {
          const text = `${previous.image}.`
          const facts = { text, nearest: `${text}0`, rule: 'a digit is missing behind the dot' }
          diagnostics.push(signs.malformedNumber({ ...facts, span: spanOf(previous, token) }))
          result[result.length - 1] = retyped(previous, t.Unreadable, previous.image)
        } else if (previous !== undefined && isFraction(result.at(-2), previous, token)) {
          const facts = {
            text: `.${token.image}`,
            nearest: `0.${token.image}`,
            rule: 'a digit is missing before the dot',
          }
          diagnostics.push(signs.malformedNumber({ ...facts, span: spanOf(previous, token) }))
          result[result.length - 1] = retyped(token, token.tokenType, `0.${token.image}`)
        } else if (token.tokenType === t.StringToken && isPrefix(previous, token)) {
          diagnostics.push(signs.stringPrefix({ prefix: previous?.image ?? '', span: spanOf(previous ?? token) }))
          result[result.length - 1] = token
        } else if (token.tokenType === t.StringToken && namesWhat(previous, token, tokens[index + 1]) !== undefined) {
          const name = token.image.slice(1, -1)
          const next = tokens[index + 1]
          const colon = next?.tokenType === t.Colon ? next : undefined
          diagnostics.push(
            signs.quotedName({
              name,
              what: colon === undefined ? (namesWhat(previous, token, next) ?? 'entry') : 'entry with a colon',
              span: spanOf(token, colon),
            }),
          )
          result.push(retyped(token, /^[A-Za-z_]\w*$/.test(name) ? t.Identifier : t.Unreadable, name))
          if (colon !== undefined) {
            result.push(retyped(colon, t.Equal, '='))
            index++
          }
        } else if (fixedPoint !== undefined) {
          diagnostics.push(
            signs.foreignFixed({ meant: fixedPoint.text, span: spanOf(token, fixedPoint.tokens.at(-1)) }),
          )
          result.push(...fixedPoint.tokens)
          index += fixedPoint.length - 1
        } else if (previous !== undefined && isModulo(previous, token, tokens[index + 1])) {
          diagnostics.push(signs.noModulo({ percent: spanOf(previous), span: spanOf(token) }))
          result[result.length - 1] = retyped(previous, t.Unreadable, previous.image)
        } else {
          result.push(token)
        }
    }
  }
  return { tokens: result, diagnostics }
}

/** A text as a string of this language, whatever it was escaped for. */
function inDoubleQuotes(content: string): string {
  return `"${content.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`
}

/** A comment over lines, each after `start`. */
function inLines(content: string, start: '//' | '///'): string {
  const lines = content.trim().split(/\s*\n[ \t*]*/)
  return lines.map((line) => `${start} ${line}`.trimEnd()).join('\n')
}

/** `f"…"` of Python. */
function isPrefix(prefix: IToken | undefined, string: IToken): boolean {
  if (prefix === undefined || !/^(?:[fub]|[fb]?r|r[fb])$/i.test(prefix.image)) return false
  return prefix.tokenType === t.Identifier && prefix.endOffset === string.startOffset - 1
}

/** The keyword of a declaration at the left margin. */
function isHead(token: IToken | undefined): boolean {
  return token !== undefined && token.startColumn === 1 && t.DECLARATION_KEYWORDS.includes(token.tokenType)
}

/** What a string stands in the place of the name of: `"clock" = …`, `"clock": …`, `target "vu13p" {`. */
function namesWhat(
  previous: IToken | undefined,
  string: IToken,
  next: IToken | undefined,
): 'entry' | 'declaration' | undefined {
  if (next?.tokenType === t.Equal) return 'entry'
  if (isHead(previous) && (next?.tokenType === t.LBrace || next?.tokenType === t.LParen)) return 'declaration'
  if (next?.tokenType !== t.Colon || previous?.tokenType === t.Question) return undefined
  const starts = previous === undefined || lineOf(previous) < (string.startLine ?? 1)
  return starts || previous?.tokenType === t.LBrace || previous?.tokenType === t.Comma ? 'entry' : undefined
}

/** `ap_fixed<16, 6>` at `index`, as it is written here, with the tokens of that; `length` is how many those of it are. */
function fixedPointAt(
  tokens: readonly IToken[],
  index: number,
): { readonly text: string; readonly tokens: readonly IToken[]; readonly length: number } | undefined {
  const end = tokens.findIndex((token, at) => at > index && token.tokenType === t.Greater)
  if (tokens[index + 1]?.tokenType !== t.Less || end < 0) return undefined
  const parts = tokens.slice(index, end + 1)
  const text = fixedPointMeant(parts.map(({ image }) => image).join(''))
  const [name, open, width, comma, integer] = parts
  const close = parts.at(-1)
  if (text === undefined || !name || !open || !width || !comma || !integer || !close) return undefined
  const call = [
    retyped(name, t.Identifier, 'fixed'),
    retyped(open, t.LParen, '('),
    retyped(width, t.NumberToken, '1'),
    comma,
    retyped(integer, t.NumberToken, '1'),
    retyped(close, t.RParen, ')'),
  ]
  return { text, tokens: call, length: parts.length }
}

/** `=>`: in a bound it is `>=`; elsewhere nobody knows. */
function arrowMeaning(tokens: readonly IToken[], index: number): Meaning {
  const value = tokens[index + 1]?.tokenType
  const number = value === t.NumberToken || value === t.Quantity
  return number ? { text: '>=', type: t.GreaterEqual } : { text: '=', type: t.Equal }
}

/** `5 Mhz`, `5 furlongs`, `0x10`: a word behind a number on its line, which starts nothing of its own. */
function isUnit(number: IToken, word: IToken, next: IToken | undefined): boolean {
  if (number.tokenType !== t.NumberToken || word.tokenType !== t.Identifier) return false
  if (lineOf(number) !== lineOf(word)) return false
  return next === undefined || !t.joinsEntry(next.tokenType) || lineOf(next) !== lineOf(word)
}

/** `5.`, where no digit and no name follows at once. */
function isLoneDot(number: IToken, dot: IToken, next: IToken | undefined): boolean {
  if (number.tokenType !== t.NumberToken || dot.tokenType !== t.Dot) return false
  return number.endOffset === dot.startOffset - 1 && next?.startOffset !== dot.startOffset + 1
}

/** `.5`, where nothing stands before the dot of which it could be a member. */
function isFraction(before: IToken | undefined, dot: IToken, number: IToken): boolean {
  if (dot.tokenType !== t.Dot || (number.tokenType !== t.NumberToken && number.tokenType !== t.Quantity)) return false
  return dot.startOffset === number.startOffset - 1 && before?.endOffset !== dot.startOffset - 1
}

/** `7 % 2`: a percentage, and then another value, where no value can stand. */
function isModulo(percentage: IToken, value: IToken, next: IToken | undefined): boolean {
  if (percentage.tokenType !== t.Quantity || !percentage.image.endsWith('%')) return false
  if (lineOf(percentage) !== lineOf(value)) return false
  if (value.tokenType === t.NumberToken || value.tokenType === t.LParen) return true
  return t.isName(value.tokenType) && !(next !== undefined && t.joinsEntry(next.tokenType))
}

function mendUnit(
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
  const unit = nearestUnit(word.image)
  diagnostics.push(signs.unknownUnit({ unit: word.image, nearest: unit, units: [...UNITS.keys()], span: spanOf(word) }))
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
  nanoseconds: 'ns',
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

function nearestUnit(word: string): string | undefined {
  return SPELLINGS[word.toLowerCase()] ?? nearest(word, UNITS.keys())
}

function retyped(token: IToken, type: t.TokenType, image: string): IToken {
  return { ...token, image, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? token.tokenTypeIdx }
}
