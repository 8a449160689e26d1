import { granularityOutside, widthsNotTwo } from '../../diagnostics/messages/check-networks.js'
import { decayUnread, limitsReversed, outOfRange, outsideLimits } from '../../diagnostics/messages/check-values.js'
import type { Shape } from '../../host.js'
import type { Overflow, QuantizerSpec, Range, Rounding } from '../../program.js'
import { formatShape } from '../../shape.js'
import { type Env, placeFor } from '../context.js'
import { hasFailed, itemsOf, type ValueOf } from '../value.js'

type Fixed = ValueOf<'built'>

/** What a quantizer is for, which decides defaults that the prelude leaves open. */
interface Purpose {
  /** Overflow of `fixed(integer, fraction)` where nothing is said. */
  readonly kifOverflow: Overflow
  readonly decay: number | null
  /** Null for the declared type of an input. */
  readonly at: PlaceInForce | null
}

/** A place, and the entry of the quantizer in force that speaks for it. */
export interface PlaceInForce {
  readonly place: string
  readonly entry: string
}

/** Tracked integer bits of data shrink by at most so many bits a step; those of parameters follow at once. */
const DATA_DECAY = 0.01

/** The quantizer that `fixed(…)` describes for a tensor of `shape`. Undefined, and reported, where it makes no sense. */
export function learnedQuantizer(
  fixed: Fixed,
  shape: Shape,
  at: PlaceInForce,
  ofData: boolean,
  env: Env,
): QuantizerSpec | undefined {
  return quantizerOf(fixed, shape, { kifOverflow: 'wrap', decay: ofData ? DATA_DECAY : null, at }, env)
}

/** The type that `input … as fixed(…)` declares: nothing of it is learned, it has a sign unless told otherwise, and it saturates. */
export function declaredType(fixed: Fixed, shape: Shape, env: Env): QuantizerSpec | undefined {
  const spec = quantizerOf(fixed, shape, { kifOverflow: 'saturate', decay: null, at: null }, env)
  if (spec?.overflow === 'wrap' || spec?.overflow === 'wrap_reflect') {
    // The converter in front of the hardware clips: a wrapped measurement would be a wrong one without a trace.
    const span = fixed.arguments.get('overflow')?.span ?? fixed.span
    const rule = 'what is delivered saturates: `saturate` or `saturate_symmetric`, or leave it out'
    env.elaboration.report(outOfRange({ what: '`overflow` of an input', shown: `\`${spec.overflow}\``, rule, span }))
    return undefined
  }
  return spec === undefined ? undefined : { ...spec, signed: spec.signed === 'auto' ? true : spec.signed }
}

/** True when a `fixed(…)` makes sense for some tensor; what does not is reported. Axes are left to the tensors it meets. */
export function checkFixed(fixed: Fixed, env: Env): boolean {
  return readFixed(fixed, env) !== undefined
}

function quantizerOf(fixed: Fixed, shape: Shape, purpose: Purpose, env: Env): QuantizerSpec | undefined {
  const read = readFixed(fixed, env)
  const granularity = granularityOf(fixed, shape, purpose.at, env)
  if (read === undefined || granularity === undefined) return undefined
  const signed = fixed.arguments.get('signed')
  const usual = read.parametrization === 'kif' ? purpose.kifOverflow : 'saturate_symmetric'
  const overflow = memberOf(fixed, 'overflow', usual) as Overflow
  const decay = fixed.arguments.get('decay')
  if (decay !== undefined && (purpose.at === null || (overflow !== 'wrap' && overflow !== 'wrap_reflect')))
    env.elaboration.warn(decayUnread({ overflow, input: purpose.at === null, span: decay.span }))
  return {
    ...read,
    signed: signed?.kind === 'bool' ? signed.value : 'auto',
    rounding: memberOf(fixed, 'round', 'nearest') as Rounding,
    overflow,
    granularity,
    decay: numberOf(fixed, 'decay') ?? purpose.decay,
    regularize: numberOf(fixed, 'regularize') ?? 0,
    learned: purpose.at !== null,
  }
}

type FixedNumbers = Widths & Pick<QuantizerSpec, 'integerLimits' | 'fractionLimits' | 'magnitudeLimits'>

function readFixed(fixed: Fixed, env: Env): FixedNumbers | undefined {
  if (hasFailed(fixed)) return undefined
  const widths = widthsOf(fixed, env)
  const integerLimits = limitsOf(fixed, 'integer_limits', env)
  const fractionLimits = limitsOf(fixed, 'fraction_limits', env)
  const magnitudeLimits = limitsOf(fixed, 'magnitude_limits', env)
  if (
    widths === undefined ||
    integerLimits === undefined ||
    fractionLimits === undefined ||
    magnitudeLimits === undefined
  ) {
    return undefined
  }
  const inside = [
    withinLimits('integer', widths.integer, integerLimits, 'integer_limits', fixed, env),
    widths.parametrization === 'kif'
      ? withinLimits('fraction', widths.fraction, fractionLimits, 'fraction_limits', fixed, env)
      : withinLimits('magnitude', widths.magnitude, magnitudeLimits, 'magnitude_limits', fixed, env),
    notNegative(fixed, 'decay', env),
    notNegative(fixed, 'regularize', env),
    signedWhereReflected(fixed, env),
  ]
  return inside.includes(false) ? undefined : { ...widths, integerLimits, fractionLimits, magnitudeLimits }
}

type Widths = Pick<QuantizerSpec, 'parametrization' | 'integer' | 'fraction' | 'magnitude'>

/** Exactly two widths are given; the third follows from magnitude = integer + fraction. */
function widthsOf(fixed: Fixed, env: Env): Widths | undefined {
  const integer = numberOf(fixed, 'integer')
  const fraction = numberOf(fixed, 'fraction')
  const magnitude = numberOf(fixed, 'magnitude')
  const given = ['integer', 'fraction', 'magnitude'].filter((name) => fixed.arguments.has(name))
  if (given.length === 2) {
    if (integer !== undefined && fraction !== undefined)
      return { parametrization: 'kif', integer, fraction, magnitude: integer + fraction }
    if (magnitude !== undefined && integer !== undefined)
      return { parametrization: 'kbi', integer, fraction: magnitude - integer, magnitude }
    if (magnitude !== undefined && fraction !== undefined)
      return { parametrization: 'kbi', integer: magnitude - fraction, fraction, magnitude }
  }
  env.elaboration.report(widthsNotTwo({ ...placeFor(env, fixed.span), given }))
  return undefined
}

/** Axes along which widths differ, counted from the front. */
function granularityOf(fixed: Fixed, shape: Shape, at: PlaceInForce | null, env: Env): readonly number[] | undefined {
  const value = fixed.arguments.get('granularity')
  const every = shape.map((_, axis) => axis)
  if (value === undefined) return every
  if (value.kind === 'member') {
    switch (value.name) {
      case 'channel':
        return every.slice(-1)
      case 'tensor':
        return []
      default:
        return every
    }
  }
  const axes = new Set<number>()
  for (const item of itemsOf(value) ?? []) {
    if (item.kind !== 'number') return undefined
    const axis = item.value < 0 ? item.value + shape.length : item.value
    if (axis < 0 || axis >= shape.length) {
      env.elaboration.report(
        granularityOutside({
          ...placeFor(env, item.span),
          axis: item.value,
          shape: formatShape(shape),
          place: at?.place,
          entry: at?.entry,
        }),
      )
      return undefined
    }
    axes.add(axis)
  }
  return [...axes].sort((a, b) => a - b)
}

function limitsOf(fixed: Fixed, name: string, env: Env): Range | undefined {
  const value = fixed.arguments.get(name)
  if (value?.kind !== 'range') return undefined
  const { low, high, span } = value
  if (low <= high) return { low, high }
  env.elaboration.report(limitsReversed({ low, high, span }))
  return undefined
}

function withinLimits(
  what: string,
  value: number,
  { low, high }: Range,
  limits: string,
  fixed: Fixed,
  env: Env,
): boolean {
  if (value >= low && value <= high) return true
  const span = fixed.arguments.get(what)?.span ?? fixed.span
  env.elaboration.report(
    outsideLimits({ what, value, low, high, span, limits: fixed.arguments.get(limits)?.span ?? fixed.span }),
  )
  return false
}

function notNegative(fixed: Fixed, name: string, env: Env): boolean {
  const value = numberOf(fixed, name)
  if (value === undefined || value >= 0) return true
  const span = fixed.arguments.get(name)?.span ?? fixed.span
  env.elaboration.report(outOfRange({ what: `\`${name}\``, shown: String(value), rule: 'must not be negative', span }))
  return false
}

/** Without the sign bit reflection would invert the upper half of the range. */
function signedWhereReflected(fixed: Fixed, env: Env): boolean {
  const signed = fixed.arguments.get('signed')
  if (memberOf(fixed, 'overflow', '') !== 'wrap_reflect' || signed?.kind !== 'bool' || signed.value) return true
  const rule = '`wrap_reflect` runs back at both ends of a signed range; leave `signed` out'
  env.elaboration.report(outOfRange({ what: '`signed`', shown: '`false`', rule, span: signed.span }))
  return false
}

function numberOf(fixed: Fixed, name: string): number | undefined {
  const value = fixed.arguments.get(name)
  return value?.kind === 'number' || value?.kind === 'quantity' ? value.value : undefined
}

function memberOf(fixed: Fixed, name: string, otherwise: string): string {
  const value = fixed.arguments.get(name)
  return value?.kind === 'member' ? value.name : otherwise
}
