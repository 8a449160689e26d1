import type { NetlistBit, NetlistModule } from '../../tools/netlist-json.js'
import { UndefinedBit } from '../../verify/netlist/words.js'
import { type Gate, gateOf, type MemoryGate, type RegisterGate } from './gate.js'

/** What drives a net: bit `bit` of the output of a gate. */
export interface Driver {
  readonly gate: Gate
  readonly bit: number
}

/** Nets that are looked at while they have a value, as a clock enable while it is 1. */
export type HeldNets = ReadonlyMap<number, '0' | '1'>

/** The nets of input ports of one bit, each with its value. */
export function heldPorts(module: NetlistModule, values: ReadonlyMap<string, '0' | '1'>): HeldNets {
  const held = new Map<number, '0' | '1'>()
  for (const [name, value] of values) {
    for (const bit of module.ports[name]?.bits ?? []) if (typeof bit === 'number') held.set(bit, value)
  }
  return held
}

/**
 * The nets of a flattened module of word-level cells: their names, and what drives each. Choices between values by a net
 * that is held are seen through. Throws `UndefinedBit` where two things drive one net, where a register has another clock
 * or edge, and for cells that are unknown.
 */
export class Nets {
  readonly memories: MemoryGate[] = []
  readonly #drivers = new Map<number, Driver | 'port'>()
  /** What a net is, behind choices that are made; null while that is looked for. */
  readonly #resolved = new Map<number, '0' | '1' | number | null>()

  constructor(
    readonly module: NetlistModule,
    clock: string,
    readonly held: HeldNets = new Map(),
  ) {
    const clockNet = module.ports[clock]?.bits[0]
    for (const [name, port] of Object.entries(module.ports)) {
      if (port.direction !== 'input') continue
      for (const bit of port.bits) this.#drive(bit, 'port', `input port ${name}`)
    }
    for (const [name, cell] of Object.entries(module.cells)) {
      if (cell.type === '$scopeinfo') continue
      const gate = gateOf(name, cell, clockNet)
      if (gate.kind === 'memory') this.memories.push(gate)
      gate.y.forEach((bit, index) => {
        this.#drive(bit, { gate, bit: index }, name)
      })
    }
  }

  /** The bits of a signal by its name, lowest first; undefined when there is no such signal. */
  signal(name: string): readonly NetlistBit[] | undefined {
    return this.module.netnames?.[name]?.bits.map((bit) => this.resolve(bit))
  }

  /** The bits of a port by its name. */
  port(name: string): readonly NetlistBit[] | undefined {
    return this.module.ports[name]?.bits.map((bit) => this.resolve(bit))
  }

  /** `0`, `1` or the net that the bit is. Throws `UndefinedBit` for `x` and `z`. */
  resolve(bit: NetlistBit): '0' | '1' | number {
    if (bit === '0' || bit === '1') return bit
    if (typeof bit !== 'number') throw new UndefinedBit(`a bit is '${bit}'`)
    const known = this.held.get(bit) ?? this.#resolved.get(bit)
    if (known === null) throw new UndefinedBit('the circuit feeds a value back')
    if (known !== undefined) return known
    this.#resolved.set(bit, null)
    const chosen = this.#chosen(bit)
    const resolved = chosen === bit ? bit : this.resolve(chosen)
    this.#resolved.set(bit, resolved)
    return resolved
  }

  /** What drives a net: a gate, or an input port. Throws `UndefinedBit` when nothing does. */
  driver(net: number): Driver | 'port' {
    const driver = this.#drivers.get(net)
    if (driver === undefined) throw new UndefinedBit(`nothing drives ${this.#nameOf(net)}`)
    return driver
  }

  /** The register that a bit comes from; null for any other bit. */
  register(bit: NetlistBit): { readonly gate: RegisterGate; readonly bit: number } | null {
    const net = this.resolve(bit)
    if (typeof net !== 'number') return null
    const driver = this.driver(net)
    return driver === 'port' || driver.gate.kind !== 'register' ? null : { gate: driver.gate, bit: driver.bit }
  }

  /**
   * What a register bit is after the next edge; null for a bit that is none of a register. Throws `UndefinedBit` where
   * nothing says whether an asynchronous reset is active.
   */
  afterEdge(bit: NetlistBit): '0' | '1' | number | null {
    const register = this.register(bit)
    if (register === null) return null
    const { d, reset } = register.gate
    if (reset !== null) {
      const level = this.resolve(reset.bit)
      if (typeof level === 'number') throw new UndefinedBit(`${this.#nameOf(level)} resets registers`)
      if (level === reset.active) return this.resolve(reset.value[register.bit] ?? 'x')
    }
    return this.resolve(d[register.bit] ?? 'x')
  }

  /** The bit that a choice gives where all that chooses is held, else the net itself. */
  #chosen(net: number): NetlistBit {
    const driver = this.#drivers.get(net)
    if (driver === undefined || driver === 'port' || driver.gate.kind !== 'choice') return net
    const { select, whenFalse, whenTrue } = driver.gate
    const selects = select.map((bit) => this.resolve(bit))
    if (selects.some((bit) => typeof bit === 'number')) return net
    const taken = whenTrue.filter((_, index) => selects[index] === '1')
    if (taken.length > 1) return net
    return (taken[0] ?? whenFalse)[driver.bit] ?? 'x'
  }

  #drive(bit: NetlistBit, driver: Driver | 'port', name: string): void {
    if (typeof bit !== 'number') throw new UndefinedBit(`${name} drives a constant`)
    if (this.#drivers.has(bit)) throw new UndefinedBit(`${name} and something else drive ${this.#nameOf(bit)}`)
    this.#drivers.set(bit, driver)
  }

  #nameOf(net: number): string {
    for (const [name, { bits }] of Object.entries(this.module.netnames ?? {})) {
      const index = bits.indexOf(net)
      if (index >= 0) return `bit ${index} of ${name}`
    }
    return `net ${net}`
  }
}
