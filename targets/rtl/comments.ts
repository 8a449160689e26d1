import type { Interval } from '../../compiler/fixed/interval.js'

/** `[-3.5, 3.25] step 2^-2`. */
export function rangeText(interval: Interval): string {
  const real = (integer: bigint): string => decimal(integer, interval.fraction)
  return `[${real(interval.low)}, ${real(interval.high)}] step 2^${interval.fraction === 0 ? 0 : -interval.fraction}`
}

/** integer · 2^-fraction as an exact decimal number. */
function decimal(integer: bigint, fraction: number): string {
  if (fraction <= 0) return String(integer << BigInt(-fraction))
  const magnitude = integer < 0n ? -integer : integer
  const digits = (magnitude * 5n ** BigInt(fraction)).toString().padStart(fraction + 1, '0')
  const whole = digits.slice(0, -fraction)
  const rest = digits.slice(-fraction).replace(/0+$/, '')
  return `${integer < 0n ? '-' : ''}${whole}${rest === '' ? '' : `.${rest}`}`
}

/** A comment must not run on: paths are printed with everything but plain characters replaced. */
export function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ')
}
