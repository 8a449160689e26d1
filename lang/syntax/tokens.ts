import type { TokenType } from 'chevrotain'
import { UNITS } from '../units.js'
import { createToken, Lexer } from './chevrotain.js'
import { FOREIGN_BEFORE_STRINGS, FOREIGN_BEHIND_STRINGS, FOREIGN_COMMENTS, Foreign } from './foreign.js'

/** Anything that may stand where a name is expected: identifiers and all contextual keywords. */
export const Name = createToken({ name: 'Name', label: 'a name', pattern: Lexer.NA })
export const Identifier = createToken({
  name: 'Identifier',
  label: 'a name',
  pattern: /[A-Za-z_]\w*/,
  categories: Name,
})

/** Every operator between two operands; `precedence.ts` says which binds how. */
export const BinaryOperatorToken = createToken({ name: 'BinaryOperator', label: 'an operator', pattern: Lexer.NA })
/** The keywords of declarations whose body is a list of entries. */
export const EntryKeyword = createToken({ name: 'EntryKeyword', label: 'a kind of declaration', pattern: Lexer.NA })

const quote = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
const symbol = (name: string, text: string): TokenType =>
  createToken({ name, label: `'${text}'`, pattern: quote(text) })
const operator = (name: string, text: string): TokenType =>
  createToken({ name, label: `'${text}'`, pattern: quote(text), categories: BinaryOperatorToken })
/** Reserved: never a name. */
const reserved = (word: string, ...categories: TokenType[]): TokenType =>
  createToken({
    name: `Reserved_${word}`,
    label: `'${word}'`,
    pattern: quote(word),
    longer_alt: Identifier,
    categories,
  })
/** A keyword only where the grammar asks for it; a name elsewhere. */
const contextual = (word: string, ...categories: TokenType[]): TokenType =>
  createToken({
    name: `Keyword_${word}`,
    label: `'${word}'`,
    pattern: quote(word),
    longer_alt: Identifier,
    categories: [Name, ...categories],
  })

export const Let = reserved('let')
export const For = reserved('for')
export const In = reserved('in')
export const If = reserved('if')
export const Else = reserved('else')
export const Return = reserved('return')
export const True = reserved('true')
export const False = reserved('false')
export const And = reserved('and', BinaryOperatorToken)
export const Or = reserved('or', BinaryOperatorToken)
export const Not = reserved('not')
export const With = reserved('with')
export const As = reserved('as')
export const RESERVED: readonly TokenType[] = [Let, For, In, If, Else, Return, True, False, And, Or, Not, With, As]

export const Hgq = contextual('hgq')
export const Import = contextual('import')
export const Export = contextual('export')
export const Extern = contextual('extern')
export const Layer = contextual('layer')
export const Architecture = contextual('architecture')
export const Dataset = contextual('dataset', EntryKeyword)
export const Quantizer = contextual('quantizer', EntryKeyword)
export const Train = contextual('train', EntryKeyword)
export const Budget = contextual('budget', EntryKeyword)
export const Device = contextual('device', EntryKeyword)
export const Target = contextual('target', EntryKeyword)
export const Build = contextual('build', EntryKeyword)
export const Enum = contextual('enum')
export const Type = contextual('type')
export const FunctionWord = contextual('function')
export const Operation = contextual('operation')
export const Metric = contextual('metric')
export const DeclarationWord = contextual('declaration')
export const Input = contextual('input')
export const Output = contextual('output')
export const Share = contextual('share')
export const Place = contextual('place')

/** What may start a declaration, besides `let`. */
export const DECLARATION_KEYWORDS: readonly TokenType[] = [
  Dataset,
  Quantizer,
  Layer,
  Architecture,
  Train,
  Budget,
  Device,
  Target,
  Build,
]
export const STATEMENT_KEYWORDS: readonly TokenType[] = [Input, Output, Share, Place]
export const CONTEXTUAL: readonly TokenType[] = [
  Hgq,
  Import,
  Export,
  Extern,
  ...DECLARATION_KEYWORDS,
  Enum,
  Type,
  FunctionWord,
  Operation,
  Metric,
  DeclarationWord,
  ...STATEMENT_KEYWORDS,
]

export const LBrace = symbol('LBrace', '{')
export const RBrace = symbol('RBrace', '}')
export const LParen = symbol('LParen', '(')
export const RParen = symbol('RParen', ')')
export const LBracket = symbol('LBracket', '[')
export const RBracket = symbol('RBracket', ']')
export const Comma = symbol('Comma', ',')
export const Colon = symbol('Colon', ':')
export const Question = symbol('Question', '?')
export const Pipe = operator('Pipe', '|>')
export const Bar = symbol('Bar', '|')
export const Arrow = symbol('Arrow', '->')
export const Range = operator('Range', '..')
export const Dot = symbol('Dot', '.')
export const EqualEqual = operator('EqualEqual', '==')
export const NotEqual = operator('NotEqual', '!=')
export const LessEqual = operator('LessEqual', '<=')
export const GreaterEqual = operator('GreaterEqual', '>=')
export const Less = operator('Less', '<')
export const Greater = operator('Greater', '>')
export const Equal = symbol('Equal', '=')
export const Plus = operator('Plus', '+')
export const Minus = operator('Minus', '-')
export const Star = operator('Star', '*')
export const Slash = operator('Slash', '/')

const NUMBER = /\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d[\d_]*)?/
const wordUnits = [...UNITS.keys()].filter((unit) => /^\w+$/.test(unit)).sort((a, b) => b.length - a.length)
/** One token: number, blanks on the same line (of any width, as texts in print have them), unit. So a value never takes a word of the next line for its unit. */
export const Quantity = createToken({
  name: 'Quantity',
  label: 'a quantity',
  pattern: new RegExp(
    `${NUMBER.source}[ \\t\\u00a0\\u2000-\\u200a\\u202f\\u205f\\u3000]*(?:%|(?:${wordUnits.join('|')})(?!\\w))`,
  ),
})
export const NumberToken = createToken({ name: 'Number', label: 'a number', pattern: NUMBER })
export const StringToken = createToken({ name: 'String', label: 'a string', pattern: /"(?:[^"\\\r\n]|\\.)*"/ })

export const DocComment = createToken({ name: 'DocComment', pattern: /\/\/\/(?!\/)[^\r\n]*/, group: 'comments' })
export const Comment = createToken({ name: 'Comment', pattern: /\/\/[^\r\n]*/, group: 'comments' })
const Blank = createToken({
  name: 'Blank',
  pattern: /[ \t\r\n\f\u00a0\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
})

/** A line end that separates entries or statements. Put in by `layout.ts`. */
export const Newline = createToken({ name: 'Newline', label: 'the end of the line', pattern: Lexer.NA })
/** A closing bracket that closes nothing. Put in by `brackets.ts`. */
export const StrayCloser = createToken({
  name: 'StrayCloser',
  label: 'a bracket that closes nothing',
  pattern: Lexer.NA,
})

/** What was reported already and stands for nothing. The grammar knows no use for it and passes over what holds it. */
export const Unreadable = createToken({ name: 'Unreadable', label: 'something unreadable', pattern: Lexer.NA })

/** In the order in which the lexer tries them. */
export const LEXED: readonly TokenType[] = [
  Blank,
  DocComment,
  Comment,
  ...FOREIGN_COMMENTS,
  Quantity,
  NumberToken,
  ...FOREIGN_BEFORE_STRINGS,
  StringToken,
  ...FOREIGN_BEHIND_STRINGS,
  // `input` before `in`.
  ...CONTEXTUAL,
  ...RESERVED,
  Identifier,
  Foreign,
  Pipe,
  Arrow,
  Range,
  EqualEqual,
  NotEqual,
  LessEqual,
  GreaterEqual,
  LBrace,
  RBrace,
  LParen,
  RParen,
  LBracket,
  RBracket,
  Comma,
  Colon,
  Question,
  Bar,
  Dot,
  Less,
  Greater,
  Equal,
  Plus,
  Minus,
  Star,
  Slash,
]

/** Every operator between two operands. */
export const OPERATORS: ReadonlySet<TokenType> = new Set([
  Pipe,
  Range,
  EqualEqual,
  NotEqual,
  LessEqual,
  GreaterEqual,
  Less,
  Greater,
  Plus,
  Minus,
  Star,
  Slash,
  And,
  Or,
])

const NOT_OURS: ReadonlySet<TokenType> = new Set([
  ...FOREIGN_COMMENTS,
  ...FOREIGN_BEFORE_STRINGS,
  ...FOREIGN_BEHIND_STRINGS,
  Foreign,
])

/** Everything the grammar may see. */
export const VOCABULARY: readonly TokenType[] = [
  Name,
  BinaryOperatorToken,
  EntryKeyword,
  Newline,
  StrayCloser,
  Unreadable,
  ...LEXED.filter((type) => type.GROUP === undefined && !NOT_OURS.has(type)),
]

export const CLOSER_OF: ReadonlyMap<TokenType, TokenType> = new Map([
  [LBrace, RBrace],
  [LParen, RParen],
  [LBracket, RBracket],
])
export const CLOSERS: ReadonlySet<TokenType> = new Set(CLOSER_OF.values())

/** True for an identifier and for a contextual keyword. */
export function isName(type: TokenType | undefined): boolean {
  return type === Identifier || (type !== undefined && CONTEXTUAL_SET.has(type))
}
const CONTEXTUAL_SET: ReadonlySet<TokenType> = new Set(CONTEXTUAL)

const VALUE_STARTS: ReadonlySet<TokenType> = new Set([
  Quantity,
  NumberToken,
  StringToken,
  True,
  False,
  Not,
  LBrace,
  LParen,
  LBracket,
])
/** True when a value may start with this token. Not so `-`, which after a value is an operator. */
export function startsValue(type: TokenType): boolean {
  return VALUE_STARTS.has(type) || isName(type)
}

/** `f(` or `x[`. */
export function opensCallOrIndex(type: TokenType): boolean {
  return type === LParen || type === LBracket
}

/** What stands between the name of an entry and its value, or is written there by mistake. */
export function joinsEntry(type: TokenType): boolean {
  return type === Equal || type === LessEqual || type === GreaterEqual || type === Colon || type === EqualEqual
}

export type { TokenType }
