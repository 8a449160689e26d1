import { type ElementLookups, tableBefore } from '../../../compiler/graph/lookup.js'
import type { OperationId, OperationOf } from '../../../compiler/graph/operation.js'
import { type BoundCalls, bindCalls } from '../../kernels/bind.js'
import { MODES, roundingCode } from '../../kernels/codes.js'
import { instantiateKernels, kernelMemory, kernelModule, MemoryShortage } from '../../kernels/kernels.js'
import { BASE, BASES, call, EXACT, FIRST, inOrder, SAMPLES } from '../../kernels/program.js'
import { BLOCK } from '../../kernels/tiles.js'
import type { Tables } from '../element-tables.js'
import type { Numbers } from '../numbers.js'
import { Computed } from './computed.js'
import { Layout } from './layout.js'
import { Machine } from './machine.js'
import { rowBytes, TILE } from './memory.js'
import { layOut } from './operations.js'
import { RECORD } from './records.js'
import { bytesOf, type Held, type ProgramShape } from './shape.js'
import { Tabled } from './tabled.js'

/** Numbers of an input or a result that are copied at once, about. */
const COPIED = 1 << 20
/** Tiles that are copied at once, at most. */
const MOST_TILES = 16
/** A network that takes more memory than this is left to columns of doubles. */
const MOST_PROGRAM_BYTES = 1 << 30

/** Room of an input's port or a quantizer. */
interface Quantizing {
  readonly records: number
  /** Pairs of extremes, or one count of wraps. */
  readonly noted: number
  readonly elements: number
  readonly held: Held
}

/**
 * A network laid out for the kernels: tiles of samples go through it one after the other. The layout serves every
 * network of the same graph and shape: constants and types are filled in before each use.
 */
export class BulkProgram {
  readonly #tables: Tables
  readonly #shape: ProgramShape
  readonly #layout: Layout
  /** Rows that are copied in and out at once. */
  readonly #block: number
  readonly #quantizing = new Map<OperationId, Quantizing>()
  readonly #inputs: { readonly name: string; readonly address: number; readonly size: number }[] = []
  readonly #results: { readonly id: OperationId; readonly address: number; readonly size: number }[] = []
  readonly #machine: Machine
  readonly #tabled = new Map<OperationId, Tabled>()
  /** What a tile takes: kernels, and look-ups or functions between them. */
  readonly #steps: (BoundCalls | Tabled | Computed)[] = []

  /** Throws a MemoryShortage where there is not enough memory. */
  constructor(tables: Tables, shape: ProgramShape) {
    this.#tables = tables
    this.#shape = shape
    this.#layout = new Layout(tables, shape)
    const layout = this.#layout
    const ends = [...shape.results, ...shape.order.filter((id) => layout.operation(id).kind === 'input')]
    const widest = Math.max(1, ...ends.map((id) => tables.size(id)))
    this.#block = TILE * Math.max(1, Math.min(MOST_TILES, Math.floor(COPIED / widest / TILE)))
    const order = layout.table(Array.from({ length: this.#block }, (_, row) => row))
    const done = new Set<OperationId>()
    for (const id of shape.order) {
      if (done.has(id)) continue
      const operation = layout.operation(id)
      done.add(id)
      if (operation.kind === 'input') this.#input(operation, order)
      else if (operation.kind === 'quantize') this.#quantize(operation)
      else for (const other of layOut(operation, layout)) done.add(other)
    }
    for (const id of shape.results) {
      const { address: source, held, elements: size } = layout.place(id)
      const address = layout.memory.arena.bytes(Math.max(1, this.#block * size) * 8)
      layout.emit('putRows', held, address, source, size, rowBytes(held), FIRST, EXACT)
      this.#results.push({ id, address, size })
    }
    const { size: bytes } = layout.memory.arena
    if (bytes > MOST_PROGRAM_BYTES) throw new MemoryShortage(bytes, MOST_PROGRAM_BYTES)
    const memory = kernelMemory(bytes)
    this.#machine = new Machine(memory)
    for (const { address, values } of layout.words) this.#machine.words.set(values, address / 4)
    const kernels = instantiateKernels(kernelModule(), memory)
    const { between, calls } = layout
    const lists = [...between, null].map((step, at) => calls.slice(between[at - 1]?.after ?? 0, step?.after))
    for (const [at, run] of bindCalls(lists, kernels).entries()) {
      this.#steps.push(run)
      const next = between[at]
      if (next === undefined) continue
      const { id, from, into, function: name } = next
      const step = name === null ? new Tabled(this.#machine, from, into) : new Computed(this.#machine, name, from, into)
      if (step instanceof Tabled) this.#tabled.set(id, step)
      this.#steps.push(step)
    }
  }

  #input(operation: OperationOf<'input'>, order: number): void {
    const layout = this.#layout
    const size = this.#tables.size(operation.id)
    // Rows are read in whole vectors.
    const address = layout.memory.arena.words(this.#block * size + 8)
    this.#inputs.push({ name: operation.name, address, size })
    const raw = layout.memory.take(size, 'float32')
    const stride = rowBytes('float32')
    layout.calls.push(call('gatherSamples', raw.address, address, inOrder(order), size, stride, SAMPLES, EXACT))
    const held = layout.held(operation.id)
    if (held === 'float32') {
      this.#emitQuantizer(operation.id, raw.address, raw.address, held)
      layout.put(operation.id, raw)
      return
    }
    const wide = layout.memory.take(size, held)
    layout.calls.push(call('promoteRows', wide.address, raw.address, size, rowBytes(held), stride, SAMPLES))
    layout.memory.give(raw)
    this.#emitQuantizer(operation.id, wide.address, wide.address, held)
    layout.put(operation.id, wide)
  }

  #quantize(operation: OperationOf<'quantize'>): void {
    const layout = this.#layout
    const [from] = operation.operands
    const result = layout.held(operation.id)
    if (this.#shape.note === 'wraps' && tableBefore(this.#tables.graph, operation) !== null) {
      const into = layout.newValue(operation.id)
      const place = layout.place(from)
      layout.between.push({ id: operation.id, after: layout.calls.length, from: place, into, function: null })
      layout.put(operation.id, into)
      layout.used(operation.operands)
      return
    }
    const wide = layout.place(from).held === 'float64' || result === 'float64'
    const held: Held = wide ? 'float64' : 'float32'
    const x = layout.rows(from, held)
    const y = layout.newValue(operation.id, held)
    this.#emitQuantizer(operation.id, y.address, x.address, held)
    if (result === held) layout.put(operation.id, y)
    else {
      const narrow = layout.newValue(operation.id, result)
      const [to, source] = [rowBytes(result), rowBytes(held)]
      layout.calls.push(call('demoteRows', narrow.address, y.address, y.elements, to, source, SAMPLES))
      layout.memory.give(y)
      layout.put(operation.id, narrow)
    }
    layout.used(operation.operands)
  }

  #emitQuantizer(id: OperationId, y: number, x: number, held: Held): void {
    const layout = this.#layout
    const role = this.#shape.roles.get(id)
    if (role === undefined) throw new Error(`operation ${id} has no role`)
    const elements = this.#tables.size(id)
    const { arena } = layout.memory
    const records = arena.bytes(Math.max(1, elements) * RECORD * bytesOf(held))
    const extremes = this.#shape.note === 'extremes'
    const noted = arena.bytes(extremes ? Math.max(1, elements) * 2 * bytesOf(held) : 8)
    this.#quantizing.set(id, { records, noted, elements, held })
    layout.emit(
      'quantize',
      held,
      y,
      x,
      records,
      elements,
      rowBytes(held),
      SAMPLES,
      EXACT,
      roundingCode(role.rounding === 'stochastic' ? 'nearest' : role.rounding),
      MODES[role.mode],
      extremes ? noted : 0,
      extremes ? 0 : noted,
    )
  }

  /**
   * Takes a network's constants, its tables, and its types as records that `write` writes; forgets what was noted.
   */
  fill(
    constants: ReadonlyMap<OperationId, Float64Array>,
    write: (id: OperationId, records: Numbers) => void,
    tables: ReadonlyMap<OperationId, ElementLookups>,
  ): void {
    for (const fill of this.#layout.fills) fill(this.#machine, constants)
    for (const [id, tabled] of this.#tabled) {
      const lookups = tables.get(id)
      if (lookups === undefined) throw new Error(`the tables of operation ${id} were not filled`)
      tabled.fill(lookups)
    }
    for (const [id, { records, noted, elements, held }] of this.#quantizing) {
      write(id, this.#machine.numbers(records, elements * RECORD, held))
      if (this.#shape.note === 'wraps') this.#machine.doubles(noted, 1)[0] = 0
      else {
        const pairs = this.#machine.numbers(noted, elements * 2, held)
        for (let at = 0; at < pairs.length; at += 2) {
          pairs[at] = Infinity
          pairs[at + 1] = -Infinity
        }
      }
    }
  }

  /** Runs rows through the network. `into` holds the arrays of the results, row-major. */
  run(
    inputs: ReadonlyMap<string, Float32Array>,
    rows: number,
    into: ReadonlyMap<OperationId, Float64Array> = new Map(),
  ): void {
    const bases = new Int32Array(BASES)
    const block = this.#block
    for (let start = 0; start < rows; start += block) {
      const count = Math.min(block, rows - start)
      for (const { name, address, size } of this.#inputs) {
        const values = inputs.get(name)
        if (values === undefined) throw new Error(`no data for input ${name}`)
        this.#machine.singles(address, count * size).set(values.subarray(start * size, (start + count) * size))
      }
      for (let first = 0; first < count; first += TILE) {
        const exact = Math.min(TILE, count - first)
        bases[BASE.samples] = Math.ceil(exact / BLOCK) * BLOCK
        bases[BASE.exact] = exact
        bases[BASE.first] = first
        bases[BASE.order] = first * 4
        for (const step of this.#steps) {
          if (typeof step === 'function') step(bases, 0)
          else step.run(exact)
        }
      }
      for (const { id, address, size } of this.#results)
        into.get(id)?.set(this.#machine.doubles(address, count * size), start * size)
    }
  }

  /** How many values have wrapped at a quantizer since `fill`. */
  wraps(id: OperationId): number {
    return this.#tabled.get(id)?.wraps ?? (this.#machine.doubles(this.#quantized(id).noted, 1)[0] as number)
  }

  /** Pairs of the least and the greatest result of each element since `fill`. */
  extremes(id: OperationId): Numbers {
    const { noted, elements, held } = this.#quantized(id)
    return this.#machine.numbers(noted, elements * 2, held)
  }

  #quantized(id: OperationId): Quantizing {
    const found = this.#quantizing.get(id)
    if (found === undefined) throw new Error(`operation ${id} is no quantizer of this program`)
    return found
  }
}
