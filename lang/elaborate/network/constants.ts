import { constantTooFine } from '../../diagnostics/messages/check-networks.js'
import { type Env, placeFor } from '../context.js'
import type { ValueOf } from '../value.js'

/** Bits that a constant may have where it meets data unquantized. */
const SHORT = 16

/** The exponent of a power of two, undefined for any other number. */
export function powerOfTwo(value: number): number | undefined {
  if (!(value > 0) || !Number.isFinite(value)) return undefined
  let rest = value
  let exponent = 0
  for (; rest >= 2; exponent++) rest /= 2
  for (; rest < 1; exponent--) rest *= 2
  return rest === 1 ? exponent : undefined
}

/** True when the number has at most 16 significant bits; else it is reported, with the nearest such number. */
export function exactConstant(constant: ValueOf<'number'>, env: Env): boolean {
  const { value, span } = constant
  const near = shorten(value)
  if (near === value) return true
  env.elaboration.report(constantTooFine({ ...placeFor(env, span), value, near }))
  return false
}

function shorten(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value
  let scale = 1
  // Powers of two scale exactly.
  while (Math.abs(value * scale) < 2 ** (SHORT - 1)) scale *= 2
  while (Math.abs(value * scale) >= 2 ** SHORT) scale /= 2
  return Math.round(value * scale) / scale
}
