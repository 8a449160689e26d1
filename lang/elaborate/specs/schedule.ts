import { knotsOfTwoUnits, knotsOutOfOrder } from '../../diagnostics/messages/check-schedules.js'
import { outOfRange } from '../../diagnostics/messages/check-values.js'
import { atLeastOne, checkNumbers, type NumberRule, notNegative, positive } from '../checks.js'
import type { Elaboration } from '../context.js'
import type { Arguments, Value, ValueOf } from '../value.js'
import { checkController } from './controller.js'
import { checkWarmup } from './warm-up.js'

/**
 * Checks a number that may be a schedule or a controller: `rule` is for the number itself, and for every value that the
 * schedule names. `epochs` are those of the training.
 */
export function checkScheduled(
  values: Arguments,
  name: string,
  rule: NumberRule,
  epochs: Value | undefined,
  elaboration: Elaboration,
): void {
  checkNumbers(values, { [name]: rule }, elaboration)
  const value = values.get(name)
  if (value?.kind !== 'built') return
  if (value.name === 'piecewise') checkKnots(value, elaboration)
  else if (value.name === 'pid') checkController(value, elaboration)
  else checkSchedule(value, elaboration)
  checkWarmup(value, epochs, elaboration)
}

function checkSchedule(value: ValueOf<'built'>, elaboration: Elaboration): void {
  const ends = value.name === 'geometric' ? positive : notNegative
  const rules = {
    from: ends,
    to: ends,
    value: notNegative,
    over: positive,
    warmup: notNegative,
    hold: notNegative,
    cycles: atLeastOne,
    shrink: positive,
  }
  checkNumbers(value.arguments, rules, elaboration)
}

function checkKnots({ arguments: values }: ValueOf<'built'>, elaboration: Elaboration): void {
  const list = values.get('knots')
  if (list?.kind !== 'list') return
  if (list.items.length === 0)
    elaboration.report(outOfRange({ what: '`knots`', shown: '[]', rule: 'needs at least one knot', span: list.span }))
  const between = memberName(values.get('between'))
  let before: ValueOf<'quantity'> | undefined
  // The value of a knot that a geometric piece ends at must be above 0 as well.
  let arrives: string | undefined
  for (const knot of list.items) {
    if (knot.kind !== 'record') return
    const leaves = memberName(knot.entries.get('between')) ?? between
    const value = arrives === 'geometric' || leaves === 'geometric' ? positive : notNegative
    if (!checkNumbers(knot.entries, { at: notNegative, value }, elaboration)) return
    const at = knot.entries.get('at')
    if (at?.kind !== 'quantity') return
    if (before !== undefined && !follows(before, at, elaboration)) return
    before = at
    arrives = leaves
  }
}

/** True, or reported, when a knot comes after the one before. */
function follows(before: ValueOf<'quantity'>, at: ValueOf<'quantity'>, elaboration: Elaboration): boolean {
  if (before.dimension !== at.dimension) {
    elaboration.report(knotsOfTwoUnits({ span: at.span, first: before.span, unit: before.dimension }))
    return false
  }
  if (at.value > before.value) return true
  const shown = (each: ValueOf<'quantity'>): string => `${each.value} ${each.dimension}`
  elaboration.report(knotsOutOfOrder({ at: shown(at), before: shown(before), span: at.span, first: before.span }))
  return false
}

function memberName(value: Value | undefined): string | undefined {
  return value?.kind === 'member' ? value.name : undefined
}
