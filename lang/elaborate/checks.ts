import { outOfRange } from '../diagnostics/messages/check-values.js'
import type { Elaboration } from './context.js'
import type { Arguments, Value } from './value.js'

/** A rule for a number: a test and how a message says it. */
export interface NumberRule {
  readonly holds: (value: number) => boolean
  readonly text: string
}

export const positive: NumberRule = { holds: (value) => value > 0, text: 'must be above 0' }
export const notNegative: NumberRule = { holds: (value) => value >= 0, text: 'must not be negative' }
export const atLeastOne: NumberRule = { holds: (value) => value >= 1, text: 'must be at least 1' }
export const wholeFromOne: NumberRule = {
  holds: (value) => Number.isSafeInteger(value) && value >= 1,
  text: 'must be a whole number from 1 on',
}
export const fraction: NumberRule = {
  holds: (value) => value >= 0 && value <= 1,
  text: 'must be between 0 % and 100 %',
}
export const share: NumberRule = {
  holds: (value) => value > 0 && value <= 1,
  text: 'must be above 0 % and at most 100 %',
}
export const belowOne: NumberRule = {
  holds: (value) => value >= 0 && value < 1,
  text: 'must be at least 0 and below 1',
}
export const seedRule: NumberRule = {
  holds: (value) => Number.isSafeInteger(value) && value >= 0,
  text: 'must be a whole number from 0 on',
}

/**
 * Checks the numbers among `values` that have a rule; what is absent or no number (a schedule where a number may stand)
 * is left alone. False, and reported, when one breaks its rule.
 */
export function checkNumbers(
  values: Arguments,
  rules: Readonly<Record<string, NumberRule>>,
  elaboration: Elaboration,
): boolean {
  let good = true
  for (const [name, rule] of Object.entries(rules)) {
    const value = values.get(name)
    const number = value === undefined ? undefined : numberOf(value)
    if (value === undefined || number === undefined || rule.holds(number)) continue
    elaboration.report(outOfRange({ what: `\`${name}\``, shown: shownOf(value), rule: rule.text, span: value.span }))
    good = false
  }
  return good
}

/** The number of a value, in the base unit of a quantity; undefined for what is no number. */
export function numberOf(value: Value): number | undefined {
  return value.kind === 'number' || value.kind === 'quantity' ? value.value : undefined
}

function shownOf(value: Value): string {
  if (value.kind === 'quantity' && value.dimension === 'fraction')
    return `${Number((100 * value.value).toPrecision(12))} %`
  return value.kind === 'quantity' && (value.dimension === 'epochs' || value.dimension === 'steps')
    ? `${value.value} ${value.dimension}`
    : String(numberOf(value))
}
