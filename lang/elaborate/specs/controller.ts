import { controllerLimits, startOutsideLimits } from '../../diagnostics/messages/check-schedules.js'
import { atLeastOne, belowOne, checkNumbers, notNegative, numberOf, positive } from '../checks.js'
import type { Elaboration } from '../context.js'
import { type Arguments, numberValue, type Value, type ValueOf } from '../value.js'

/** Checks the numbers of a `pid(…)`, and that its limits leave it something. */
export function checkController({ arguments: values }: ValueOf<'built'>, elaboration: Elaboration): void {
  const rules = {
    target: positive,
    start: positive,
    warmup: atLeastOne,
    kp: notNegative,
    ki: notNegative,
    kd: notNegative,
    lowest: positive,
    highest: positive,
    damping: belowOne,
  }
  if (!checkNumbers(values, rules, elaboration)) return
  const { lowest, highest, low, high } = limitsOf(values)
  if (lowest === undefined || highest === undefined || low === undefined || high === undefined) return
  if (low < high) {
    checkStart(values.get('start'), low, high, elaboration)
    return
  }
  // The one that was given is the one to point at; a default stands in the prelude.
  const span = isDefault(highest, elaboration) ? lowest.span : highest.span
  elaboration.report(controllerLimits({ low, high, span }))
}

/** A `start` that is written lies within the limits. */
function checkStart(given: Value | undefined, low: number, high: number, elaboration: Elaboration): void {
  const start = given === undefined ? undefined : numberOf(given)
  if (given === undefined || start === undefined || isDefault(given, elaboration)) return
  if (start < low || start > high) elaboration.report(startOutsideLimits({ start, low, high, span: given.span }))
}

/** A `pid(…)` whose `start`, where it is the default of the prelude, is moved into the limits; any other value as it is. */
export function startedWithinLimits(value: Value | undefined, elaboration: Elaboration): Value | undefined {
  if (value?.kind !== 'built' || value.name !== 'pid') return value
  const given = value.arguments.get('start')
  const start = given === undefined ? undefined : numberOf(given)
  const { low, high } = limitsOf(value.arguments)
  if (given === undefined || start === undefined || low === undefined || high === undefined) return value
  if (!isDefault(given, elaboration)) return value
  const moved = numberValue(Math.min(Math.max(start, low), high), given.span)
  return { ...value, arguments: new Map([...value.arguments, ['start', moved]]) }
}

function limitsOf(values: Arguments): {
  readonly lowest: Value | undefined
  readonly highest: Value | undefined
  readonly low: number | undefined
  readonly high: number | undefined
} {
  const [lowest, highest] = [values.get('lowest'), values.get('highest')]
  const [low, high] = [lowest, highest].map((each) => (each === undefined ? undefined : numberOf(each)))
  return { lowest, highest, low, high }
}

function isDefault({ span }: Value, elaboration: Elaboration): boolean {
  return span.file === elaboration.prelude.path
}
