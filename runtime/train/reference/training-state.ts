import type { StateDeclaration, TensorGraph } from '../../../compiler/graph/operation.js'
import { declareState } from '../../../compiler/graph/state.js'
import { elementCount } from '../../../lang/shape.js'
import type { CheckpointTensor } from '../checkpoint.js'
import type { Backend, Variable } from './backend.js'
import { arrayOf } from './custom.js'

/**
 * Everything a network remembers while it trains: TensorFlow variables for what is trained, plain arrays for the rest.
 */
export class TrainingState {
  readonly declarations: readonly StateDeclaration[]
  readonly #backend: Backend
  readonly #variables = new Map<string, Variable>()
  readonly #arrays = new Map<string, Float32Array>()

  constructor(backend: Backend, graph: TensorGraph, initial: ReadonlyMap<string, CheckpointTensor>) {
    this.#backend = backend
    this.declarations = declareState(graph)
    for (const { path, shape, update } of this.declarations) {
      const values = initial.get(path)?.values
      if (values === undefined || values.length !== elementCount(shape))
        throw new Error(`initial state ${path} is missing or has another shape`)
      const copy = Float32Array.from(values)
      // The name is given by TensorFlow: names are global there, and two networks may train in one process.
      if (update === 'trained')
        this.#variables.set(path, backend.tf.variable(backend.tf.tensor(copy, [...shape], 'float32'), true))
      else this.#arrays.set(path, copy)
    }
  }

  /** The trained tensors, in the order of their declarations. */
  get trained(): readonly { readonly declaration: StateDeclaration; readonly variable: Variable }[] {
    return this.declarations.flatMap((declaration) => {
      const variable = this.#variables.get(declaration.path)
      return variable === undefined ? [] : [{ declaration, variable }]
    })
  }

  variable(path: string): Variable | undefined {
    return this.#variables.get(path)
  }

  /** Current values; of a tracked state they may be changed in place. */
  array(path: string): Float32Array {
    const variable = this.#variables.get(path)
    const array = variable === undefined ? this.#arrays.get(path) : arrayOf(variable)
    if (array === undefined) throw new Error(`no state ${path}`)
    return array
  }

  assign(path: string, values: Float32Array): void {
    const variable = this.#variables.get(path)
    if (variable === undefined) throw new Error(`${path} is not trained`)
    this.#backend.tf.tidy(() => variable.assign(this.#backend.tf.tensor(values, variable.shape, 'float32')))
  }

  /** A copy of everything. */
  snapshot(): Map<string, CheckpointTensor> {
    const tensors = new Map<string, CheckpointTensor>()
    for (const { path, shape } of this.declarations)
      tensors.set(path, { shape, values: new Float32Array(this.array(path)) })
    return tensors
  }

  dispose(): void {
    for (const variable of this.#variables.values()) variable.dispose()
  }
}
