import type { NetlistBit, NetlistCell } from '../../tools/netlist-json.js'
import type { Cell } from '../../verify/netlist/cells.js'
import { checkRegister, connection, operationOf, parameter } from '../../verify/netlist/circuit.js'
import { UndefinedBit } from '../../verify/netlist/words.js'

type Bits = readonly NetlistBit[]

interface Common {
  /** Of the cell. */
  readonly name: string
  /** What it drives. */
  readonly y: Bits
}

/** A cell, with the bits that it reads and drives. */
export type Gate = OperationGate | ChoiceGate | RegisterGate | MemoryGate

export interface OperationGate extends Common {
  readonly kind: 'operation'
  readonly cell: Cell
  readonly a: Bits
  readonly b: Bits
}

/** `whenTrue[n]` where bit n of `select` alone is 1, `whenFalse` where none is; undefined where several are. */
export interface ChoiceGate extends Common {
  readonly kind: 'choice'
  readonly select: Bits
  readonly whenFalse: Bits
  readonly whenTrue: readonly Bits[]
}

export interface RegisterGate extends Common {
  readonly kind: 'register'
  readonly d: Bits
  /** While `bit` is `active` it holds `value`, whatever the clock does. */
  readonly reset: { readonly bit: NetlistBit; readonly active: '0' | '1'; readonly value: Bits } | null
}

/** Words that are read at once and written at the edge. */
export interface MemoryGate extends Common {
  readonly kind: 'memory'
  readonly words: number
  readonly readAddress: Bits
  readonly writeAddress: Bits
  readonly writeData: Bits
  /** One for each bit of the data. */
  readonly writeEnable: Bits
}

/** Throws `UndefinedBit` for a cell that is unknown, or has another clock or edge. */
export function gateOf(name: string, cell: NetlistCell, clock: unknown): Gate {
  const bits = (port: string): Bits => connection(cell, port)
  switch (cell.type) {
    case '$dff':
      checkRegister(name, cell, clock)
      return { name, kind: 'register', d: bits('D'), reset: null, y: bits('Q') }
    case '$adff': {
      checkRegister(name, cell, clock)
      const text = String(cell.parameters.ARST_VALUE)
      const value = bits('Q').map((_, index): NetlistBit => text.at(-1 - index) ?? 'x')
      const active = parameter(cell, 'ARST_POLARITY') === 1 ? '1' : '0'
      return {
        name,
        kind: 'register',
        d: bits('D'),
        reset: { bit: bits('ARST')[0] ?? 'x', active, value },
        y: bits('Q'),
      }
    }
    case '$mem_v2':
      return memoryOf(name, cell, clock)
    case '$mux':
    case '$pmux': {
      const [select, whenFalse, all] = [bits('S'), bits('A'), bits('B')]
      const width = whenFalse.length
      const whenTrue = select.map((_, index) => all.slice(index * width, (index + 1) * width))
      return { name, kind: 'choice', select, whenFalse, whenTrue, y: bits('Y') }
    }
    default: {
      const operation = operationOf(name, cell)
      const b = operation.widthB > 0 ? bits('B') : []
      return { name, kind: 'operation', cell: operation, a: bits('A'), b, y: bits('Y') }
    }
  }
}

/** A memory with a write port of this clock and a read port of none. */
function memoryOf(name: string, cell: NetlistCell, clock: unknown): MemoryGate {
  const wanted = { RD_PORTS: 1, WR_PORTS: 1, RD_CLK_ENABLE: 0, WR_CLK_ENABLE: 1, WR_CLK_POLARITY: 1, OFFSET: 0 }
  for (const [key, value] of Object.entries(wanted)) {
    if (parameter(cell, key) !== value) throw new UndefinedBit(`memory ${name} has another ${key} than ${value}`)
  }
  if (connection(cell, 'WR_CLK')[0] !== clock) throw new UndefinedBit(`memory ${name} has another clock`)
  return {
    name,
    kind: 'memory',
    words: parameter(cell, 'SIZE'),
    readAddress: connection(cell, 'RD_ADDR'),
    writeAddress: connection(cell, 'WR_ADDR'),
    writeData: connection(cell, 'WR_DATA'),
    writeEnable: connection(cell, 'WR_EN'),
    y: connection(cell, 'RD_DATA'),
  }
}
