import {
  intersect,
  isPoint,
  isZero,
  makeInterval,
  pointInterval,
  scaleInterval,
  trailingZeros,
  ZERO,
} from './arithmetic.js'
import { addDyadic, type Dyadic, multiplyDyadic, scaleDyadic } from './dyadic.js'
import type { FixedNode, NodeId, Term } from './graph.js'
import type { Interval } from './interval.js'
import type { NodeFunction } from './nodes.js'

/**
 * A value as a constant plus a sum of coefficients times atoms, where atoms are nodes that are no sums themselves. Atoms
 * are taken as independent, so an operand that occurs in several terms of a sum widens its interval only once.
 */
export interface LinearForm {
  readonly constant: Dyadic
  readonly coefficients: ReadonlyMap<NodeId, Dyadic>
}

/** Past this many atoms a sum becomes an atom itself: its interval is then plain interval arithmetic, still sound. */
const MOST_ATOMS = 1024

/** The form of a node that is no sum. */
export function atomForm(node: NodeId): LinearForm {
  return { constant: NOTHING, coefficients: new Map([[node, ONE]]) }
}

/** The form of a single known value. */
export function constantForm(interval: Interval): LinearForm {
  return { constant: { mantissa: interval.low, exponent: -interval.fraction }, coefficients: new Map() }
}

/** The form of Σ terms; null when it has too many atoms to be worth keeping. */
export function sumForms(terms: readonly (Term & { readonly form: LinearForm })[]): LinearForm | null {
  let constant = NOTHING
  const coefficients = new Map<NodeId, Dyadic>()
  for (const { form, shift, negate } of terms) {
    constant = addDyadic(constant, scaleDyadic(form.constant, shift, negate))
    for (const [atom, coefficient] of form.coefficients) {
      const sum = addDyadic(coefficients.get(atom) ?? NOTHING, scaleDyadic(coefficient, shift, negate))
      if (sum.mantissa === 0n) coefficients.delete(atom)
      else coefficients.set(atom, sum)
    }
    if (coefficients.size > MOST_ATOMS) return null
  }
  return { constant, coefficients }
}

/** The form of a node that is linear in its operands; null for one that is not, and for one that has too many atoms. */
export function linearFormOf(node: FixedNode | NodeFunction, formAt: (id: NodeId) => LinearForm): LinearForm | null {
  const of = (term: Term): Term & { form: LinearForm } => ({ ...term, form: formAt(term.node) })
  switch (node.kind) {
    case 'add':
      return sumForms([of(node.left), of(node.right)])
    case 'sum':
      return sumForms(node.terms.map(of))
    case 'scale':
      return sumForms([of(node.term)])
    case 'multiply_constant':
      return multiplyForm(formAt(node.node), node)
    default:
      return null
  }
}

/** The form times a constant. */
export function multiplyForm(form: LinearForm, factor: Dyadic): LinearForm {
  const times = (value: Dyadic): Dyadic => multiplyDyadic(value, factor)
  return {
    constant: times(form.constant),
    coefficients: new Map([...form.coefficients].map(([atom, coefficient]) => [atom, times(coefficient)])),
  }
}

/** Every value of the form when each atom takes every value of its interval. */
export function intervalOfForm(form: LinearForm, intervalAt: (node: NodeId) => Interval): Interval {
  const { low: from, high: to, fraction: grid } = pointInterval(form.constant.mantissa, form.constant.exponent)
  // In place rather than by `addIntervals`: most of the time that building a graph takes goes here.
  let [low, high, fraction] = [from, to, from === 0n ? null : grid]
  for (const [atom, { mantissa, exponent }] of form.coefficients) {
    const interval = intervalAt(atom)
    if (isZero(interval)) continue
    const zeros = (mantissa & 1n) === 1n ? 0 : trailingZeros(mantissa)
    const odd = mantissa >> BigInt(zeros)
    let [least, most] = odd < 0n ? [odd * interval.high, odd * interval.low] : [odd * interval.low, odd * interval.high]
    const own = interval.fraction - exponent - zeros
    if (fraction === null) fraction = own
    if (own > fraction) {
      low <<= BigInt(own - fraction)
      high <<= BigInt(own - fraction)
      fraction = own
    } else if (own < fraction) {
      least <<= BigInt(fraction - own)
      most <<= BigInt(fraction - own)
    }
    low += least
    high += most
  }
  return makeInterval(low, high, fraction ?? 0)
}

/**
 * What both the rule of a node's kind (`local`) and its linear form allow, on the grid of the rule, which is the
 * hardware's: atoms that cancel leave zero bits at the bottom.
 */
export function tightened(local: Interval, form: LinearForm | null, intervalAt: (node: NodeId) => Interval): Interval {
  if (form === null) return local
  const range = intervalOfForm(form, intervalAt)
  return isPoint(range) ? range : (intersect(local, range) ?? local)
}

/** constant · interval. */
export function multiplyByDyadic(interval: Interval, { mantissa, exponent }: Dyadic): Interval {
  if (mantissa === 0n) return ZERO
  const negate = mantissa < 0n
  const zeros = trailingZeros(mantissa)
  const { low, high, fraction } = scaleInterval(interval, exponent + zeros, negate)
  const magnitude = (negate ? -mantissa : mantissa) >> BigInt(zeros)
  return makeInterval(low * magnitude, high * magnitude, fraction)
}

const NOTHING: Dyadic = { mantissa: 0n, exponent: 0 }
const ONE: Dyadic = { mantissa: 1n, exponent: 0 }
