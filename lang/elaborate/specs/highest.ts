import { numberOf } from '../checks.js'
import type { Arguments, Value } from '../value.js'

/**
 * The highest value that a number or a schedule comes to in a training of `epochs`. What a schedule has in steps counts as
 * reached: how many of them an epoch has is known only with the data.
 */
export function highestOf(value: Value, epochs: number): number | undefined {
  if (value.kind !== 'built') return numberOf(value)
  const { arguments: given } = value
  switch (value.name) {
    case 'linear':
    case 'geometric': {
      const [from, to] = [numberAt(given, 'from'), numberAt(given, 'to')]
      if (from === undefined || to === undefined) return undefined
      return Math.max(from, between(value.name, from, to, partOf(given, epochs)))
    }
    case 'cosine': {
      const warmup = epochsAt(given, 'warmup', 0)
      const [from, to] = [numberAt(given, 'from'), numberAt(given, 'to')]
      if (from === undefined || to === undefined) return undefined
      return warmup !== undefined && warmup > epochs ? (from * epochs) / warmup : Math.max(from, to)
    }
    case 'piecewise':
      return highestKnot(given, epochs)
    default:
      return numberAt(given, 'value')
  }
}

/** How much of its way a ramp goes, behind its `hold`: 1 where it arrives. */
function partOf(given: Arguments, epochs: number): number {
  const hold = epochsAt(given, 'hold', 0)
  if (hold === undefined) return 1
  // Without `over` it arrives at the end of the training.
  const over = epochsAt(given, 'over', epochs - hold)
  if (over === undefined) return 1
  return epochs <= hold ? 0 : Math.min(1, (epochs - hold) / over)
}

/** Of the knots within the training, and of where it ends between two. */
function highestKnot(given: Arguments, epochs: number): number | undefined {
  const list = given.get('knots')
  if (list?.kind !== 'list') return undefined
  const usual = memberAt(given, 'between')
  let highest: number | undefined
  let before: { readonly at: number; readonly value: number; readonly leaves: string | undefined } | undefined
  for (const knot of list.items) {
    if (knot.kind !== 'record') return undefined
    const { entries } = knot
    const [at, value] = [epochsAt(entries, 'at', 0) ?? 0, numberAt(entries, 'value')]
    if (value === undefined) return undefined
    if (before !== undefined && at > epochs) {
      const part = (epochs - before.at) / (at - before.at)
      return Math.max(highest ?? value, between(before.leaves, before.value, value, part))
    }
    highest = Math.max(highest ?? value, value)
    before = { at, value, leaves: memberAt(entries, 'between') ?? usual }
  }
  return highest
}

function between(how: string | undefined, from: number, to: number, part: number): number {
  if (how === 'constant') return from
  return how === 'geometric' && from > 0 && to > 0 ? from * power(to / from, part) : from + (to - from) * part
}

/** `base`^`exponent` for an exponent from 0 to 1, by roots. */
function power(base: number, exponent: number): number {
  if (exponent >= 1) return base
  let result = 1
  for (let root = Math.sqrt(base), left = exponent * 2; left > 0; root = Math.sqrt(root), left *= 2) {
    if (left < 1) continue
    result *= root
    left -= 1
  }
  return result
}

function numberAt(given: Arguments, name: string): number | undefined {
  const value = given.get(name)
  return value === undefined ? undefined : numberOf(value)
}

/** A duration in epochs; `otherwise` where it is left out, undefined where it is in steps. */
function epochsAt(given: Arguments, name: string, otherwise: number): number | undefined {
  const value = given.get(name)
  if (value === undefined) return otherwise
  return value.kind === 'quantity' && value.dimension === 'epochs' ? value.value : undefined
}

function memberAt(given: Arguments, name: string): string | undefined {
  const value = given.get(name)
  return value?.kind === 'member' ? value.name : undefined
}
