import { type ContractionPlan, planContraction } from '../../../compiler/graph/elements.js'
import type {
  Operation,
  OperationId,
  OperationKind,
  OperationOf,
  OperationWith,
  TensorGraph,
} from '../../../compiler/graph/operation.js'
import { statisticsPath } from '../../../compiler/graph/state.js'
import { tableFunction } from '../../../compiler/graph/table-function.js'
import { liveOperations, operationAt } from '../../../compiler/graph/walk.js'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { randomKey } from '../../../compiler/numeric/random.js'
import { elementCount } from '../../../lang/shape.js'
import type { Backend } from './backend.js'
import { contractElements } from './contraction.js'
import { arrayOf, type TrainingValue } from './custom.js'
import { addConstant, combineElements, mapElements, type Operand, rectify } from './elementwise.js'
import { concatElements, patchElements, reshapeElements, sliceElements, transposeElements } from './layout.js'
import { WidthPenalty } from './penalty.js'
import { TrainingQuantizer } from './quantizer.js'
import { batchMoment, reduceElements } from './reduction.js'
import type { TrainingState } from './training-state.js'

interface Pass {
  readonly rows: number
  readonly inputs: ReadonlyMap<OperationId, Float32Array>
  /** Names the random numbers of this step. */
  readonly seed: number
  readonly step: number
  readonly values: Map<OperationId, TrainingValue>
}

type Handler<K extends OperationKind> = (operation: OperationWith<K>, pass: Pass) => TrainingValue
type Handlers = { readonly [K in OperationKind]: Handler<K> }

/** A TensorGraph in phase `train`, on TensorFlow.js. */
export class TrainingModel {
  readonly quantizers: ReadonlyMap<string, TrainingQuantizer>
  readonly penalty: WidthPenalty
  readonly #backend: Backend
  readonly #graph: TensorGraph
  readonly #state: TrainingState
  readonly #live: readonly Operation[]
  readonly #plans = new Map<OperationId, ContractionPlan>()

  constructor(backend: Backend, graph: TensorGraph, state: TrainingState) {
    this.#backend = backend
    this.#graph = graph
    this.#state = state
    this.#live = liveOperations(graph).map((id) => operationAt(graph, id))
    const quantizers = new Map<string, TrainingQuantizer>()
    for (const operation of this.#live) {
      if (operation.kind === 'quantize' && !quantizers.has(operation.path))
        quantizers.set(operation.path, new TrainingQuantizer(operation, state))
    }
    this.quantizers = quantizers
    this.penalty = new WidthPenalty(graph, state, quantizers)
  }

  /** Values of all operations for a batch, by id. Tracked state follows the batch. Call inside `tf.tidy`. */
  forward(
    inputs: ReadonlyMap<OperationId, Float32Array>,
    rows: number,
    seed: number,
    step: number,
  ): ReadonlyMap<OperationId, TrainingValue> {
    const pass: Pass = { rows, inputs, seed, step, values: new Map() }
    for (const operation of this.#live) pass.values.set(operation.id, this.#run(operation, pass))
    return pass.values
  }

  /** The first operation, in order, whose values are not all finite numbers. */
  firstNonFinite(values: ReadonlyMap<OperationId, TrainingValue>): Operation | undefined {
    return this.#live.find((operation) => {
      const value = values.get(operation.id)
      return value !== undefined && !arrayOf(value.tensor).every(Number.isFinite)
    })
  }

  #run(operation: Operation, pass: Pass): TrainingValue {
    // The table's entry for a kind takes operations of that kind; the compiler cannot follow the correlation.
    return (this.#handlers[operation.kind] as Handler<OperationKind>)(operation as OperationWith<OperationKind>, pass)
  }

  #operand(id: OperationId, pass: Pass): Operand {
    const value = pass.values.get(id)
    if (value === undefined) throw new Error(`operation ${id} has no value yet`)
    const { shape, side } = operationAt(this.#graph, id)
    return { value, shape, rows: side === 'data' ? pass.rows : null }
  }

  #map(apply: (x: number) => number, slope: (x: number, y: number) => number) {
    return (operation: Operation, pass: Pass): TrainingValue =>
      mapElements(this.#backend, this.#operand(operation.operands[0] ?? -1, pass), apply, slope)
  }

  #combine(
    apply: (a: number, b: number) => number,
    byLeft: (a: number, b: number) => number,
    byRight: (a: number, b: number) => number,
  ) {
    return (operation: Operation, pass: Pass): TrainingValue => {
      const [left = -1, right = -1] = operation.operands
      return combineElements(
        this.#backend,
        this.#operand(left, pass),
        this.#operand(right, pass),
        operation.shape,
        apply,
        [byLeft, byRight],
      )
    }
  }

  #constant(values: Float32Array, shape: readonly number[]): TrainingValue {
    return { tensor: this.#backend.tf.tensor(values, [...shape], 'float32'), needsGradient: false }
  }

  #planOf(operation: OperationOf<'einsum'>): ContractionPlan {
    const known = this.#plans.get(operation.id)
    if (known !== undefined) return known
    const [left, right] = operation.operands
    const shapeOf = (id: OperationId): readonly number[] => operationAt(this.#graph, id).shape
    const plan = planContraction(operation.equation, shapeOf(left), shapeOf(right), operation.shape)
    this.#plans.set(operation.id, plan)
    return plan
  }

  #statistics(operation: OperationOf<'batch_statistics'>, pass: Pass): TrainingValue {
    const channels = elementCount(operation.shape)
    const value = batchMoment(this.#backend, this.#operand(operation.operands[0], pass), channels, operation.moment)
    const tracked = this.#state.array(statisticsPath(operation))
    for (const [channel, now] of arrayOf(value.tensor).entries()) {
      tracked[channel] = operation.momentum * (tracked[channel] ?? 0) + (1 - operation.momentum) * now
    }
    return value
  }

  #quantize(operation: OperationOf<'quantize'>, pass: Pass): TrainingValue {
    const quantizer = this.quantizers.get(operation.path)
    if (quantizer === undefined) throw new Error(`no quantizer ${operation.path}`)
    const noise = randomKey(pass.seed, operation.path, 'rounding', pass.step)
    return quantizer.apply(this.#backend, this.#operand(operation.operands[0], pass), noise)
  }

  readonly #sum = this.#combine(
    (a, b) => a + b,
    () => 1,
    () => 1,
  )

  readonly #handlers: Handlers = {
    input: (operation, pass) => {
      const values = pass.inputs.get(operation.id)
      if (values === undefined) throw new Error(`no values for input ${operation.name}`)
      return this.#constant(values, [pass.rows, ...operation.shape])
    },
    parameter: ({ path, shape }) => {
      const variable = this.#state.variable(path)
      if (variable === undefined) return this.#constant(this.#state.array(path), shape)
      return { tensor: variable, needsGradient: true }
    },
    constant: (operation) => {
      const { value, shape } = operation
      return this.#constant(
        typeof value === 'number' ? new Float32Array(elementCount(shape)).fill(value) : Float32Array.from(value),
        shape,
      )
    },
    quantize: (operation, pass) => this.#quantize(operation, pass),
    einsum: (operation, pass) => {
      const [left, right] = operation.operands
      return contractElements(
        this.#backend,
        this.#planOf(operation),
        this.#operand(left, pass),
        this.#operand(right, pass),
        operation.shape,
      )
    },
    add: (operation, pass) => {
      const [left, right] = operation.operands
      const [x, y] = [this.#operand(left, pass), this.#operand(right, pass)]
      const size = elementCount(operation.shape)
      const isBias =
        x.rows !== null && y.rows === null && elementCount(x.shape) === size && elementCount(y.shape) === size
      return isBias ? addConstant(this.#backend, { ...x, shape: operation.shape }, y) : this.#sum(operation, pass)
    },
    subtract: this.#combine(
      (a, b) => a - b,
      () => 1,
      () => -1,
    ),
    multiply: this.#combine(
      (a, b) => a * b,
      (_, b) => b,
      (a) => a,
    ),
    divide: this.#combine(
      (a, b) => a / b,
      (_, b) => 1 / b,
      (a, b) => -a / (b * b),
    ),
    maximum: this.#combine(
      (a, b) => (a >= b ? a : b),
      (a, b) => (a >= b ? 1 : 0),
      (a, b) => (a >= b ? 0 : 1),
    ),
    minimum: this.#combine(
      (a, b) => (a <= b ? a : b),
      (a, b) => (a <= b ? 1 : 0),
      (a, b) => (a <= b ? 0 : 1),
    ),
    square_root: this.#map(
      (x) => Math.sqrt(x),
      (_, y) => 1 / (2 * y),
    ),
    table: (operation, pass) => {
      const { value, slope } = tableFunction(operation.function)
      return this.#map(value, slope)(operation, pass)
    },
    negate: this.#map(
      (x) => -x,
      () => -1,
    ),
    relu: (operation, pass) => rectify(this.#backend, this.#operand(operation.operands[0], pass)),
    abs: this.#map(
      (x) => Math.abs(x),
      (x) => Math.sign(x),
    ),
    shift: (operation, pass) => {
      const factor = powerOfTwo(operation.by)
      return mapElements(
        this.#backend,
        this.#operand(operation.operands[0], pass),
        (x) => x * factor,
        () => factor,
      )
    },
    stop_gradient: (operation, pass) => {
      const { value } = this.#operand(operation.operands[0], pass)
      const stopped = this.#map(
        (x) => x,
        () => 0,
      )(operation, pass)
      return { tensor: stopped.tensor, needsGradient: value.needsGradient }
    },
    reshape: (operation, pass) =>
      reshapeElements(this.#backend, this.#operand(operation.operands[0], pass), operation.shape),
    transpose: (operation, pass) =>
      transposeElements(
        this.#backend,
        this.#operand(operation.operands[0], pass),
        operation.shape,
        operation.permutation,
      ),
    slice: (operation, pass) =>
      sliceElements(
        this.#backend,
        this.#operand(operation.operands[0], pass),
        operation.shape,
        operation.axis,
        operation.start,
        operation.end,
      ),
    concat: (operation, pass) =>
      concatElements(
        this.#backend,
        operation.operands.map((id) => this.#operand(id, pass)),
        operation.shape,
        operation.axis,
      ),
    patches: (operation, pass) => patchElements(this.#backend, this.#operand(operation.operands[0], pass), operation),
    reduce: (operation, pass) =>
      reduceElements(
        this.#backend,
        this.#operand(operation.operands[0], pass),
        operation.shape,
        operation.reduction,
        operation.axes,
      ),
    batch_statistics: (operation, pass) => this.#statistics(operation, pass),
  }
}
