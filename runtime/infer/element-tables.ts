import { type ContractionPlan, planContraction } from '../../compiler/graph/elements.js'
import type { Operation, OperationId, OperationOf, TensorGraph } from '../../compiler/graph/operation.js'
import { ancestors, liveOperations, operationAt } from '../../compiler/graph/walk.js'
import { elementCount } from '../../lang/shape.js'
import { Buffers } from './buffers.js'

const tablesOfGraphs = new WeakMap<TensorGraph, Tables>()

/** Element tables of a graph, made once and shared by all evaluations of it. */
export class Tables {
  static of(graph: TensorGraph): Tables {
    const tables = tablesOfGraphs.get(graph) ?? new Tables(graph)
    tablesOfGraphs.set(graph, tables)
    return tables
  }

  readonly graph: TensorGraph
  readonly #maps = new Map<OperationId, readonly Int32Array[]>()
  readonly #plans = new Map<OperationId, ContractionPlan>()
  readonly live: readonly OperationId[]
  /** Memory of values that are no longer needed. */
  readonly buffers = new Buffers()
  /** Those that a quantizer on the data side depends on: what calibration has to run. */
  readonly observed: readonly OperationId[]

  private constructor(graph: TensorGraph) {
    this.graph = graph
    this.live = liveOperations(graph)
    const observers = this.live.filter((id) => {
      const { kind, side } = operationAt(graph, id)
      return kind === 'quantize' && side === 'data'
    })
    this.observed = ancestors(graph, observers)
  }

  shape(id: OperationId): readonly number[] {
    return operationAt(this.graph, id).shape
  }

  size(id: OperationId): number {
    return elementCount(this.shape(id))
  }

  maps(operation: Operation, make: () => readonly Int32Array[]): readonly Int32Array[] {
    const known = this.#maps.get(operation.id)
    if (known !== undefined) return known
    const made = make()
    this.#maps.set(operation.id, made)
    return made
  }

  plan(operation: OperationOf<'einsum'>): ContractionPlan {
    const known = this.#plans.get(operation.id)
    if (known !== undefined) return known
    const [left, right] = operation.operands
    const plan = planContraction(operation.equation, this.shape(left), this.shape(right), operation.shape)
    this.#plans.set(operation.id, plan)
    return plan
  }
}
