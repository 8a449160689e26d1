import { shiftLeft } from '../../fixed/arithmetic.js'
import { addDyadic, type Dyadic, multiplyDyadic, scaleDyadic } from '../../fixed/dyadic.js'
import { castCode } from '../../fixed/evaluate.js'
import type { LinearForm } from '../../fixed/linear.js'
import { entryAt } from '../../fixed/lookup.js'
import { type AtomId, type Known, scaledOf, type Values } from './values.js'

/** Functions of more values of their variable than this are not tabulated. */
const MOST_VALUES = 1n << 14n

/** Operations behind a variable that are looked through. */
const DEEPEST = 8

/**
 * Proves that two values are equal where both are functions of one value that they have in common, by trying all that it
 * can be: rounding, rectifying and clipping of one sum in two ways. False says nothing.
 */
export function equalInOneVariable(values: Values, left: LinearForm, right: LinearForm): boolean {
  const ofRight = variablesOf(values, right, DEEPEST)
  for (const [key, variable] of variablesOf(values, left, DEEPEST)) {
    if (!ofRight.has(key)) continue
    const { low, high, fraction } = values.rangeOf(variable)
    if (high - low >= MOST_VALUES) continue
    if (equalForAll(values, key, { left, right }, { low, high, fraction })) return true
  }
  return false
}

function equalForAll(
  values: Values,
  variable: string,
  { left, right }: { readonly left: LinearForm; readonly right: LinearForm },
  { low, high, fraction }: { readonly low: bigint; readonly high: bigint; readonly fraction: number },
): boolean {
  for (let code = low; code <= high; code++) {
    const evaluation = new Evaluation(values, variable, { mantissa: code, exponent: -fraction })
    if (!equal(evaluation.of(left), evaluation.of(right))) return false
  }
  return true
}

/** Values that a form is a function of alone, by their keys: its linear part, and what all its atoms are functions of. */
function variablesOf(values: Values, form: LinearForm, depth: number): ReadonlyMap<string, LinearForm> {
  const found = new Map<string, LinearForm>()
  if (form.coefficients.size === 0) return found
  const own = linearPart(form).base
  found.set(values.keyOf(own), own)
  if (depth === 0) return found
  let common: ReadonlyMap<string, LinearForm> | null = null
  for (const atom of form.coefficients.keys()) {
    for (const operand of operandsOf(values, atom) ?? [null]) {
      // What is known depends on nothing.
      if (operand !== null && operand.form.coefficients.size === 0) continue
      const below = operand === null ? NONE : variablesOf(values, operand.form, depth - 1)
      common = common === null ? below : inBoth(common, below)
      if (common.size === 0) return found
    }
  }
  for (const [key, variable] of common ?? []) found.set(key, variable)
  return found
}

const NONE: ReadonlyMap<string, LinearForm> = new Map()

function inBoth(
  a: ReadonlyMap<string, LinearForm>,
  b: ReadonlyMap<string, LinearForm>,
): ReadonlyMap<string, LinearForm> {
  return new Map([...a].filter(([key]) => b.has(key)))
}

/** Null for an atom that has none. */
function operandsOf(values: Values, atom: AtomId): readonly Known[] | null {
  const definition = values.definitionOf(atom)
  switch (definition.kind) {
    case 'input':
    case 'opaque':
      return null
    case 'cast':
    case 'relu':
    case 'lookup':
      return [definition.operand]
    case 'less':
    case 'multiply':
      return [definition.left, definition.right]
    case 'select':
      return [definition.condition, definition.whenTrue, definition.whenFalse]
  }
}

/** form = base · 2^shift + constant. */
function linearPart(form: LinearForm): { readonly base: LinearForm; readonly shift: number } {
  const { base, shift } = scaledOf({ form: { ...form, constant: ZERO }, interval: { low: 0n, high: 0n, fraction: 0 } })
  return { base: base.form, shift }
}

/** Values of forms and atoms when the variable has one value. */
class Evaluation {
  readonly #atoms = new Map<AtomId, Dyadic>()
  constructor(
    readonly values: Values,
    readonly variable: string,
    readonly value: Dyadic,
  ) {}

  of(form: LinearForm): Dyadic {
    if (form.coefficients.size === 0) return form.constant
    const { base, shift } = linearPart(form)
    if (this.values.keyOf(base) === this.variable)
      return addDyadic(scaleDyadic(this.value, shift, false), form.constant)
    let sum = form.constant
    for (const [atom, coefficient] of form.coefficients) {
      sum = addDyadic(sum, multiplyDyadic(coefficient, this.#atom(atom)))
    }
    return sum
  }

  #atom(atom: AtomId): Dyadic {
    const known = this.#atoms.get(atom)
    if (known !== undefined) return known
    const value = this.#compute(atom)
    this.#atoms.set(atom, value)
    return value
  }

  #compute(atom: AtomId): Dyadic {
    const definition = this.values.definitionOf(atom)
    switch (definition.kind) {
      case 'input':
      case 'opaque':
        throw new Error('an atom that is no function of the variable')
      case 'cast': {
        const { mantissa, exponent } = this.of(definition.operand.form)
        const { type } = definition
        return { mantissa: castCode(mantissa, -exponent, type), exponent: -type.f }
      }
      case 'relu': {
        const value = this.of(definition.operand.form)
        return value.mantissa < 0n ? ZERO : value
      }
      case 'multiply':
        return multiplyDyadic(this.of(definition.left.form), this.of(definition.right.form))
      case 'less': {
        const difference = addDyadic(this.of(definition.left.form), negated(this.of(definition.right.form)))
        return difference.mantissa < 0n ? ONE : ZERO
      }
      case 'select':
        return this.of((isTrue(this.of(definition.condition.form)) ? definition.whenTrue : definition.whenFalse).form)
      case 'lookup': {
        const { table, grid, fraction } = definition.lookup
        const { mantissa, exponent } = this.of(definition.operand.form)
        return { mantissa: BigInt(entryAt(table, Number(shiftLeft(mantissa, exponent + grid)))), exponent: -fraction }
      }
    }
  }
}

const ZERO: Dyadic = { mantissa: 0n, exponent: 0 }
const ONE: Dyadic = { mantissa: 1n, exponent: 0 }

function negated({ mantissa, exponent }: Dyadic): Dyadic {
  return { mantissa: -mantissa, exponent }
}

function isTrue({ mantissa }: Dyadic): boolean {
  return mantissa !== 0n
}

function equal(a: Dyadic, b: Dyadic): boolean {
  return addDyadic(a, negated(b)).mantissa === 0n
}
