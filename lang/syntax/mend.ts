import type { IToken } from 'chevrotain'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import * as signs from '../diagnostics/messages/syntax-tokens.js'
import type { Span } from '../source.js'
import * as f from './foreign.js'
import { lineOf } from './layout.js'
import { foreignCommentOf, inLines } from './mending/comments.js'
import { fixedPointAt } from './mending/fixed-point.js'
import { commaFractionAt, isFraction, isLoneDot, isModulo, isUnit, mendUnit } from './mending/numbers.js'
import { retyped } from './mending/retyped.js'
import { inDoubleQuotes, isHead, isPrefix, namesWhat, startsFunction } from './mending/strings.js'
import { isInLoopOfC, meaningAt } from './mending/symbols.js'
import * as t from './tokens.js'

/** What declarations are named that starts with a digit, as in `train 2scan {`. */
function namesWithDigit(tokens: readonly IToken[]): ReadonlySet<string> {
  const names = tokens.flatMap((token, index) => {
    const [number, word] = [tokens[index + 1], tokens[index + 2]]
    if (!isHead(token) || number?.tokenType !== t.NumberToken || word?.tokenType !== t.Identifier) return []
    return number.endOffset === word.startOffset - 1 ? [number.image + word.image] : []
  })
  return new Set(names)
}

/**
 * Reports what is no token of this language but of another, or a slip of the pen, and puts what was meant in its place,
 * so that everything around it is read as usual.
 */
export function mendTokens(tokens: readonly IToken[], file: string): { tokens: IToken[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const result: IToken[] = []
  const digitNames = namesWithDigit(tokens)
  const spanOf = (first: IToken, last = first): Span => ({
    file,
    start: first.startOffset,
    end: (last.endOffset ?? last.startOffset) + 1,
  })
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]
    if (token === undefined) break
    const previous = result.at(-1)
    const comment = foreignCommentOf(token, spanOf(token))
    if (comment !== undefined) {
      diagnostics.push(comment)
      continue
    }
    const fraction = token.tokenType === t.NumberToken ? commaFractionAt(tokens, index) : undefined
    const fixedPoint = token.tokenType === t.Identifier ? fixedPointAt(tokens, index) : undefined
    switch (token.tokenType) {
      case f.Foreign: {
        const meaning = meaningAt(tokens, index)
        if (token.image === ';' && isInLoopOfC(tokens, index)) {
          result.push(retyped(token, t.Comma, ','))
          break
        }
        diagnostics.push(
          signs.foreignSymbol({ found: token.image, meant: meaning.text, note: meaning.note, span: spanOf(token) }),
        )
        if (meaning.type !== undefined) result.push(retyped(token, meaning.type, meaning.text?.trim() ?? '*'))
        break
      }
      case f.MixedQuotes:
      case f.ForeignQuotes: {
        const { image } = token
        const text = inDoubleQuotes(image.slice(1, /[\w./:-]$/.test(image) ? undefined : -1))
        const kind = /[‘’‚‛“”„‟]/.test(image.charAt(0) + image.at(-1)) ? 'straight double quotes' : 'double quotes'
        const prefix = isPrefix(previous, token) ? result.pop() : undefined
        diagnostics.push(signs.foreignQuotes({ text, kind, span: spanOf(prefix ?? token, token) }))
        result.push(retyped(token, t.StringToken, text))
        break
      }
      case f.TripleQuotes: {
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
      case f.UnclosedString: {
        const span = spanOf(token)
        if (token.image === '"' && previous?.tokenType === t.Identifier && previous.endOffset === span.start - 1) {
          const word = spanOf(previous)
          diagnostics.push(signs.unopenedString({ text: `"${previous.image}"`, span: { ...word, end: span.end } }))
          result[result.length - 1] = retyped(previous, t.StringToken, `"${previous.image}"`)
          break
        }
        diagnostics.push(signs.unclosedString({ span, end: { file, start: span.end, end: span.end } }))
        result.push(retyped(token, t.StringToken, `${token.image}"`))
        break
      }
      case f.StringOverLines: {
        const text = token.image.replace(/\s*\r?\n\s*/g, '\\n')
        diagnostics.push(signs.stringOverLines({ text, span: spanOf(token) }))
        result.push(retyped(token, t.StringToken, text))
        break
      }
      default:
        if (token.image === 'lambda' && startsFunction(token, tokens[index + 1])) {
          const facts = {
            found: token.image,
            meant: undefined,
            note: 'functions have names, and are declared elsewhere',
          }
          diagnostics.push(signs.foreignSymbol({ ...facts, span: spanOf(token) }))
          result.push(retyped(token, t.Unreadable, token.image))
          for (let next = tokens[index + 1]; next && lineOf(next) === lineOf(token); next = tokens[index + 1]) index++
        } else if (previous !== undefined && isUnit(previous, token, tokens[index + 1])) {
          const name = previous.image + token.image
          const isGlued = previous.endOffset === token.startOffset - 1
          if (isHead(result.at(-2)) || (isGlued && digitNames.has(name))) {
            if (isHead(result.at(-2))) diagnostics.push(signs.nameWithDigit({ name, span: spanOf(previous, token) }))
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
        } else if (fraction !== undefined) {
          const last = tokens[index + 2] ?? token
          const text = `${token.image},${last.image}`
          const facts = { text, nearest: fraction, rule: 'a fraction has a point' }
          diagnostics.push(signs.malformedNumber({ ...facts, span: spanOf(token, last) }))
          result.push({ ...retyped(token, last.tokenType, fraction), endOffset: last.endOffset ?? last.startOffset })
          index += 2
        } else if (fixedPoint !== undefined) {
          diagnostics.push(
            signs.foreignFixed({ meant: fixedPoint.text, span: spanOf(token, fixedPoint.tokens.at(-1)) }),
          )
          result.push(...fixedPoint.tokens)
          index += fixedPoint.length - 1
        } else if (previous !== undefined && isModulo(previous, token, tokens[index + 1])) {
          diagnostics.push(
            signs.noModulo({
              percent: spanOf(previous),
              span: spanOf(token),
              isComment: token.tokenType === t.Identifier,
            }),
          )
          result[result.length - 1] = retyped(previous, t.Unreadable, previous.image)
        } else {
          result.push(token)
        }
    }
  }
  return { tokens: result, diagnostics }
}
