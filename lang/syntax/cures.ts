import type { IToken } from 'chevrotain'
import * as expectations from './expected.js'
import * as t from './tokens.js'

/** Where the grammar could not go on, as `explain` has it. */
interface Place {
  readonly expected: string
  readonly previous: IToken
  readonly found: IToken
  readonly next: IToken
}

const IMPORT = 'an import reads `import "std/layers" { dense, relu }`'

/** How what was meant is written, as far as habits of other languages tell it. */
export function curesOf({ expected, previous, found, next }: Place): readonly string[] {
  if (/^a value/.test(expected) && PATH_STARTS.has(found.tokenType))
    return ['a path is a text and stands in quotes: `"./data.csv"`']
  switch (expected) {
    case expectations.TYPE:
      return found.tokenType === t.LBracket ? ['a list of ints is `list[int]`'] : []
    case expectations.MODULE:
    case expectations.IMPORTED_NAMES:
      return [IMPORT]
    case expectations.IMPORTED_NAME:
      if (found.tokenType === t.StringToken) return [`names stand without quotes: ${IMPORT}`]
      return found.tokenType === t.Star ? [`each name that is used is listed: ${IMPORT}`] : []
    case expectations.DECLARATION:
      return found.image === 'from' ? [IMPORT] : []
    case expectations.BLOCK:
      return curesBeforeBlock(previous, found, next)
    case expectations.LOOP_VARIABLE:
      return found.tokenType === t.LParen ? ['a loop has no parentheses: `for units in hidden { … }`'] : []
    case expectations.LIST_ITEM_END:
      return found.tokenType === t.For ? ['each item of a list is written out: `[64, 32, 32]`'] : []
    case expectations.ENTRY_NAME:
      return isThousands(previous, found) ? ["digits are grouped by '_', not by ',': `2_000`"] : []
    case expectations.END_OF_ENTRY:
    case expectations.END_OF_STATEMENT:
      return curesBehindValue(previous, found)
    default:
      return []
  }
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
      return [`a name has letters, digits and '_', but no '-', such as '${previous.image}_${next.image}'`]
    case t.Arrow:
      return ['a layer returns a tensor without saying so']
    default:
      return []
  }
}

/** The second half of `2,000`. */
function isThousands(previous: IToken, found: IToken): boolean {
  const glued = previous.endOffset === found.startOffset - 1
  return glued && previous.tokenType === t.Comma && /^\d{3}\b/.test(found.image)
}

function curesBehindValue(previous: IToken, found: IToken): readonly string[] {
  switch (found.tokenType) {
    case t.Bar:
    case t.Arrow:
      return ["a value goes into a layer by '|>': `x |> relu`"]
    case t.LBracket:
      return previous.tokenType === t.RBracket
        ? ['the sizes of several axes stand in one pair of brackets: `[4, 4]`']
        : []
    case t.StringToken:
    case t.NumberToken:
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
