import type { StateDeclaration, TensorGraph } from '../../../compiler/graph/operation.js'
import { declareState } from '../../../compiler/graph/state.js'
import { elementCount } from '../../../lang/shape.js'
import { type Arena, apart, paddedWords } from '../../kernels/arena.js'
import { type Region, words } from '../../kernels/work.js'
import type { CheckpointTensor } from '../checkpoint.js'
import type { Machine } from './machine.js'

/** Where one state lives. */
export interface StatePlace {
  readonly declaration: StateDeclaration
  readonly address: number
  readonly count: number
}

/** A run of trained state of one group. */
export interface Run {
  readonly group: 'weight' | 'width'
  /** From the start of all trained state. */
  readonly offset: number
  readonly bytes: number
}

/**
 * All state of a network in kernel memory. What is trained lies in one piece, weights before widths, so that the norm of
 * all gradients is one pass; its gradients and the optimiser's slots are laid out alike.
 */
export class StateMemory {
  readonly runs: readonly Run[]
  readonly trainedBytes: number
  readonly values: number
  readonly gradients: number
  readonly #places = new Map<string, StatePlace>()

  constructor(graph: TensorGraph, arena: Arena) {
    const declarations = declareState(graph)
    const trained = declarations.filter(({ update }) => update === 'trained')
    const runs: Run[] = []
    const offsets = new Map<string, number>()
    let end = 0
    for (const group of ['weight', 'width'] as const) {
      const offset = end
      for (const { path, shape } of trained.filter((declaration) => declaration.group === group)) {
        offsets.set(path, end)
        end += apart(paddedWords(elementCount(shape)) * 4)
      }
      runs.push({ group, offset, bytes: end - offset })
    }
    this.runs = runs
    this.trainedBytes = end
    this.values = arena.bytes(end)
    this.gradients = arena.bytes(end)
    for (const declaration of declarations) {
      const count = elementCount(declaration.shape)
      const offset = offsets.get(declaration.path)
      const address = offset === undefined ? arena.words(count) : this.values + offset
      this.#places.set(declaration.path, { declaration, address, count })
    }
  }

  /** Gradients of all trained state, one region for each. */
  get gradientRegions(): readonly Region[] {
    return [...this.#places.values()].flatMap(({ declaration: { path }, count }) => {
      const gradient = this.gradient(path)
      return gradient === 0 ? [] : [words(gradient, count)]
    })
  }

  /** Whether something is state itself. */
  holds({ address, bytes }: Region): boolean {
    return [...this.#places.values()].some(
      (place) => place.address < address + bytes && address < place.address + paddedWords(place.count) * 4,
    )
  }

  /** In the order of the declarations. */
  get places(): Iterable<StatePlace> {
    return this.#places.values()
  }

  place(path: string): StatePlace {
    const place = this.#places.get(path)
    if (place === undefined) throw new Error(`no state ${path}`)
    return place
  }

  /** Address of the gradient of a trained state; 0 for others. */
  gradient(path: string): number {
    const { declaration, address } = this.place(path)
    return declaration.update === 'trained' ? this.gradients + (address - this.values) : 0
  }

  /** Puts values in. Throws where one is missing or of another size. */
  fill(machine: Machine, values: ReadonlyMap<string, CheckpointTensor>): void {
    for (const { declaration, address, count } of this.#places.values()) {
      const given = values.get(declaration.path)?.values
      if (given === undefined || given.length !== count)
        throw new Error(`state ${declaration.path} is missing or has another shape`)
      machine.floats(address, count).set(given)
    }
  }

  /** A copy of everything. */
  copy(machine: Machine): Map<string, CheckpointTensor> {
    const tensors = new Map<string, CheckpointTensor>()
    for (const { declaration, address, count } of this.#places.values())
      tensors.set(declaration.path, {
        shape: declaration.shape,
        values: machine.floats(address, count).slice(),
      })
    return tensors
  }
}
