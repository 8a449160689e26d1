import type { Diagnostic } from '../../diagnostics/diagnostic.js'
import {
  argumentTwice,
  missingArguments,
  positionalAfterNamed,
  tooManyArguments,
  unknownArgument,
} from '../../diagnostics/messages/check-calls.js'
import { unknownText } from '../../diagnostics/messages/check-names.js'
import { wrongRelation } from '../../diagnostics/messages/check-operators.js'
import {
  bareNumber,
  branchesDiffer,
  listExpected,
  mismatch,
  singleExpected,
  valueAsText,
  wholeNumberExpected,
  wrongDimension,
} from '../../diagnostics/messages/check-types.js'
import type { Span } from '../../source.js'
import type { Expression } from '../../syntax/ast.js'
import { dimensionOf } from '../../units.js'
import { commonType, isAssignable } from '../assign.js'
import { type Env, fail } from '../context.js'
import { reportMismatch } from '../mismatch.js'
import { typeText } from '../type-text.js'
import { boolType, floatType, intType, quantityOf, stringType, type Type, unknownType } from '../types.js'
import { unquotedPath } from '../unquoted.js'
import { inferCall, inferPipe, inferWith } from './calls.js'
import { inferList, inferRecord } from './literals.js'
import { inferIndex, inferMember } from './members.js'
import { inferName } from './names.js'
import { inferBinary, inferUnary } from './operators.js'

/** What a value is for, to say so when it does not fit. */
export interface Purpose {
  /** e.g. `'units' of 'dense'`. */
  readonly text: string
  /** Where that is declared, unless in the prelude. */
  readonly definition?: Span | undefined
  /** Of a value that is piped: the call it goes into. */
  readonly pipedInto?: Span | undefined
}

/**
 * Checks that `expression` fits `expected`, and gives its type, or the unknown type when it does not.
 * Lists, records and both branches of a conditional are checked inside, so that a message points at the item itself.
 */
export function expectType(expression: Expression, expected: Type, env: Env, purpose: Purpose): Type {
  const path = unquotedPath(expression, expected, env)
  if (path !== undefined) return fail(env, unknownText({ name: path, span: expression.span }))
  const before = env.module.diagnostics.length
  const found = inferType(expression, env, expected, purpose)
  if (isAssignable(found, expected)) return found
  dropMisfitsOfParts(expression, env.module.diagnostics, before)
  reportMismatch({ expression, found, expected, env, purpose })
  return unknownType
}

/** Messages that a value, or an argument, does not fit where it stands. */
const MISFITS: ReadonlySet<string> = new Set(
  [
    ...[mismatch, bareNumber, wrongDimension, wholeNumberExpected, valueAsText, listExpected, singleExpected],
    ...[wrongRelation, unknownArgument, argumentTwice, tooManyArguments, missingArguments, positionalAfterNamed],
  ].map(({ code }) => code),
)

/**
 * What is no longer worth a word once the whole does not fit: that the arguments of a function that cannot stand here do not fit it,
 * that the ends of a range are no whole numbers. Messages from `before` on; what is wrong further inside stays.
 */
function dropMisfitsOfParts(expression: Expression, diagnostics: Diagnostic[], before: number): void {
  const parts = directParts(expression)
  const kept = diagnostics.slice(before).filter(({ code, span }) => {
    const isPart = parts.some((part) => part.start === span?.start && part.end === span.end)
    return !(isPart && MISFITS.has(code))
  })
  diagnostics.splice(before, diagnostics.length, ...kept)
}

function directParts(expression: Expression): readonly Span[] {
  switch (expression.kind) {
    case 'call':
      return [
        expression.span,
        ...expression.arguments.flatMap(({ name, value }) => [value.span, name?.span ?? value.span]),
      ]
    case 'record':
      return expression.entries.map((entry) => entry.span)
    case 'binary':
      return expression.operator === '..' ? [expression.left.span, expression.right.span] : []
    default:
      return []
  }
}

/**
 * The type of `expression`. What is `expected` decides what bare names mean (members of an enumeration, metrics, places,
 * functions called without parentheses); that the type fits it is for `expectType` to check.
 */
export function inferType(expression: Expression, env: Env, expected?: Type, purpose?: Purpose): Type {
  const type = infer(expression, env, expected, purpose)
  env.module.types.set(expression, type)
  return type
}

function infer(expression: Expression, env: Env, expected: Type | undefined, purpose: Purpose | undefined): Type {
  switch (expression.kind) {
    case 'number':
      return expression.isInteger ? intType : floatType
    case 'quantity': {
      const dimension = dimensionOf(expression.unit)
      return dimension === undefined ? unknownType : quantityOf(dimension)
    }
    case 'string':
      return stringType
    case 'boolean':
      return boolType
    case 'name':
      return inferName(expression, env, expected)
    case 'member':
      return inferMember(expression, env, expected)
    case 'index':
      return inferIndex(expression, env)
    case 'call':
      return inferCall(expression, env, expected)
    case 'list':
      return inferList(expression, env, expected, purpose)
    case 'record':
      return inferRecord(expression, env, expected, purpose)
    case 'unary':
      return inferUnary(expression, env, expected)
    case 'binary':
      return inferBinary(expression, env, expected)
    case 'conditional':
      return inferConditional(expression, env, expected, purpose)
    case 'pipe':
      return inferPipe(expression, env, expected)
    case 'with':
      return inferWith(expression, env, expected)
  }
}

function inferConditional(
  expression: Extract<Expression, { kind: 'conditional' }>,
  env: Env,
  expected: Type | undefined,
  purpose: Purpose | undefined,
): Type {
  expectType(expression.condition, boolType, env, { text: 'the condition before `?`' })
  const branch = (inner: Expression): Type =>
    expected === undefined
      ? inferType(inner, env)
      : expectType(inner, expected, env, purpose ?? { text: 'this branch' })
  const whenTrue = branch(expression.whenTrue)
  const whenFalse = branch(expression.whenFalse)
  const common = commonType(whenTrue, whenFalse)
  if (common !== undefined) return common
  if (expected !== undefined) return expected
  return fail(
    env,
    branchesDiffer({
      span: expression.whenFalse.span,
      type: typeText(whenFalse),
      other: expression.whenTrue.span,
      otherType: typeText(whenTrue),
    }),
  )
}
