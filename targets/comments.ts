import type { Interval } from '../compiler/fixed/interval.js'
import { decimal } from './decimal.js'

/** `[-3.5, 3.25] step 2^-2`. */
export function rangeText(interval: Interval): string {
  const real = (integer: bigint): string => decimal(integer, interval.fraction)
  return `[${real(interval.low)}, ${real(interval.high)}] step 2^${interval.fraction === 0 ? 0 : -interval.fraction}`
}

/** A comment must not run on: paths are printed with everything but plain characters replaced. */
export function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ')
}
