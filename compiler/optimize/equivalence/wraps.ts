import { isZero, trailingZeros } from '../../fixed/arithmetic.js'
import { type Dyadic, multiplyDyadic } from '../../fixed/dyadic.js'
import { type LinearForm, multiplyForm, sumForms } from '../../fixed/linear.js'
import type { FixedType } from '../../fixed/type.js'
import type { AtomId, Known, Values } from './values.js'

/** More rounds than casts are nested in any design. */
const MOST_ROUNDS = 64

/**
 * The operand of a cast without the casts in it that the outer one makes superfluous: those whose period is a multiple of
 * its own, with what they drop at the bottom left to it where that is the same.
 */
export function withoutWraps(values: Values, operand: Known, type: FixedType): Known {
  let { form } = operand
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = onceWithout(values, form, type)
    if (next === null) break
    form = next
  }
  return form === operand.form ? operand : { form, interval: values.rangeOf(form) }
}

function onceWithout(values: Values, form: LinearForm, type: FixedType): LinearForm | null {
  for (const [atom, coefficient] of form.coefficients) {
    const definition = values.definitionOf(atom)
    if (definition.kind !== 'cast') continue
    const { operand, type: inner } = definition
    const weight = coefficient.exponent + trailingZeros(coefficient.mantissa)
    if (weight + inner.k + inner.i < type.k + type.i) continue
    if (operand.interval.fraction > inner.f && !floorIsOuter(values, form, atom, coefficient, inner.f, type.f)) continue
    const rest = new Map(form.coefficients)
    rest.delete(atom)
    return sumForms([
      { node: 0, shift: 0, negate: false, form: { constant: form.constant, coefficients: rest } },
      { node: 0, shift: 0, negate: false, form: multiplyForm(operand.form, coefficient) },
    ])
  }
  return null
}

/** floor(2^v · floor(x) + rest) = floor(2^v · x + rest) where the rest lies on the grid of the inner floor, scaled. */
function floorIsOuter(
  values: Values,
  form: LinearForm,
  atom: AtomId,
  coefficient: Dyadic,
  inner: number,
  outer: number,
): boolean {
  const zeros = trailingZeros(coefficient.mantissa)
  if (coefficient.mantissa >> BigInt(zeros) !== 1n) return false
  const grid = inner - coefficient.exponent - zeros
  if (outer > grid) return false
  if (form.constant.mantissa !== 0n && -lowest(form.constant) > grid) return false
  return [...form.coefficients].every(([other, factor]) => {
    const interval = values.intervalOf(other)
    if (other === atom || isZero(interval)) return true
    return -lowest(multiplyDyadic(factor, { mantissa: 1n, exponent: -interval.fraction })) <= grid
  })
}

function lowest({ mantissa, exponent }: Dyadic): number {
  return exponent + trailingZeros(mantissa)
}
