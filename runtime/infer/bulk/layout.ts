import type { Operation, OperationId } from '../../../compiler/graph/operation.js'
import type { TableFunction } from '../../../compiler/graph/table-function.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import type { KernelName } from '../../kernels/kernels.js'
import { type Argument, type Call, call, SAMPLES } from '../../kernels/program.js'
import type { Tables } from '../element-tables.js'
import type { Machine } from './machine.js'
import { type Place, rowBytes, TileMemory } from './memory.js'
import { bytesOf, type Held, type ProgramShape } from './shape.js'

/** Kernels that exist for both precisions, without the number at the end. */
export type DoubleKernel = 'sumTerms' | 'sumProducts' | 'quantize' | 'unary' | 'binary' | 'move' | 'reduce' | 'putRows'

/** The numbers of a network, written to the memory of a program before it runs. */
export type Fill = (machine: Machine, constants: ReadonlyMap<OperationId, Float64Array>) => void

/** A quantizer that looks up, or a table that is computed: what no kernel does. */
interface Between {
  readonly id: OperationId
  /** How many of the calls come before it. */
  readonly after: number
  readonly from: Place
  readonly into: Place
  /** The function to compute; null for the quantizer behind it, which looks up. */
  readonly function: TableFunction | null
}

/** A program while it is laid out: where values lie, and which calls a tile takes. */
export class Layout {
  readonly memory = new TileMemory()
  readonly calls: Call[] = []
  /** What happens between calls. */
  readonly between: Between[] = []
  readonly fills: Fill[] = []
  /** Words that never change, with their addresses. */
  readonly words: { readonly address: number; readonly values: readonly number[] }[] = []
  readonly tables: Tables
  readonly shape: ProgramShape
  readonly #places = new Map<OperationId, Place>()
  readonly #promoted = new Map<Place, Place>()
  /** Users of each value that have not been laid out yet. */
  readonly #waiting = new Map<Place, number>()
  readonly #users = new Map<OperationId, readonly Operation[]>()

  constructor(tables: Tables, shape: ProgramShape) {
    this.tables = tables
    this.shape = shape
    const users = new Map<OperationId, Operation[]>()
    for (const id of shape.order) {
      const operation = operationAt(tables.graph, id)
      for (const operand of new Set(operation.operands)) users.set(operand, [...(users.get(operand) ?? []), operation])
    }
    this.#users = users
  }

  operation(id: OperationId): Operation {
    return operationAt(this.tables.graph, id)
  }

  held(id: OperationId): Held {
    return this.shape.precisions.get(id) ?? 'float32'
  }

  isData(id: OperationId): boolean {
    return this.operation(id).side === 'data'
  }

  /** The one user of a value that is wanted nowhere else. */
  onlyUser(id: OperationId): Operation | undefined {
    const users = this.#users.get(id) ?? []
    return users.length === 1 && !this.shape.results.includes(id) ? users[0] : undefined
  }

  /** Adds a call of the kernel for this precision. */
  emit(kernel: DoubleKernel, held: Held, ...given: readonly (number | Argument)[]): void {
    const name: KernelName = `${kernel}${held === 'float32' ? 32 : 64}`
    this.calls.push(call(name, ...given))
  }

  table(values: readonly number[]): number {
    const address = this.memory.arena.words(Math.max(1, values.length))
    this.words.push({ address, values })
    return address
  }

  /** Room for a new value. */
  newValue(id: OperationId, held: Held = this.held(id)): Place {
    return this.memory.take(this.tables.size(id), held)
  }

  /** Says where a value lies, which may be where another does. */
  put(id: OperationId, place: Place): void {
    this.#places.set(id, place)
    const uses = (this.#users.get(id) ?? []).length + (this.shape.results.includes(id) ? 1 : 0)
    this.#waiting.set(place, (this.#waiting.get(place) ?? 0) + uses)
  }

  place(id: OperationId): Place {
    const place = this.#places.get(id)
    if (place === undefined) throw new Error(`operation ${id} has no place yet`)
    return place
  }

  /** The rows of a value in the precision that a user computes in. */
  rows(id: OperationId, held: Held): Place {
    const place = this.place(id)
    if (place.held === held) return place
    if (held === 'float32') throw new Error(`operation ${id} is wider than its user`)
    const known = this.#promoted.get(place)
    if (known !== undefined) return known
    const made = this.memory.take(place.elements, held)
    const [to, from] = [rowBytes(held), rowBytes(place.held)]
    this.calls.push(call('promoteRows', made.address, place.address, place.elements, to, from, SAMPLES))
    this.#promoted.set(place, made)
    return made
  }

  /** A user of these values has been laid out; those without another are given up. */
  used(ids: Iterable<OperationId>): void {
    for (const id of new Set(ids)) {
      const place = this.#places.get(id)
      if (place === undefined) continue
      const left = (this.#waiting.get(place) ?? 0) - 1
      this.#waiting.set(place, left)
      if (left > 0) continue
      this.memory.give(place)
      const promoted = this.#promoted.get(place)
      if (promoted !== undefined) this.memory.give(promoted)
    }
  }

  /** Address of a constant's elements, each filled in. */
  constant(id: OperationId, held: Held): number {
    return this.picked(id, null, held)
  }

  /** Address of the elements of a constant that the map names. */
  picked(id: OperationId, map: Int32Array | null, held: Held): number {
    const count = map?.length ?? this.tables.size(id)
    const address = this.memory.arena.bytes(Math.max(1, count) * bytesOf(held))
    this.fills.push((machine, constants) => {
      const values = constantOf(constants, id)
      const into = machine.numbers(address, count, held)
      for (let at = 0; at < count; at++) into[at] = values[map === null ? at : (map[at] as number)] as number
    })
    return address
  }
}

/** The values of a constant, which has some. */
export function constantOf(constants: ReadonlyMap<OperationId, Float64Array>, id: OperationId): Float64Array {
  const values = constants.get(id)
  if (values === undefined) throw new Error(`operation ${id} has no constant`)
  return values
}
