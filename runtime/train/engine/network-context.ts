import type { OperationId, OperationOf, TensorGraph } from '../../../compiler/graph/operation.js'
import { tracksInteger } from '../../../compiler/graph/state.js'
import { hardwareOperations, operationAt, users } from '../../../compiler/graph/walk.js'
import { type Arena, paddedWords } from '../../kernels/arena.js'
import { type Argument, inPart } from '../../kernels/program.js'
import type { DataSource } from './data-source.js'
import { levelsOf } from './levels.js'
import type { Action } from './machine.js'
import { type Additions, PartLayout } from './part-layout.js'
import { PassLayout } from './pass-layout.js'
import { QuantizerMemory } from './quantizer-memory.js'
import type { StateMemory } from './state-memory.js'
import { TileLayout } from './tile-layout.js'
import type { ConstantValue, TileValue } from './values.js'

/** What the plans of one engine share: they run in turn, on the same state. */
export interface SharedMemory {
  readonly graph: TensorGraph
  readonly arena: Arena
  readonly state: StateMemory
  readonly quantizers: Map<string, QuantizerMemory>
  readonly seed: number
  readonly threads: number
}

/**
 * A gradient that tiles add up in the parts: `count` words at `sums`, which `map` spreads over the elements of a
 * constant.
 */
export interface PartGradient {
  readonly constant: ConstantValue
  readonly sums: Argument
  readonly count: number
  /** Address of one word for each: the element, or -1. 0: they are the elements. */
  readonly map: number
}

/** A quantizer of data, and where each part keeps the greatest magnitude of its elements. */
export interface ObservedQuantizer {
  readonly operation: OperationOf<'quantize'>
  readonly greatest: number
  readonly elements: number
}

/** A quantizer of the parameter side, and where its values stand. */
export interface QuantizedConstant {
  readonly operation: OperationOf<'quantize'>
  readonly address: number
  readonly elements: number
}

/**
 * A network being laid out for the kernels: what runs for every tile in each pass, what happens before and after, and
 * where everything lives. The tables of `data-side.ts` and `parameter-side.ts` fill it, operation by operation.
 */
export class NetworkContext {
  readonly graph: TensorGraph
  readonly arena: Arena
  readonly state: StateMemory
  readonly training: boolean
  readonly data: DataSource
  readonly users: readonly (readonly OperationId[])[]
  readonly passes: PassLayout
  readonly rows: TileLayout
  readonly start: Action[] = []
  readonly partGradients: PartGradient[] = []
  /** Data-side quantizers, and where each part keeps the greatest magnitude of every element. */
  readonly observed: ObservedQuantizer[] = []
  readonly quantizedConstants: QuantizedConstant[] = []
  /** Gradients of constants, to be set to 0 in each step. */
  readonly gradients: { readonly address: number; readonly bytes: number }[] = []
  /** Gradients, by address, that are written before they are added to: they need not be set to 0. */
  readonly overwritten = new Set<number>()
  readonly constants = new Map<OperationId, ConstantValue>()
  readonly tileValues = new Map<OperationId, TileValue>()
  /** Operations that an earlier one computes with its own. */
  readonly fused = new Set<OperationId>()
  /** Of an operation that computes others with its own: the last of them, which its value is. */
  readonly fusedInto = new Map<OperationId, OperationId>()
  /** Sums that tiles add to: the sum of the losses, a double, comes first. */
  readonly sums = new PartLayout(8)
  readonly #shared: SharedMemory
  readonly #levels: ReadonlyMap<OperationId, number>

  constructor(shared: SharedMemory, data: DataSource, training: boolean) {
    this.#shared = shared
    this.graph = shared.graph
    this.arena = shared.arena
    this.state = shared.state
    this.training = training
    this.data = data
    this.users = users(shared.graph)
    this.#levels = levelsOf(shared.graph, training)
    this.passes = new PassLayout(Math.max(0, ...this.#levels.values()) + 1)
    this.rows = new TileLayout(training)
  }

  /**
   * Operations to lay out, pass by pass, in each the parameter side first: a product needs its bias, which may come
   * later. What only feeds batch statistics is none of them when the network is measured.
   */
  get operationIds(): readonly OperationId[] {
    const hardware = new Set(hardwareOperations(this.graph))
    const sideOf = (id: OperationId): number => (operationAt(this.graph, id).side === 'parameter' ? 0 : 1)
    return [...this.#levels.keys()]
      .filter((id) => this.training || hardware.has(id) || sideOf(id) === 0)
      .sort((a, b) => this.levelOf(a) - this.levelOf(b) || sideOf(a) - sideOf(b) || a - b)
  }

  liveUsers(id: OperationId): readonly OperationId[] {
    return (this.users[id] ?? []).filter((user) => this.#levels.has(user))
  }

  levelOf(id: OperationId): number {
    const level = this.#levels.get(id)
    if (level === undefined) throw new Error(`operation ${id} is not live`)
    return level
  }

  constant(id: OperationId): ConstantValue {
    const value = this.constants.get(id)
    if (value === undefined) throw new Error(`operation ${id} has no value on the parameter side`)
    return value
  }

  tile(id: OperationId): TileValue {
    const value = this.tileValues.get(id)
    if (value === undefined) throw new Error(`operation ${id} has no value on the data side`)
    return value
  }

  /**
   * The memory of a quantizer, one for all operations that share it. Where f follows from tracked integer bits each has
   * types of its own: they differ, since each follows its own values.
   */
  quantizer(operation: OperationOf<'quantize'>): QuantizerMemory {
    const { quantizers, state, arena, seed } = this.#shared
    const known = quantizers.get(operation.path)
    const follows = tracksInteger(operation.quantizer) && operation.quantizer.parametrization === 'kbi'
    if (known !== undefined && (known.operation === operation || !follows)) return known
    const made = new QuantizerMemory(operation, state, arena, seed)
    if (known === undefined) quantizers.set(operation.path, made)
    return made
  }

  newConstant(elements: number, needsGradient: boolean, level: number): ConstantValue {
    const address = this.arena.words(elements)
    if (!needsGradient || !this.training) return { address, elements, gradient: 0, level }
    const bytes = paddedWords(elements) * 4
    const gradient = this.arena.bytes(bytes)
    this.gradients.push({ address: gradient, bytes })
    return { address, elements, gradient, level }
  }

  /**
   * Where tiles add up the gradient of a constant: in words that start at 0 by clearing them before a batch, or because
   * the only call that adds to them starts anew in the first tile of a part.
   */
  partGradient(
    constant: ConstantValue,
    count: number,
    map: readonly number[] | Int32Array | null,
    by: 'clearing' | 'first tile',
    additions: Additions,
  ): Argument {
    const sums =
      by === 'clearing'
        ? inPart(this.sums.cleared(count, additions))
        : this.sums.begun(count, constant.level, additions)
    this.partGradients.push({ constant, sums, count, map: map === null ? 0 : this.table(map) })
    return sums
  }

  /** Address of a table of words that never changes. */
  table(words: readonly number[] | Int32Array): number {
    const address = this.arena.words(Math.max(1, words.length))
    this.start.push((machine) => machine.words(address, words.length).set(words))
    return address
  }
}
