import type { IToken } from 'chevrotain'
import { DECLARATION, END_OF_ENTRY, END_OF_STATEMENT, ENTRY_NAME, LOOP_VARIABLE, MODULE, TYPE } from './expected.js'
import * as t from './tokens.js'

/** Where the grammar could not go on, as `explain` has it. */
interface Place {
  readonly expected: string
  readonly previous: IToken
  readonly found: IToken
}

const IMPORT = 'an import reads `import "std/layers" { dense, relu }`'

/** How what was meant is written, as far as habits of other languages tell it. */
export function curesOf({ expected, previous, found }: Place): readonly string[] {
  switch (expected) {
    case TYPE:
      return found.tokenType === t.LBracket ? ['a list of ints is `list[int]`'] : []
    case MODULE:
      return [IMPORT]
    case DECLARATION:
      return found.image === 'from' ? [IMPORT] : []
    case LOOP_VARIABLE:
      return found.tokenType === t.LParen ? ['a loop has no parentheses: `for units in hidden { … }`'] : []
    case ENTRY_NAME:
      return isThousands(previous, found) ? ["digits are grouped by '_', not by ',': `2_000`"] : []
    case END_OF_ENTRY:
    case END_OF_STATEMENT:
      return curesBehindValue(previous, found)
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
      return t.isName(previous.tokenType)
        ? [
            `where '${previous.image}' is a function, its arguments stand in parentheses: \`${previous.image}(${found.image})\``,
          ]
        : []
    default:
      return []
  }
}
