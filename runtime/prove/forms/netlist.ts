import type { NetlistBit } from '../../tools/netlist-json.js'
import type { Gate } from '../netlist/gate.js'
import type { Nets } from '../netlist/nets.js'
import { CONSTANT, constantForm, type Form, FormBuilder, multiplyForms } from './form.js'

/** Chains of adders inside one expression are shorter than this. */
const DEEPEST = 200

/**
 * The number that a group of bits holds, modulo 2^(its width), as a polynomial in the `leaves`, each of which is known
 * to be the bit that it is mapped to: adders, subtractors and multipliers are followed back to them. Null where something
 * else is met, or where a part of a result is used whose value modulo 2^width does not say enough.
 */
export function formOfBits(
  nets: Nets,
  leaves: ReadonlyMap<number, NetlistBit>,
  bits: readonly NetlistBit[],
  depth = 0,
): Form | null {
  const result = new FormBuilder()
  for (let at = 0; at < bits.length; at++) {
    const net = nets.resolve(bits[at] as NetlistBit)
    const leaf = typeof net === 'number' ? leaves.get(net) : undefined
    const bit = leaf === undefined ? net : nets.resolve(leaf)
    if (bit === '0') continue
    const weight = 1n << BigInt(at)
    if (bit === '1') result.add(CONSTANT, weight)
    else if (leaf !== undefined) result.add(bit, weight)
    else {
      const driver = nets.driver(bit)
      // From here on up all bits must be those of one result, so that its form is known to the width that is asked.
      if (driver === 'port' || depth > DEEPEST) return null
      const { gate, bit: from } = driver
      const rest = bits.length - at
      if (from + rest > gate.y.length) return null
      for (let above = 1; above < rest; above++) {
        if (nets.resolve(bits[at + above] as NetlistBit) !== gate.y[from + above]) return null
      }
      const whole = formOfGate(nets, leaves, gate, from + rest, depth + 1)
      const form = whole === null ? null : shiftedDown(whole, from, rest)
      if (form === null) return null
      result.addForm(form, weight)
      break
    }
  }
  return result.form
}

/** The form without its lowest `from` bits, modulo 2^width; null where these bits are not always 0. */
function shiftedDown(form: Form, from: number, width: number): Form | null {
  if (from === 0) return form
  const shifted = new FormBuilder()
  for (const [key, coefficient] of form) {
    const kept = BigInt.asUintN(from + width, coefficient)
    if (BigInt.asUintN(from, kept) !== 0n) return null
    shifted.add(key, kept >> BigInt(from))
  }
  return shifted.form
}

/** The lowest `width` bits of a gate's result. */
function formOfGate(
  nets: Nets,
  leaves: ReadonlyMap<number, NetlistBit>,
  gate: Gate,
  width: number,
  depth: number,
): Form | null {
  if (gate.kind !== 'operation') return null
  const operand = (bits: readonly NetlistBit[]): Form | null => {
    const above: NetlistBit = gate.cell.signed ? (bits.at(-1) ?? '0') : '0'
    const extended = Array.from({ length: width }, (_, index) => bits[index] ?? above)
    return formOfBits(nets, leaves, extended, depth)
  }
  const a = operand(gate.a)
  if (a === null) return null
  const sum = (other: Form | null, factor: bigint): Form | null => {
    if (other === null) return null
    const result = new FormBuilder()
    result.addForm(a, 1n)
    result.addForm(other, factor)
    return result.form
  }
  switch (gate.cell.kind) {
    case '$pos':
    case '$buf':
      return a
    case '$neg':
      return multiplyForms(a, constantForm(-1n))
    case '$add':
      return sum(operand(gate.b), 1n)
    case '$sub':
      return sum(operand(gate.b), -1n)
    case '$mul': {
      const b = operand(gate.b)
      return b === null ? null : multiplyForms(a, b)
    }
    default:
      return null
  }
}
