import { meantBy } from '../habits.js'
import { fixedPointMeant } from '../hints.js'
import { readNumber } from '../syntax/literals.js'
import { UNITS } from '../units.js'
import { isAssignable } from './assign.js'
import type { Env, FileName } from './context.js'
import { signatureOf } from './signatures.js'
import { membersOf } from './type-text.js'
import { acceptsNumber, dimensionsOf, optionsOf, stringType, type Type } from './types.js'
import { couldBe } from './unknown-name.js'

/** Whether a text that was written where `expected` is would be right without its quotes: `"42"`, `"200 MHz"`, `"verilog"`. */
export function standsWithoutQuotes(text: string, expected: Type, env: Env): boolean {
  if (membersOf(expected).includes(text)) return true
  const options = optionsOf(expected)
  if (text === 'true' || text === 'false') return options.some((option) => option.kind === 'bool')
  const [, number, unit] = /^(-?\d+(?:_\d+)*(?:\.\d+)?(?:[eE][+-]?\d+)?)[ \t]*(%|[A-Za-z]+)?$/.exec(text) ?? []
  if (number !== undefined && unit !== undefined) {
    const dimension = UNITS.get(unit)?.dimension
    return dimension !== undefined && dimensionsOf(expected).includes(dimension)
  }
  if (number !== undefined) {
    const isWhole = Number.isSafeInteger(readNumber(number))
    return acceptsNumber(expected) && (isWhole || options.some((option) => option.kind === 'float'))
  }
  return nameInQuotes(text, expected, env) !== undefined
}

/** What a text names that could stand where `expected` is. */
export function nameInQuotes(text: string, expected: Type, env: Env): FileName | undefined {
  const named = env.module.scope.values.get(text) ?? env.program.prelude.scope.values.get(text)
  return named !== undefined && couldBe(named, env, expected) ? named : undefined
}

/** What could stand where `expected` is and was probably meant by a text: `"Adam"`, the part number of a device. */
function wordMeant(text: string, expected: Type, env: Env): string | undefined {
  const names = [...env.module.scope.values, ...env.program.prelude.scope.values].flatMap(([name, value]) =>
    couldBe(value, env, expected) ? [name] : [],
  )
  const known = [...membersOf(expected), ...names]
  return known.find((name) => name.length > 3 && text.startsWith(name)) ?? meantBy(text, known)
}

/**
 * How functions of the prelude make of a text what is expected: `csv("beans.csv")` where a source is. That which is called
 * as the text ends, where there is one; else all that take a text alone.
 */
export function callsWith(text: string, expected: Type, env: Env): readonly string[] {
  const makers = [...env.program.prelude.scope.values].flatMap(([name, { target }]) => {
    const signature = target === undefined ? undefined : signatureOf(env.program, target.module, target.declaration)
    if (signature === undefined || signature.result.kind === 'unknown') return []
    const [first, ...others] = signature.parameters
    const takesText = first !== undefined && isAssignable(stringType, first.type)
    return takesText && others.every(({ required }) => !required) && isAssignable(signature.result, expected)
      ? [name]
      : []
  })
  const type = optionsOf(expected).some((option) => option.kind === 'opaque' && option.name === 'fixed_point')
  const fixedPoint = type ? fixedPointMeant(text) : undefined
  if (fixedPoint !== undefined) return [fixedPoint]
  const word = wordMeant(text, expected, env)
  if (word !== undefined) return [word]
  const ending = text.split('.').at(-1)?.toLowerCase()
  const shown = makers.filter((name) => name === ending)
  return (shown.length > 0 ? shown : makers).map((name) => `${name}(${JSON.stringify(text)})`)
}
