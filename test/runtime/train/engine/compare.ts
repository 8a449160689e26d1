import type { Operation, TensorGraph } from '../../../../compiler/graph/operation.js'
import { declareState } from '../../../../compiler/graph/state.js'
import { liveOperations, operationAt } from '../../../../compiler/graph/walk.js'
import { powerOfTwo } from '../../../../compiler/numeric/exponent.js'
import { elementCount } from '../../../../lang/shape.js'
import type { Dataset, DatasetPart } from '../../../../runtime/data/dataset.js'
import type { CheckpointTensor } from '../../../../runtime/train/checkpoint.js'
import type { EngineRequest } from '../../../../runtime/train/engine.js'
import { initialState } from '../../../../runtime/train/initial-state.js'
import type { LossSettings } from '../../../../runtime/train/loss.js'
import type { Backend } from '../../../../runtime/train/reference/backend.js'
import { arrayOf } from '../../../../runtime/train/reference/custom.js'
import { TrainingModel } from '../../../../runtime/train/reference/model.js'
import type { TrainingQuantizer } from '../../../../runtime/train/reference/quantizer.js'
import { TrainingState } from '../../../../runtime/train/reference/training-state.js'
import { TestRandom } from '../../../fixtures/calibrated.js'

/** Random rows for a network; classes for the cross entropies. */
export function randomPart(graph: TensorGraph, loss: LossSettings['kind'], rows: number, seed: number): DatasetPart {
  const random = new TestRandom(seed)
  const normal = (): number => random.unit() + random.unit() + random.unit() + random.unit() - 2
  const inputs = new Map(
    graph.inputs.map(({ name, operation }): [string, Float32Array] => {
      const { shape } = operationAt(graph, operation)
      return [name, Float32Array.from({ length: rows * elementCount(shape) }, () => 2 * normal())]
    }),
  )
  const width = elementCount(operationAt(graph, graph.outputs[0]?.operation ?? -1).shape)
  const classes = loss === 'cross_entropy' ? width : 2
  const targets =
    loss === 'cross_entropy' || loss === 'binary_cross_entropy'
      ? Float32Array.from({ length: rows }, () => random.integer(0, classes - 1))
      : Float32Array.from({ length: rows * width }, () => 2 * normal())
  return { rows, inputs, targets }
}

/** What random rows may be taught: probabilities for the cross entropies, else numbers like targets. */
export function randomTaught(graph: TensorGraph, loss: LossSettings['kind'], rows: number, seed: number): Float32Array {
  const random = new TestRandom(seed + 1)
  const width = elementCount(operationAt(graph, graph.outputs[0]?.operation ?? -1).shape)
  switch (loss) {
    case 'binary_cross_entropy':
      return Float32Array.from({ length: rows }, () => random.unit())
    case 'cross_entropy': {
      const taught = new Float32Array(rows * width)
      for (let row = 0; row < rows; row++) {
        const weights = Array.from({ length: width }, () => random.unit() ** 3)
        const sum = weights.reduce((all, weight) => all + weight, 0)
        taught.set(
          weights.map((weight) => weight / sum),
          row * width,
        )
      }
      return taught
    }
    case 'mse':
    case 'mae':
    case 'huber':
      return Float32Array.from({ length: rows * width }, () => 4 * (random.unit() + random.unit() - 1))
  }
}

export function datasetOf(
  graph: TensorGraph,
  loss: LossSettings['kind'],
  train: DatasetPart,
  validation = train,
): Dataset {
  const classifies = loss === 'cross_entropy' || loss === 'binary_cross_entropy'
  const width = elementCount(operationAt(graph, graph.outputs[0]?.operation ?? -1).shape)
  return {
    task: classifies ? 'classification' : 'regression',
    classes: classifies ? Array.from({ length: Math.max(2, width) }, (_, index) => `${index}`) : [],
    targetSize: classifies ? 1 : width,
    inputs: [],
    targetScale: classifies ? new Float64Array() : new Float64Array(width).fill(1),
    unit: '',
    parts: { train, validation, test: validation },
  }
}

/** A request with Adam and one thread; what differs from it as overrides. */
export function requestOf(
  graph: TensorGraph,
  loss: LossSettings,
  part: DatasetPart,
  overrides: Partial<EngineRequest> = {},
): EngineRequest {
  const classifies = loss.kind === 'cross_entropy' || loss.kind === 'binary_cross_entropy'
  return {
    graph,
    dataset: datasetOf(graph, loss.kind, part),
    loss,
    taught: null,
    metric: { kind: classifies ? 'accuracy' : 'mse', better: classifies ? 'higher' : 'lower', arguments: {} },
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: null },
    seed: 5,
    network: initialState(graph, 5),
    slots: new Map(),
    steps: 0,
    batch: part.rows,
    threads: 1,
    ...overrides,
  }
}

/** The initial state with learned widths that are no integers, and statistics that are not those of the start. */
export function unevenState(graph: TensorGraph, seed: number): Map<string, CheckpointTensor> {
  const random = new TestRandom(seed)
  const state = initialState(graph, seed)
  for (const { path, update, group } of declareState(graph)) {
    const values = state.get(path)?.values
    if (values === undefined) continue
    // Away from one half, where the rounding of a width would hang on a bit.
    if (update === 'trained' && group === 'width')
      for (let at = 0; at < values.length; at++) values[at] = (values[at] as number) + (random.unit() - 0.5) * 1.9
  }
  return state
}

/**
 * Whether sums in another order might round to another step: some operand of a quantizer hangs on a sum that no order
 * gives exactly, and is within a few units in the last place of a boundary.
 */
export function isFragile(
  backend: Backend,
  graph: TensorGraph,
  network: ReadonlyMap<string, CheckpointTensor>,
  part: DatasetPart,
): boolean {
  const state = new TrainingState(backend, graph, network)
  const model = new TrainingModel(backend, graph, state)
  let fragile = false
  backend.tf.tidy(() => {
    const values = model.forward(inputsOf(graph, part), part.rows, 5, 0)
    const arrayAt = (id: number): Float32Array => {
      const value = values.get(id)
      return value === undefined ? new Float32Array() : arrayOf(value.tensor)
    }
    /** Operations that have the same bits whatever the order of sums: each of the others rounds once. */
    const same = new Set<number>()
    for (const id of liveOperations(graph)) {
      const operation: Operation = operationAt(graph, id)
      const sums = operation.kind === 'einsum' || (operation.kind === 'reduce' && operation.reduction === 'sum')
      if (operation.kind === 'batch_statistics' || (sums && !arrayAt(id).every(isShort))) continue
      if (operation.operands.every((operand) => same.has(operand))) same.add(id)
      if (operation.kind !== 'quantize' || same.has(id)) continue
      const quantizer = model.quantizers.get(operation.path)
      if (quantizer !== undefined && arrayAt(operation.operands[0]).some((x, at) => isNearBoundary(x, at, quantizer)))
        fragile = true
      same.add(id)
    }
  })
  state.dispose()
  return fragile
}

function isNearBoundary(x: number, at: number, quantizer: TrainingQuantizer): boolean {
  const group = quantizer.groupOf[at % quantizer.groupOf.length] as number
  const { i, f } = quantizer.widths()
  if (x === 0) return false
  const { rounding, overflow } = quantizer.operation.quantizer
  const scaled = x * powerOfTwo(f[group] as number)
  const top = powerOfTwo(i[group] as number)
  const room = 1e-6 * (1 + Math.abs(scaled))
  const near = (boundary: number): boolean => Math.abs(scaled - boundary) < room
  const floors = rounding === 'truncate' || rounding === 'truncate_to_zero'
  if ((floors || overflow === 'wrap_reflect') && near(Math.round(scaled))) return true
  if ((!floors || overflow === 'wrap_reflect') && near(Math.floor(scaled) + 0.5)) return true
  return Math.abs(Math.abs(x) - top) < 1e-6 * top
}

function isShort(x: number): boolean {
  return Number.isInteger(x * 65536) && Math.abs(x) < 256
}

export function inputsOf(graph: TensorGraph, part: DatasetPart): Map<number, Float32Array> {
  return new Map(graph.inputs.map(({ name, operation }) => [operation, part.inputs.get(name) ?? new Float32Array()]))
}
