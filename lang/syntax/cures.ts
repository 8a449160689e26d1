import type { IToken } from 'chevrotain'
import * as expectations from './expected.js'
import { lineOf } from './layout.js'
import * as t from './tokens.js'

/** Where the grammar could not go on, as `explain` has it. */
interface Place {
  readonly expected: string
  /** Stands before `previous`. */
  readonly before: IToken
  readonly previous: IToken
  readonly found: IToken
  readonly next: IToken
}

const IMPORT = 'an import reads `import "std/layers" { dense, relu }`'

/** How what was meant is written, as far as habits of other languages tell it. */
export function curesOf({ expected, before, previous, found, next }: Place): readonly string[] {
  if (/^a value/.test(expected) && PATH_STARTS.has(found.tokenType))
    return ['a path is a text and stands in quotes: `"./data.csv"`']
  switch (expected) {
    case expectations.TYPE_END:
      return found.tokenType === t.Less ? ['a list of ints is `list[int]`'] : []
    case expectations.VALUE_OF_ENTRY:
      return curesWithoutValue(before, previous, found)
    case expectations.TYPE:
      return found.tokenType === t.LBracket ? ['a list of ints is `list[int]`'] : []
    case expectations.MODULE:
    case expectations.IMPORTED_NAMES:
      return [IMPORT]
    case expectations.IMPORTED_NAME:
      if (found.tokenType === t.StringToken) return [`names stand without quotes: ${IMPORT}`]
      if (RENAMES.has(found.tokenType) && t.isName(previous.tokenType))
        return [`another name is given by \`as\`: \`${previous.image} as ${next.image}\``]
      return found.tokenType === t.Star ? [`each name that is used is listed: ${IMPORT}`] : []
    case expectations.DECLARATION:
      if (found.tokenType === t.Hgq) return ['the version stands once, at the start; does another file begin here?']
      return found.image === 'from' ? [IMPORT] : []
    case expectations.BLOCK:
      return curesBeforeBlock(previous, found, next)
    case expectations.LOOP_VARIABLE:
      return found.tokenType === t.LParen ? ['a loop has no parentheses: `for units in hidden { … }`'] : []
    case expectations.LIST_ITEM_END:
      return found.tokenType === t.For ? ['each item of a list is written out: `[64, 32, 32]`'] : []
    case expectations.ENTRY_NAME:
      if (isThousands(previous, found)) return [THOUSANDS]
      if (previous.tokenType === t.Comma && /^\d+$/.test(found.image)) return ['a fraction has a point: `1.5`']
      return next.tokenType === t.LessEqual && /^\d/.test(found.image)
        ? ['what is bounded stands first: `latency <= 50 ns`']
        : []
    case expectations.END_OF_ENTRY:
    case expectations.END_OF_STATEMENT:
      return curesBehindValue(before, previous, found, next)
    default:
      if (expected.startsWith('the name of the ') && found.tokenType === t.LBrace)
        return [`others call it by its name: \`${previous.image} my_${previous.image} { … }\``]
      return []
  }
}

const THOUSANDS = "digits are grouped by '_', not by ',': `2_000`"
const RENAMES: ReadonlySet<t.TokenType> = new Set([t.Colon, t.Equal, t.Arrow])
/** What is written for `with`. */
const WITH = /^(?:with|using|by|quantizer|quantized|quantised|quantize)$/i

/** `epochs`, `seed(7)`, `fast, slow`: a name where `name = value` belongs. */
function curesWithoutValue(before: IToken, previous: IToken, found: IToken): readonly string[] {
  if (found.tokenType === t.Minus) return [dashed(previous.image, '…')]
  if (found.tokenType === t.LParen)
    return [`an entry is written \`${previous.image} = …\`; a metric of a budget stands without arguments`]
  const isItem = before.tokenType === t.Comma && lineOf(before) === lineOf(previous)
  const isLone = before.tokenType === t.LBrace && found.tokenType === t.RBrace
  return isItem || isLone ? ['several values, and a list of one, stand in square brackets: `[a, b]`'] : []
}

function dashed(first: string, second: string): string {
  return `a name has letters, digits and '_', but no '-', such as '${first}_${second}'`
}

/** `./x`, `../x`, `/x`. */
const PATH_STARTS: ReadonlySet<t.TokenType> = new Set([t.Dot, t.Range, t.Slash])

function curesBeforeBlock(previous: IToken, found: IToken, next: IToken): readonly string[] {
  switch (found.tokenType) {
    case t.Colon:
      return ['what belongs together stands in braces: `{ … }`, whatever its indentation']
    case t.Equal:
      return ["no '=' stands between the name of a declaration and its '{'"]
    case t.Minus:
      return [dashed(previous.image, next.image)]
    case t.Dot:
      return ["a name has letters, digits and '_'"]
    case t.LBracket:
      return ['parameters stand in parentheses; the shape of an input stands in the body: `input x[16]`']
    case t.Arrow:
      return ['a layer returns a tensor without saying so']
    default:
      if (next.tokenType !== t.LBrace && next.tokenType !== t.LParen) return []
      return t.isName(found.tokenType) ? [`a name is one word, such as '${previous.image}_${found.image}'`] : []
  }
}

/** The second half of `2,000`. */
function isThousands(previous: IToken, found: IToken): boolean {
  const glued = previous.endOffset === found.startOffset - 1
  return glued && previous.tokenType === t.Comma && /^\d{3}\b/.test(found.image)
}

function curesBehindValue(before: IToken, previous: IToken, found: IToken, next: IToken): readonly string[] {
  if (WITH.test(found.image) && t.isName(next.tokenType))
    return [`a quantizer follows by \`with\`: \`tagger() with ${next.image}\``]
  if (before.tokenType === t.With && t.isName(previous.tokenType) && t.isName(found.tokenType))
    return [`the name of a quantizer is one word, such as '${previous.image}_${found.image}'`]
  if (before.tokenType === t.With && found.tokenType === t.Equal)
    return [`quantizers of some places stand in braces: \`with { ${previous.image} = … }\``]
  switch (found.tokenType) {
    case t.Bar:
    case t.Arrow:
      return ["a value goes into a layer by '|>': `x |> relu`"]
    case t.LBracket:
      return previous.tokenType === t.RBracket
        ? ['the sizes of several axes stand in one pair of brackets: `[4, 4]`']
        : []
    case t.Comma:
      return t.isName(next.tokenType) ? ["layers follow each other by '|>': `x |> dense(16) |> relu`"] : []
    case t.LBrace:
      return t.isName(previous.tokenType) ? [`arguments stand in parentheses: \`${previous.image}(…)\``] : []
    case t.NumberToken:
      if (previous.tokenType === t.NumberToken && /^\d{3}\b/.test(found.image)) return [THOUSANDS]
      return curesOfCall(previous, found)
    case t.StringToken:
    case t.Quantity:
      return curesOfCall(previous, found)
    default:
      return t.isName(found.tokenType) ? curesOfCall(previous, found) : []
  }
}

/** `dense 32`. */
function curesOfCall(previous: IToken, found: IToken): readonly string[] {
  if (!t.isName(previous.tokenType)) return []
  const call = `${previous.image}(${found.image})`
  return [`where '${previous.image}' is a function, its arguments stand in parentheses: \`${call}\``]
}
