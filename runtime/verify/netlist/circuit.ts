import type { NetlistCell, NetlistModule } from '../../tools/netlist-json.js'
import { type Cell, isBinary, isUnary } from './cells.js'
import { withPlainChoices } from './choices.js'
import { type Gather, UndefinedBit, type Word, Words } from './words.js'

/** One step of an evaluation: computes a word from others. */
export type Step =
  | { readonly kind: 'operation'; readonly cell: Cell; readonly a: Gather; readonly b: Gather; readonly y: number }
  | {
      readonly kind: 'choice'
      readonly select: Gather
      readonly whenFalse: Gather
      readonly whenTrue: Gather
      readonly y: number
    }
  /** A register: its word is that of `d`, one cycle later. */
  | { readonly kind: 'register'; readonly d: Gather; readonly y: number }

export interface NetlistCircuit {
  readonly words: readonly Word[]
  /** In an order in which operands come first. */
  readonly steps: readonly Step[]
  /** The words of an input port, at most 32 bits each, lowest first. */
  readonly inputs: ReadonlyMap<string, readonly Word[]>
  /** The groups of at most 32 bits that make up an output port, lowest first. */
  readonly outputs: ReadonlyMap<string, readonly Gather[]>
}

/**
 * A flattened module of word-level cells as steps. Registers may only pass values forward, which is what a pipeline
 * without feedback does. Throws `UndefinedBit` with what is wrong: an undriven bit, a cell that is unknown, feedback.
 */
export function circuitOf(module: NetlistModule, clock: string): NetlistCircuit {
  const words = new Words()
  const inputs = new Map<string, readonly Word[]>()
  let clockNet: unknown
  for (const [name, port] of Object.entries(module.ports)) {
    if (port.direction !== 'input') continue
    if (name === clock) clockNet = port.bits[0]
    inputs.set(
      name,
      chunks(port.bits).map((bits) => words.drive(bits, `input port ${name}`)),
    )
  }
  const cells = withPlainChoices(module).filter(([, cell]) => cell.type !== '$scopeinfo')
  const driven = cells.map(([name, cell]) => words.drive(connection(cell, cell.type === '$dff' ? 'Q' : 'Y'), name))
  const steps = cells.map(([name, cell], index) => {
    const y = driven[index]
    if (y === undefined) throw new Error('every cell drives a word')
    return stepOf(name, cell, y.index, words, clockNet)
  })
  const outputs = new Map<string, readonly Gather[]>()
  for (const [name, port] of Object.entries(module.ports)) {
    if (port.direction !== 'output') continue
    outputs.set(
      name,
      chunks(port.bits).map((bits, index) => words.gather(bits, `output port ${name}[${32 * index}…]`)),
    )
  }
  return { words: words.all, steps: inOrder(steps, words.all.length), inputs, outputs }
}

function stepOf(name: string, cell: NetlistCell, y: number, words: Words, clock: unknown): Step {
  const bits = (port: string): Gather => words.gather(connection(cell, port), `${cell.type} ${name}.${port}`)
  if (cell.type === '$dff') {
    checkRegister(name, cell, clock)
    return { kind: 'register', d: bits('D'), y }
  }
  if (cell.type === '$mux') return { kind: 'choice', select: bits('S'), whenFalse: bits('A'), whenTrue: bits('B'), y }
  const operation = operationOf(name, cell)
  const b: Gather = isBinary(operation.kind) ? bits('B') : { width: 0, constant: 0n, pieces: [] }
  return { kind: 'operation', cell: operation, a: bits('A'), b, y }
}

/** Throws `UndefinedBit` unless a `$dff` takes its value at the rising edge of this clock. */
export function checkRegister(name: string, cell: NetlistCell, clock: unknown): void {
  if (connection(cell, 'CLK')[0] !== clock) throw new UndefinedBit(`register ${name} has another clock`)
  if (parameter(cell, 'CLK_POLARITY') !== 1) throw new UndefinedBit(`register ${name} takes the falling edge`)
}

/** What a cell with the operands A, or A and B, and the output Y computes. Throws `UndefinedBit` for any other cell. */
export function operationOf(name: string, cell: NetlistCell): Cell {
  const type = cell.type === '$shiftx' ? withoutEnd(name, cell) : cell.type
  if (!isUnary(type) && !isBinary(type)) throw new UndefinedBit(`cell ${name} has the unknown type ${type}`)
  // By how much is shifted counts as unsigned, whatever it is declared as.
  const shift = /^\$s?sh[lr]$/.test(type)
  const signed = parameter(cell, 'A_SIGNED') === 1 && (shift || isUnary(type) || parameter(cell, 'B_SIGNED') === 1)
  const width = (port: string): number => connection(cell, port).length
  return { kind: type, signed, widthA: width('A'), widthB: isBinary(type) ? width('B') : 0, widthY: width('Y') }
}

/**
 * A choice of bits by an index is a shift, but for bits that are undefined past the end. Throws `UndefinedBit` where the
 * index can reach those.
 */
function withoutEnd(name: string, cell: NetlistCell): '$shr' {
  const [a, b, y] = ['A', 'B', 'Y'].map((port) => connection(cell, port).length) as [number, number, number]
  const last = 2 ** b - 1 + y
  if (parameter(cell, 'B_SIGNED') === 1 || last > a) throw new UndefinedBit(`cell ${name} may reach past its operand`)
  return '$shr'
}

/** Steps sorted so that each stands behind those whose words it reads. */
function inOrder(steps: readonly Step[], words: number): readonly Step[] {
  const maker = new Int32Array(words).fill(-1)
  steps.forEach((step, index) => {
    maker[step.y] = index
  })
  const state = new Uint8Array(steps.length)
  const sorted: Step[] = []
  for (let start = 0; start < steps.length; start++) {
    const stack = [start]
    for (let index = stack.at(-1); index !== undefined; index = stack.at(-1)) {
      const step = steps[index] as Step
      if (state[index] === 0) {
        state[index] = 1
        for (const word of wordsRead(step)) {
          const other = maker[word] ?? -1
          if (other < 0 || state[other] === 2) continue
          if (state[other] === 1) throw new UndefinedBit('the circuit feeds a value back')
          stack.push(other)
        }
        continue
      }
      stack.pop()
      if (state[index] === 1) sorted.push(step)
      state[index] = 2
    }
  }
  return sorted
}

function wordsRead(step: Step): readonly number[] {
  const gathers =
    step.kind === 'operation'
      ? [step.a, step.b]
      : step.kind === 'register'
        ? [step.d]
        : [step.select, step.whenFalse, step.whenTrue]
  return gathers.flatMap((gather) => gather.pieces.map((piece) => piece.word))
}

function chunks<T>(bits: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(bits.length / 32) }, (_, index) => bits.slice(32 * index, 32 * index + 32))
}

/** The bits at a port of a cell. Throws `UndefinedBit` where it has no such port. */
export function connection(cell: NetlistCell, port: string): NetlistCell['connections'][string] {
  const bits = cell.connections[port]
  if (bits === undefined) throw new UndefinedBit(`a cell of type ${cell.type} has no port ${port}`)
  return bits
}

/** Numbers stand in a netlist as 32 binary digits. */
/** A parameter of a cell, 0 where it has none of that name. */
export function parameter(cell: NetlistCell, name: string): number {
  const value = cell.parameters[name]
  return typeof value === 'string' ? Number.parseInt(value, 2) : (value ?? 0)
}
