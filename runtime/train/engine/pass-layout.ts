import type { OperationId } from '../../../compiler/graph/operation.js'
import type { Call } from '../../kernels/program.js'
import type { Between } from './machine.js'

/** Calls for every tile of a pass, and what a thread makes for itself before its first tile of it. */
interface TileCalls {
  readonly opening: readonly Call[]
  readonly calls: readonly Call[]
}

/** What runs in the passes of a network, level by level: for every tile, before the tiles, and after them. */
export class PassLayout {
  readonly levels: number
  readonly #forward: Call[][]
  readonly #backward: Call[][]
  readonly #opening: { readonly forward: Call[][]; readonly backward: Call[][] }
  readonly #beforeForward: Between[][]
  /** By level, what belongs to one adjoint together. */
  readonly #afterBackward: (readonly Between[])[][]
  readonly #adjoints: (() => void)[][]
  readonly #tracking: { readonly id: OperationId; readonly items: readonly Between[] }[] = []

  constructor(levels: number) {
    this.levels = levels
    const lists = <T>(): T[][] => Array.from({ length: levels }, () => [])
    this.#forward = lists()
    this.#backward = lists()
    this.#opening = { forward: lists(), backward: lists() }
    this.#beforeForward = lists()
    this.#afterBackward = lists()
    this.#adjoints = lists()
  }

  emitForward(level: number, call: Call): void {
    this.#forward[level]?.push(call)
  }

  emitBackward(level: number, call: Call): void {
    this.#backward[level]?.push(call)
  }

  /** Before a thread's first tile of the forward pass of a level. */
  openForward(level: number, ...calls: readonly Call[]): void {
    this.#opening.forward[level]?.push(...calls)
  }

  openBackward(level: number, ...calls: readonly Call[]): void {
    this.#opening.backward[level]?.push(...calls)
  }

  /** Before the tiles of a level. */
  onForward(level: number, ...items: readonly Between[]): void {
    this.#beforeForward[level]?.push(...items)
  }

  /** After the tiles of a level have gone backward: what belongs to one adjoint, in its order. Adjoints come reversed. */
  onBackward(level: number, ...items: readonly Between[]): void {
    this.#afterBackward[level]?.push(items)
  }

  /** Tracks after the last forward pass, in the order of the operations: what they share may be tracked twice. */
  onTracking(id: OperationId, ...items: readonly Between[]): void {
    this.#tracking.push({ id, items })
  }

  /** Registers the adjoint of a data-side operation; adjoints are laid out in the reverse order. */
  onAdjoint(level: number, layOut: () => void): void {
    this.#adjoints[level]?.push(layOut)
  }

  /** Lays out the adjoints of a level; later levels first. */
  layOutAdjoints(level: number): void {
    for (const layOut of [...(this.#adjoints[level] ?? [])].reverse()) layOut()
  }

  forward(level: number): TileCalls {
    return { opening: this.#opening.forward[level] ?? [], calls: this.#forward[level] ?? [] }
  }

  backward(level: number): TileCalls {
    return { opening: this.#opening.backward[level] ?? [], calls: this.#backward[level] ?? [] }
  }

  beforeForward(level: number): readonly Between[] {
    return this.#beforeForward[level] ?? []
  }

  /** The adjoints of a level's constants, the last one first. */
  afterBackward(level: number): readonly Between[] {
    return [...(this.#afterBackward[level] ?? [])].reverse().flat()
  }

  /** After the last forward pass: tracked state follows the batch. */
  get afterForward(): readonly Between[] {
    return [...this.#tracking].sort((a, b) => a.id - b.id).flatMap(({ items }) => items)
  }
}
