import type { Diagnostic } from '../diagnostics/diagnostic.js'
import {
  bareNumber,
  listExpected,
  type Misfit,
  mismatch,
  singleExpected,
  valueAsText,
  wholeNumberExpected,
  wrongDimension,
} from '../diagnostics/messages/check-types.js'
import type { Expression } from '../syntax/ast.js'
import { type Dimension, toBase, UNITS, unitsOf } from '../units.js'
import { isAssignable } from './assign.js'
import { type Env, report } from './context.js'
import { exampleOf, writtenFor } from './examples.js'
import type { Purpose } from './expressions/expression.js'
import { callsWith, nameInQuotes, standsWithoutQuotes } from './quoted.js'
import type { Reference } from './result.js'
import { membersOf, typeText } from './type-text.js'
import { acceptsNumber, dimensionsOf, networkType, optionsOf, type Type } from './types.js'

interface Mismatch {
  readonly expression: Expression
  readonly found: Type
  readonly expected: Type
  readonly env: Env
  readonly purpose: Purpose
}

/** Reports that a value does not fit, with the cure where one is known: a unit, a conversion, quotes, brackets. */
export function reportMismatch(facts: Mismatch): void {
  report(facts.env, describe(facts))
  // What is named in quotes is meant, and not unused.
  const { expression, expected, env } = facts
  const named = expression.kind === 'string' ? nameInQuotes(expression.value, expected, env) : undefined
  if (named !== undefined) named.used = true
}

function describe({ env, expression, found, expected, purpose }: Mismatch): Diagnostic {
  const common = {
    span: expression.span,
    purpose: purpose.text,
    definition: purpose.definition,
    source: definitionOf(expression, env),
    pipedInto: purpose.pipedInto,
    expected: typeText(expected),
    found: typeText(found),
  }
  const dimensions = dimensionsOf(expected)
  const literal = literalOf(expression)
  if (dimensions.length > 0 && (found.kind === 'int' || found.kind === 'float') && !dimensions.includes('count')) {
    const suggestions = literal === undefined ? [] : dimensions.flatMap((dimension) => withUnit(literal, dimension))
    const units = dimensions.flatMap(unitsOf)
    return bareNumber({ ...common, units, suggestions })
  }
  if (found.kind === 'quantity' && (dimensions.length > 0 || acceptsNumber(expected))) {
    const converted =
      expression.kind === 'quantity' ? conversion(expression.value, expression.unit, dimensions) : undefined
    // 40 of a hundred are not 40.
    const isCount = expression.kind === 'quantity' && expression.unit !== '%' && acceptsNumber(expected)
    const plain = isCount ? withoutUnit(expression.text) : undefined
    return wrongDimension({ ...common, replacement: converted ?? plain, isConversion: converted !== undefined })
  }
  if (found.kind === 'float' && acceptsInt(expected)) {
    const isWhole = literal !== undefined && Number.isSafeInteger(literal)
    const replacement = isWhole ? String(literal) : undefined
    return wholeNumberExpected({ ...common, replacement, quotient: isQuotient(expression) })
  }
  const members = membersOf(expected)
  if (expression.kind === 'string') {
    if (standsWithoutQuotes(expression.value, expected, env)) {
      return valueAsText({ ...common, value: expression.value })
    }
    return mismatch({ ...common, members, calls: callsWith(expression.value, expected, env) })
  }
  if (optionsOf(expected).some((option) => option.kind === 'list' && isAssignable(found, option.element))) {
    return listExpected(common)
  }
  const isSingle = expression.kind === 'list' && expression.items.length === 1
  if (found.kind === 'list' && (isSingle || isAssignable(found.element, expected))) return singleExpected(common)
  const record = optionsOf(expected).find((option) => option.kind === 'record')
  if (expression.kind === 'binary' && found.kind === 'range') {
    const isSchedule = optionsOf(expected).some((option) => option.kind === 'opaque' && option.name === 'schedule')
    const [from, to] = [expression.left.span, expression.right.span].map(({ start, end }) =>
      env.module.text.slice(start, end),
    )
    if (isSchedule)
      return mismatch({ ...common, members, calls: [`geometric(${from}, ${to})`, `linear(${from}, ${to})`] })
  }
  const isQuantizer = found.kind === 'declared' && found.declaration === 'quantizer'
  if (isQuantizer && isAssignable(networkType, expected))
    return mismatch({ ...common, members, calls: ['tagger() with fine'] })
  return mismatch({ ...common, members, calls: record === undefined ? writtenFor(expected) : [exampleOf('', record)] })
}

/** Where the value comes from, when it is a name of this program, called or not. */
function definitionOf(expression: Expression, env: Env): Misfit['source'] {
  switch (expression.kind) {
    case 'call':
      return definitionOf(expression.callee, env)
    case 'with':
      return definitionOf(expression.call, env)
    case 'name': {
      const reference = env.module.references.get(expression) ?? fileReference(expression.name, env)
      if (reference?.kind === 'local') return { name: reference.name, span: reference.definition.span }
      if (reference?.kind !== 'declaration' || reference.module === env.program.prelude.path) return undefined
      return { name: expression.name, span: reference.declaration.name.span }
    }
    default:
      return undefined
  }
}

/** A name of the wrong kind is not recorded as a reference. */
function fileReference(name: string, env: Env): Reference | undefined {
  const target = env.module.scope.values.get(name)?.target
  return target === undefined
    ? undefined
    : { kind: 'declaration', module: target.module.path, declaration: target.declaration }
}

function acceptsInt(type: Type): boolean {
  return optionsOf(type).some((option) => option.kind === 'int')
}

function isQuotient(expression: Expression): boolean {
  return expression.kind === 'binary' && expression.operator === '/'
}

/** The number that is written, with its sign; undefined for anything that must be computed. */
function literalOf(expression: Expression): number | undefined {
  if (expression.kind === 'number') return expression.value
  if (expression.kind !== 'unary' || expression.operator !== '-') return undefined
  const operand = literalOf(expression.operand)
  return operand === undefined ? undefined : -operand
}

/** How the bare number would be written as a `dimension`; nothing where no unit is the obvious one. */
function withUnit(value: number, dimension: Dimension): readonly string[] {
  switch (dimension) {
    case 'fraction':
      // 0.7 is meant as 70 %; 70 as well.
      return [`${tidy(Math.abs(value) <= 1 ? value * 100 : value)} %`]
    case 'epochs':
    case 'steps':
      return [`${value} ${dimension}`]
    case 'bits':
      return [`${value} bit`]
    default:
      return []
  }
}

/** A frequency as the period it has, or the other way round, where one of `dimensions` wants that. */
function conversion(value: number, unit: string, dimensions: readonly Dimension[]): string | undefined {
  const dimension = UNITS.get(unit)?.dimension
  const base = toBase(value, unit)
  if (base === undefined || base <= 0) return undefined
  if (dimension === 'frequency' && dimensions.includes('time')) return `${tidy(1000 / base)} ns`
  if (dimension === 'time' && dimensions.includes('frequency')) return `${tidy(1000 / base)} MHz`
  return undefined
}

/** The number of a quantity as it was written: `5_000 ns` → `5_000`. */
function withoutUnit(text: string): string | undefined {
  return /^[\d_.]+(?:[eE][+-]?\d+)?/.exec(text)?.[0]
}

/** At most six digits, without trailing zeros. */
function tidy(value: number): string {
  return String(Number(value.toPrecision(6)))
}
