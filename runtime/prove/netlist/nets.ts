import type { NetlistBit, NetlistCell, NetlistModule } from '../../tools/netlist-json.js'
import type { Cell } from '../../verify/netlist/cells.js'
import { checkRegister, connection, operationOf } from '../../verify/netlist/circuit.js'
import { UndefinedBit } from '../../verify/netlist/words.js'

/** What drives a net: bit `bit` of the output of a gate. */
export interface Driver {
  readonly gate: Gate
  readonly bit: number
}

/** A cell, with the bits that it reads and drives. */
export type Gate =
  | {
      readonly kind: 'operation'
      readonly cell: Cell
      readonly a: readonly NetlistBit[]
      readonly b: readonly NetlistBit[]
      readonly y: readonly NetlistBit[]
    }
  /** `whenTrue[n]` where bit n of `select` alone is 1, `whenFalse` where none is; undefined where several are. */
  | {
      readonly kind: 'choice'
      readonly select: readonly NetlistBit[]
      readonly whenFalse: readonly NetlistBit[]
      readonly whenTrue: readonly (readonly NetlistBit[])[]
      readonly y: readonly NetlistBit[]
    }
  | { readonly kind: 'register'; readonly d: readonly NetlistBit[]; readonly y: readonly NetlistBit[] }

/** Input ports that are tied to a value while the design works, as a clock enable is to 1. */
export type HeldPorts = ReadonlyMap<string, bigint>

/**
 * The nets of a flattened module of word-level cells: their names, and what drives each. Throws `UndefinedBit` where two
 * things drive one net, where a register has another clock or edge, and for cells that are unknown.
 */
export class Nets {
  readonly #drivers = new Map<number, Driver | 'port'>()
  readonly #held = new Map<number, '0' | '1'>()

  constructor(
    readonly module: NetlistModule,
    clock: string,
    held: HeldPorts = new Map(),
  ) {
    const clockNet = module.ports[clock]?.bits[0]
    for (const [name, port] of Object.entries(module.ports)) {
      if (port.direction !== 'input') continue
      port.bits.forEach((bit, index) => {
        this.#drive(bit, 'port', `input port ${name}`)
        const value = held.get(name)
        if (value !== undefined && typeof bit === 'number')
          this.#held.set(bit, ((value >> BigInt(index)) & 1n) === 1n ? '1' : '0')
      })
    }
    for (const [name, cell] of Object.entries(module.cells)) {
      if (cell.type === '$scopeinfo') continue
      const gate = gateOf(name, cell, clockNet)
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
    if (typeof bit === 'number') return this.#held.get(bit) ?? bit
    if (bit === '0' || bit === '1') return bit
    throw new UndefinedBit(`a bit is '${bit}'`)
  }

  /** What drives a net: a gate, or an input port. Throws `UndefinedBit` when nothing does. */
  driver(net: number): Driver | 'port' {
    const driver = this.#drivers.get(net)
    if (driver === undefined) throw new UndefinedBit(`nothing drives ${this.#nameOf(net)}`)
    return driver
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

function gateOf(name: string, cell: NetlistCell, clock: unknown): Gate {
  const bits = (port: string): readonly NetlistBit[] => connection(cell, port)
  switch (cell.type) {
    case '$dff':
      checkRegister(name, cell, clock)
      return { kind: 'register', d: bits('D'), y: bits('Q') }
    case '$mux':
    case '$pmux': {
      const [select, whenFalse, all] = [bits('S'), bits('A'), bits('B')]
      const width = whenFalse.length
      const whenTrue = select.map((_, index) => all.slice(index * width, (index + 1) * width))
      return { kind: 'choice', select, whenFalse, whenTrue, y: bits('Y') }
    }
    default: {
      const operation = operationOf(name, cell)
      const b = operation.widthB > 0 ? bits('B') : []
      return { kind: 'operation', cell: operation, a: bits('A'), b, y: bits('Y') }
    }
  }
}
