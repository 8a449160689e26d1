import type { NodeId } from '../../compiler/fixed/graph.js'
import { operandsOf } from '../../compiler/fixed/nodes.js'
import type { NetlistBit } from '../tools/netlist-json.js'
import type { Established } from './established.js'
import { CONSTANT, type Form, FormBuilder, sameModulo } from './forms/form.js'
import { formOfBits } from './forms/netlist.js'
import { nodeForm, type Value } from './forms/node.js'
import type { Level } from './levels.js'
import { not } from './logic/aig.js'
import { decide, levelOf } from './logic/decide.js'
import { equalNumbers, type Num, numberOfBits } from './logic/number.js'
import type { Effort } from './logic/solver.js'
import type { Obligation } from './obligation.js'
import { Window } from './window.js'

/** An exact number: integer · 2^-fraction. */
export interface Exact {
  readonly integer: bigint
  readonly fraction: number
}

/** Values that can stand at the operands, for which the bits hold something else than what the node means. */
export interface Counterexample {
  readonly operands: readonly { readonly node: NodeId; readonly value: Exact }[]
  readonly expected: Exact
  readonly found: Exact
}

export type Settled =
  | { readonly kind: 'proven'; readonly level: Exclude<Level, 'vectors'> }
  | { readonly kind: 'refuted'; readonly counterexample: Counterexample }
  | { readonly kind: 'open' }

/** Looks for a run of the hardware in which the bits are wrong. */
export type Witness = (obligation: Obligation) => Counterexample | null

/** How much of the specification around a value is looked at, in nodes; the last holds all of it. */
const DEPTHS = [0, 1, 2, 4, 8, 16, Number.POSITIVE_INFINITY]
/** A question that was too hard so often is left: more of the specification makes it no easier. */
const MOST_TIRED = 2
/** From here on it is cheaper to look for a counterexample in a simulation first. */
const WITNESS_BEFORE = 4

/**
 * Proves or refutes an obligation, by the cheapest means that does: the same wires, the same polynomial, the same function
 * of all bit patterns that are possible. A counterexample from a window that is not complete may be impossible, so it
 * counts only when a simulation or the complete window has one.
 */
export function settle(obligation: Obligation, established: Established, effort: Effort, witness: Witness): Settled {
  if (sameWires(obligation)) return { kind: 'proven', level: 'structural' }
  const byForm = settleByForm(obligation, established)
  if (byForm !== null) return { kind: 'proven', level: byForm }
  let tired = 0
  for (const depth of DEPTHS) {
    if (depth === WITNESS_BEFORE) {
      const counterexample = witness(obligation)
      if (counterexample !== null) return { kind: 'refuted', counterexample }
    }
    const window = new Window(established, obligation.seen, depth)
    const settled = settleInWindow(obligation, window, effort)
    if (settled !== null && settled.kind !== 'open') return settled
    if (settled !== null && ++tired === MOST_TIRED) break
  }
  const counterexample = witness(obligation)
  return counterexample === null ? { kind: 'open' } : { kind: 'refuted', counterexample }
}

function sameWires({ wires, compared }: Obligation): boolean {
  return wires !== null && wires.length === compared.length && wires.every((bit, index) => bit === compared[index])
}

/** Sums and products: equal modulo 2^width, which with the interval proven is equal. */
function settleByForm(
  { part, node: id, compared, from }: Obligation,
  established: Established,
): (Level & ('linear' | 'product')) | null {
  const node = established.node(id)
  if (part !== 'node' || node.kind === 'input') return null
  const values = new Map<NodeId, Value>()
  const leaves = new Map<number, NetlistBit>()
  for (const holder of from) {
    const { claim, bits } = holder
    values.set(claim.node, {
      form: formOfSignal(bits, claim.signed),
      fraction: established.node(claim.node).interval.fraction,
    })
    for (const same of [holder, ...established.copies(holder)]) {
      same.bits.forEach((bit, index) => {
        if (typeof bit === 'number') leaves.set(bit, bits[index] ?? '0')
      })
    }
  }
  for (const other of operandsOf(node)) if (!values.has(other) && !isPoint(established, other)) return null
  const operand = (other: NodeId): Value => values.get(other) ?? pointValue(established, other)
  const expected = nodeForm(node, node.interval.fraction, operand)
  if (expected === null) return null
  const found = formOfBits(established.nets, leaves, compared)
  if (found === null || !sameModulo(found, expected, compared.length)) return null
  return node.kind === 'multiply' ? 'product' : 'linear'
}

function formOfSignal(bits: readonly NetlistBit[], signed: boolean): Form {
  const form = new FormBuilder()
  bits.forEach((bit, index) => {
    const weight = 1n << BigInt(index)
    const factor = signed && index === bits.length - 1 ? -weight : weight
    if (bit === '1') form.add(CONSTANT, factor)
    else if (typeof bit === 'number') form.add(bit, factor)
  })
  return form.form
}

/** Such an operand needs no signal. */
function isPoint(established: Established, id: NodeId): boolean {
  const { low, high } = established.node(id).interval
  return low === high
}

function pointValue(established: Established, id: NodeId): Value {
  const { low, fraction } = established.node(id).interval
  return { form: new Map([[CONSTANT, low]]), fraction }
}

/** Null where a larger window may tell; open where the effort was too small. */
function settleInWindow(obligation: Obligation, window: Window, effort: Effort): Settled | null {
  const { interval } = window.established.node(obligation.node)
  for (const holder of obligation.from) window.reveal(holder)
  const expected = obligation.expected(window)
  const found = numberOfBits(window.bits(obligation.compared), obligation.signed, interval.fraction)
  const differ = not(equalNumbers(window.aig, expected, found))
  const verdict = decide(window.aig, [differ, ...window.facts], effort)
  switch (verdict.kind) {
    case 'never':
      return { kind: 'proven', level: levelOf(verdict) }
    case 'open':
      return verdict
    case 'case': {
      if (!window.complete) return null
      const exact = ({ bits, fraction }: Num): Exact => {
        const pattern = bits.reduce((sum, bit, index) => sum + (verdict.valueOf(bit) ? 1n << BigInt(index) : 0n), 0n)
        return { integer: BigInt.asIntN(bits.length, pattern), fraction }
      }
      const operands = obligation.from.map(({ claim: { node } }) => ({ node, value: exact(window.value(node)) }))
      return { kind: 'refuted', counterexample: { operands, expected: exact(expected), found: exact(found) } }
    }
  }
}
