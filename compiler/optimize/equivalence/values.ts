import {
  addIntervals,
  castInterval,
  isPoint,
  isWithin,
  lessAlways,
  pointInterval,
  reluInterval,
  sameInterval,
  shiftLeft,
  trailingZeros,
} from '../../fixed/arithmetic.js'
import { addDyadic, type Dyadic, scaleDyadic } from '../../fixed/dyadic.js'
import type { FixedNode, FixedNodeOf, NodeId, Term } from '../../fixed/graph.js'
import { type Interval, typeOfInterval } from '../../fixed/interval.js'
import {
  atomForm,
  constantForm,
  intervalOfForm,
  type LinearForm,
  linearFormOf,
  multiplyForm,
  sumForms,
} from '../../fixed/linear.js'
import { keyOfTable, type Lookup } from '../../fixed/lookup.js'
import { termsOf } from '../../fixed/nodes.js'
import type { FixedType } from '../../fixed/type.js'
import { withoutWraps } from './wraps.js'

export type AtomId = number

/** A value that is known: as an affine form over atoms, and within which bounds. */
export interface Known {
  readonly form: LinearForm
  readonly interval: Interval
}

/** What an atom is: an input, or an operation that is not linear on values that are known. */
export type Definition =
  | { readonly kind: 'input' | 'opaque' }
  | { readonly kind: 'cast'; readonly operand: Known; readonly type: FixedType }
  | { readonly kind: 'relu'; readonly operand: Known }
  | { readonly kind: 'less' | 'multiply'; readonly left: Known; readonly right: Known }
  | { readonly kind: 'select'; readonly condition: Known; readonly whenTrue: Known; readonly whenFalse: Known }
  | { readonly kind: 'lookup'; readonly operand: Known; readonly lookup: Lookup }

/**
 * Values of the nodes of several graphs over the same inputs. Each is an affine form over atoms, and atoms are made once
 * for equal operations on equal values; so two nodes with the same form have the same value, whatever way they compute it.
 */
export class Values {
  readonly #ids = new Map<string, AtomId>()
  readonly #definitions: Definition[] = []
  readonly #intervals: Interval[] = []
  readonly #keys = new WeakMap<LinearForm, string>()

  get size(): number {
    return this.#definitions.length
  }

  definitionOf(atom: AtomId): Definition {
    const found = this.#definitions[atom]
    if (found === undefined) throw new Error(`no atom ${atom}`)
    return found
  }

  readonly intervalOf = (atom: AtomId): Interval => this.#intervals[atom] ?? pointInterval(0n, 0)

  /** The value of a node from those of its operands. Relies on its interval, which is checked elsewhere. */
  of(node: FixedNode, at: (operand: NodeId) => Known): Known {
    const { interval } = node
    const same = ({ form }: Known): Known => ({ form, interval })
    switch (node.kind) {
      case 'input':
        return same(this.#atom(`i${node.port},${node.element}`, { kind: 'input' }, interval))
      case 'constant':
        return same({ form: constantForm(interval), interval })
      case 'add':
      case 'sum':
      case 'scale': {
        const form = linearFormOf(node, (operand) => at(operand).form)
        return form === null ? this.#opaque(node, at) : this.#linear(form, interval)
      }
      case 'multiply_constant':
        return this.#linear(multiplyForm(at(node.node).form, node), interval)
      case 'multiply':
        return this.#multiply(at(node.left), at(node.right), interval)
      case 'cast':
        return this.#cast(at(node.node), node.type, interval)
      case 'relu':
        return this.#relu(at(node.node))
      case 'less':
        return this.#less(at(node.left), at(node.right), interval)
      case 'select':
        return this.#select(at(node.condition), at(node.whenTrue), at(node.whenFalse), interval)
      case 'lookup':
        return this.#lookup(at(node.node), node, interval)
    }
  }

  /** The same text for equal values, and for no others. */
  keyOf(form: LinearForm): string {
    const known = this.#keys.get(form)
    if (known !== undefined) return known
    const parts = [...form.coefficients].sort(([a], [b]) => a - b).map(([atom, value]) => `${atom}*${textOf(value)}`)
    const key = `${parts.join('+')}+${textOf(form.constant)}`
    this.#keys.set(form, key)
    return key
  }

  #atom(key: string, definition: Definition, claimed: Interval): Known {
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.#definitions.push(definition) - 1
      this.#ids.set(key, id)
      this.#intervals.push(claimed)
    }
    return { form: atomForm(id), interval: this.intervalOf(id) }
  }

  #scaled({ form, interval }: Known, shift: number): Known {
    return { form: multiplyForm(form, { mantissa: 1n, exponent: shift }), interval: shifted(interval, shift) }
  }

  /** A sum of more atoms than forms hold: equal only to the same sum of the same values. */
  #opaque(node: FixedNodeOf<'add' | 'sum' | 'scale'>, at: (id: NodeId) => Known): Known {
    const term = (t: Term): string => `${t.negate ? '-' : '+'}${t.shift}(${this.keyOf(at(t.node).form)})`
    const terms = node.kind === 'scale' ? [node.term] : termsOf(node)
    return this.#atom(`s${terms.map(term).sort().join('')}`, { kind: 'opaque' }, node.interval)
  }

  /** What cancels may leave a coarser grid than the adders have. */
  #linear(form: LinearForm, claimed: Interval): Known {
    const range = this.rangeOf(form)
    return { form, interval: isWithin(range, claimed) ? range : claimed }
  }

  #multiply(left: Known, right: Known, interval: Interval): Known {
    const [a, b] = [scaledOf(left), scaledOf(right)]
    const [first, second] = [a.base, b.base].sort((x, y) => (this.keyOf(x.form) < this.keyOf(y.form) ? -1 : 1))
    if (first === undefined || second === undefined) throw new Error('a product of less than two values')
    const key = `m(${this.keyOf(first.form)})(${this.keyOf(second.form)})`
    const shift = a.shift + b.shift
    const product = this.#atom(key, { kind: 'multiply', left: first, right: second }, shifted(interval, -shift))
    return this.#scaled(product, shift)
  }

  #relu(operand: Known): Known {
    if (operand.interval.low >= 0n) return operand
    const { base, shift } = scaledOf(operand)
    const key = `r${this.keyOf(base.form)}`
    return this.#scaled(this.#atom(key, { kind: 'relu', operand: base }, reluInterval(base.interval)), shift)
  }

  #cast(operand: Known, type: FixedType, interval: Interval): Known {
    if (sameInterval(castInterval(operand.interval, type), operand.interval)) return operand
    const inner = this.#rectifiedSum(operand, type.f)
    if (inner !== null) return this.#cast(this.#relu(this.#floor(inner, type.f)), type, interval)
    const reduced = withoutWraps(this, operand, type)
    if (sameInterval(castInterval(reduced.interval, type), reduced.interval)) return reduced
    const { base, shift } = scaledOf(reduced)
    const own: FixedType = { k: type.k, i: type.i - shift, f: type.f + shift }
    const range = castInterval(base.interval, own)
    if (isPoint(range)) return { form: constantForm(interval), interval }
    const key = `q${own.k},${own.i},${own.f}(${this.keyOf(base.form)})`
    return this.#scaled(this.#atom(key, { kind: 'cast', operand: base, type: own }, range), shift)
  }

  /** x where the operand is max(x, 0) + c and floor(max(x, 0) + c) = max(floor(x + c), 0) on the grid 2^-f: x + c. */
  #rectifiedSum({ form, interval }: Known, f: number): Known | null {
    const [only, ...others] = form.coefficients
    if (interval.fraction <= f || only === undefined || others.length > 0) return null
    const [atom, coefficient] = only
    const definition = this.definitionOf(atom)
    const zeros = trailingZeros(coefficient.mantissa)
    if (definition.kind !== 'relu' || coefficient.mantissa >> BigInt(zeros) !== 1n) return null
    const constant = form.constant
    if (constant.mantissa < 0n || shiftLeft(constant.mantissa, f + constant.exponent) !== 0n) return null
    const scaled = multiplyForm(definition.operand.form, coefficient)
    const sum: LinearForm = { ...scaled, constant: addDyadic(scaled.constant, constant) }
    const part = shifted(definition.operand.interval, coefficient.exponent + zeros)
    return { form: sum, interval: addIntervals(part, pointInterval(constant.mantissa, constant.exponent)) }
  }

  #floor(operand: Known, f: number): Known {
    const { k, i } = typeOfInterval(operand.interval)
    const type: FixedType = { k, i: Math.max(i, -f), f }
    return this.#cast(operand, type, castInterval(operand.interval, type))
  }

  #less(left: Known, right: Known, interval: Interval): Known {
    const always = lessAlways(left.interval, right.interval)
    if (always !== null) return { form: constantForm(pointInterval(always ? 1n : 0n, 0)), interval }
    const difference = sumForms([
      { node: 0, shift: 0, negate: false, form: left.form },
      { node: 0, shift: 0, negate: true, form: right.form },
    ])
    const key =
      difference === null
        ? `l(${this.keyOf(left.form)})(${this.keyOf(right.form)})`
        : `l${this.keyOf(scaledOf({ form: difference, interval }).base.form)}`
    return this.#atom(key, { kind: 'less', left, right }, interval)
  }

  #select(condition: Known, whenTrue: Known, whenFalse: Known, interval: Interval): Known {
    const { low, high } = condition.interval
    if (low === high) return { form: (low === 0n ? whenFalse : whenTrue).form, interval }
    const [c, t, f] = [condition, whenTrue, whenFalse].map(({ form }) => this.keyOf(form))
    if (t === f) return { form: whenTrue.form, interval }
    return this.#atom(`w(${c})(${t})(${f})`, { kind: 'select', condition, whenTrue, whenFalse }, interval)
  }

  /** Equal only to the same contents looked up for the same value. */
  #lookup(operand: Known, lookup: Lookup, interval: Interval): Known {
    const { base, shift } = scaledOf(operand)
    const { table, fraction } = lookup
    const grid = lookup.grid + shift
    const key = `t${grid}(${this.keyOf(base.form)})${keyOfTable(table)}`
    const integers = { table, grid, fraction: 0 }
    const made = this.#atom(key, { kind: 'lookup', operand: base, lookup: integers }, shifted(interval, fraction))
    return this.#scaled(made, -fraction)
  }

  /** The range of a form when every atom takes every value of its interval. */
  rangeOf(form: LinearForm): Interval {
    return intervalOfForm(form, this.intervalOf)
  }
}

/** value = base · 2^shift, where the base has integer coefficients with no power of two in common. */
export function scaledOf({ form, interval }: Known): { readonly base: Known; readonly shift: number } {
  const parts = [...form.coefficients.values(), form.constant].filter(({ mantissa }) => mantissa !== 0n)
  if (parts.length === 0) return { base: { form, interval }, shift: 0 }
  const shift = parts.reduce((least, part) => Math.min(least, lowestBitOf(part)), Number.POSITIVE_INFINITY)
  const base: LinearForm = {
    constant: scaleDyadic(form.constant, -shift, false),
    coefficients: new Map([...form.coefficients].map(([atom, value]) => [atom, scaleDyadic(value, -shift, false)])),
  }
  return { base: { form: base, interval: shifted(interval, -shift) }, shift }
}

function shifted({ low, high, fraction }: Interval, shift: number): Interval {
  return low === 0n && high === 0n ? { low, high, fraction } : { low, high, fraction: fraction - shift }
}

function lowestBitOf({ mantissa, exponent }: Dyadic): number {
  return exponent + trailingZeros(mantissa)
}

function textOf(value: Dyadic): string {
  if (value.mantissa === 0n) return '0'
  const zeros = trailingZeros(value.mantissa)
  return `${value.mantissa >> BigInt(zeros)}e${value.exponent + zeros}`
}
