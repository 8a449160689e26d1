import type { NetlistBit } from '../../tools/netlist-json.js'
import { UndefinedBit } from '../../verify/netlist/words.js'
import { type Aig, FALSE, type Literal, TRUE } from '../logic/aig.js'
import { cellBits } from '../logic/cell.js'
import type { Bits } from '../logic/vectors.js'
import type { ChoiceGate, Gate, OperationGate } from './gate.js'
import type { Nets } from './nets.js'

/** Says what it knows of nets at which gates need not be followed further back. */
export interface Leaves {
  /** May `define` the net, or others beside it. */
  reveal?(net: number): void
  /** A value was taken as free of which nobody knows whether it can be anything. */
  onUnknown?(): void
}

/**
 * Nets as functions in an and-inverter graph. Gates are followed back to nets that are defined, and else to registers,
 * memories and input ports, which are free.
 */
export class Functions {
  readonly #known = new Map<number, Literal>()
  readonly #open = new Set<Gate>()

  constructor(
    readonly aig: Aig,
    readonly nets: Nets,
    readonly leaves: Leaves = {},
  ) {}

  /** Says what a net is, unless that is known. */
  define(bit: NetlistBit, literal: Literal): void {
    const net = this.nets.resolve(bit)
    if (typeof net === 'number' && !this.#known.has(net)) this.#known.set(net, literal)
  }

  /** Bits that may be anything, where nothing else is known of them. */
  free(bits: readonly NetlistBit[]): Bits {
    return bits.map((bit) => {
      const net = this.nets.resolve(bit)
      return typeof net === 'number' ? this.#freeNet(net) : net === '1' ? TRUE : FALSE
    })
  }

  /** Throws `UndefinedBit`. */
  bits(bits: readonly NetlistBit[]): Bits {
    return bits.map((bit) => this.#bit(bit))
  }

  #bit(bit: NetlistBit): Literal {
    const net = this.nets.resolve(bit)
    if (typeof net !== 'number') return net === '1' ? TRUE : FALSE
    if (!this.#known.has(net)) this.leaves.reveal?.(net)
    if (!this.#known.has(net)) this.#follow(net)
    return this.#freeNet(net)
  }

  #follow(net: number): void {
    const driver = this.nets.driver(net)
    if (driver === 'port' || driver.gate.kind === 'register' || driver.gate.kind === 'memory') {
      this.leaves.onUnknown?.()
      return
    }
    const { gate } = driver
    if (this.#open.has(gate)) throw new UndefinedBit('the circuit feeds a value back')
    this.#open.add(gate)
    const result = gate.kind === 'operation' ? this.#operation(gate) : this.#choice(gate)
    this.#open.delete(gate)
    gate.y.forEach((bit, index) => {
      if (typeof bit === 'number' && !this.#known.has(bit)) this.#known.set(bit, result[index] ?? FALSE)
    })
  }

  #operation({ cell, a, b }: OperationGate): Bits {
    return cellBits(this.aig, cell, this.bits(a), this.bits(b))
  }

  #choice({ select, whenFalse, whenTrue }: ChoiceGate): Bits {
    const { aig } = this
    const selects = this.bits(select)
    // What is never chosen need not mean anything.
    const possible = selects.flatMap((literal, index) => (literal === FALSE ? [] : [{ literal, index }]))
    const [first] = possible
    if (first !== undefined && possible.length === 1 && first.literal === TRUE)
      return this.bits(whenTrue[first.index] ?? [])
    // What GHDL chooses where a table has no entry is undefined: the hardware may make anything of it.
    let chosen = whenFalse.map((bit) => (bit === 'x' ? this.aig.input() : this.#bit(bit)))
    let taken = FALSE
    let several = FALSE
    for (const { literal, index } of possible) {
      const choice = this.bits(whenTrue[index] ?? [])
      chosen = chosen.map((bit, at) => aig.mux(literal, choice[at] ?? FALSE, bit))
      several = aig.or(several, aig.and(taken, literal))
      taken = aig.or(taken, literal)
    }
    return several === FALSE ? chosen : chosen.map((bit) => aig.mux(several, aig.input(), bit))
  }

  #freeNet(net: number): Literal {
    const known = this.#known.get(net)
    if (known !== undefined) return known
    const literal = this.aig.input()
    this.#known.set(net, literal)
    return literal
  }
}
