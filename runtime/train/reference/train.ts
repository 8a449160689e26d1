import type { OperationId, TensorGraph } from '../../../compiler/graph/operation.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import type { Diagnostic, Result } from '../../../lang/diagnostics/diagnostic.js'
import { datasetDoesNotFit, layerAllZero, trainingDiverged } from '../../../lang/diagnostics/messages/train.js'
import type { Built, TrainingSpec } from '../../../lang/program.js'
import { elementCount } from '../../../lang/shape.js'
import type { Dataset, DatasetPart } from '../../data/dataset.js'
import type { Progress } from '../../events.js'
import { type Candidate, CandidateSet } from '../candidates.js'
import { Adam } from './adam.js'
import { loadBackend } from './backend.js'
import { type Batch, batchesOf, stepsPerEpoch } from './batches.js'
import { initialState } from './initial-state.js'
import { type LossKind, lossKind } from './losses.js'
import { TrainingModel } from './model.js'
import { ProgressLine } from './progress.js'
import { scheduleAt } from './schedule.js'
import { Screen } from './screen.js'
import { applyLimits, lossAndGradients, type StepResult } from './step.js'
import { TrainingState } from './training-state.js'

/** What of a training's declaration trains: neither whose it is nor what happens afterwards. */
export type TrainingSettings = Omit<TrainingSpec, 'id' | 'doc' | 'network' | 'dataset' | 'calibrate'>

export interface TrainRequest {
  readonly graph: TensorGraph
  readonly dataset: Dataset
  readonly training: TrainingSettings
  onProgress(progress: Progress): void
  /** Receives warnings, e.g. of a layer that became all zero. */
  onMessage?(diagnostic: Diagnostic): void
}

export interface TrainingResult {
  /** By rising EBOPs: what may enter the front. */
  readonly candidates: readonly Candidate[]
}

/**
 * Trains a network on TensorFlow.js, the reference engine. The same request gives the same bits on every run and machine (with the
 * default engine). Expected failures: an engine that is not installed, data that don't fit, divergence.
 */
export async function trainReference(request: TrainRequest): Promise<Result<TrainingResult>> {
  const { graph, dataset, training } = request
  const problem = misfit(graph, dataset, training)
  if (problem !== undefined) return { ok: false, error: problem }
  const loaded = await loadBackend(training.engine)
  if (!loaded.ok) return loaded
  const backend = loaded.value
  const state = new TrainingState(backend, graph, initialState(graph, training.seed))
  try {
    return await run(request, state, new TrainingModel(backend, graph, state), (model, input) =>
      lossAndGradients(backend, model, state, input),
    )
  } finally {
    state.dispose()
  }
}

async function run(
  { graph, dataset, training, onProgress, onMessage }: TrainRequest,
  state: TrainingState,
  model: TrainingModel,
  stepOf: (model: TrainingModel, input: Parameters<typeof lossAndGradients>[3]) => StepResult,
): Promise<Result<TrainingResult>> {
  const output = outputOf(graph)
  const train = dataset.parts.train
  const length = { epochs: training.epochs, stepsPerEpoch: stepsPerEpoch(train.rows, training.batch) }
  const optimizer = adamOf(training.optimizer)
  const rate = scheduleAt(optimizer.rate, length)
  const widthRate = scheduleAt(optimizer.widthRate, length)
  const pressure = scheduleAt(training.pressure, length)
  const kept = new CandidateSet(training)
  const screen = new Screen(graph, dataset, training.metric, output)
  const progress = new ProgressLine(training, train.rows)
  const reported = new Set<string>()
  const networkTargets = scaledTargets(dataset)
  let step = 0
  for (let epoch = 1; epoch <= training.epochs; epoch++) {
    let lossSum = 0
    for (const batch of batchesOf({ ...train, targets: networkTargets }, training.batch, training.seed, epoch)) {
      const result = stepOf(model, {
        rows: batch.rows,
        inputs: feed(graph, batch),
        targets: batch.targets,
        output,
        loss: lossKind(training.loss),
        pressure: pressure(step),
        seed: training.seed,
        step,
      })
      const diverged = firstNonFinite(result)
      if (diverged !== undefined)
        return { ok: false, error: trainingDiverged({ epoch, step: step + 1, what: diverged }) }
      optimizer.adam.step(state, result.gradients, (group) => (group === 'width' ? widthRate : rate)(step))
      applyLimits(model, state)
      const broken = firstNonFiniteState(state)
      if (broken !== undefined) return { ok: false, error: trainingDiverged({ epoch, step: step + 1, what: broken }) }
      lossSum += result.task
      step++
    }
    const ebops = model.penalty.ebops()
    const now = state.checkpoint({ epoch: String(epoch), step: String(step), ebops: String(ebops) })
    const { metric, dead } = screen.measure(now)
    kept.offer(epoch, { metric, ebops }, () => now)
    for (const { path, what } of dead) {
      if (reported.has(path)) continue
      reported.add(path)
      onMessage?.(layerAllZero({ path, what, epoch }))
    }
    onProgress(progress.after(epoch, { loss: lossSum / length.stepsPerEpoch, metric, ebops }))
    // Lets timers, signals and messages of the process through between epochs.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { ok: true, value: { candidates: kept.candidates } }
}

function outputOf(graph: TensorGraph): OperationId {
  const [output] = graph.outputs
  if (output === undefined) throw new Error('a network has an output')
  return output.operation
}

function feed(graph: TensorGraph, batch: Batch): Map<OperationId, Float32Array> {
  return new Map(graph.inputs.map(({ name, operation }) => [operation, batch.inputs.get(name) ?? new Float32Array()]))
}

/** Regression learns target / scale, so that its numbers are of order 1. */
function scaledTargets(dataset: Dataset): Float32Array {
  const { targets } = dataset.parts.train
  if (dataset.task === 'classification') return targets
  return targets.map((target, at) => target / (dataset.targetScale[at % dataset.targetSize] ?? 1))
}

function adamOf(optimizer: Built): {
  readonly adam: Adam
  readonly rate: TrainingSpec['pressure']
  readonly widthRate: TrainingSpec['pressure']
} {
  if (optimizer.kind !== 'adam') throw new Error(`unknown optimizer ${optimizer.kind}`)
  const number = (name: string, otherwise: number): number => {
    const value = optimizer[name]
    return typeof value === 'number' ? value : otherwise
  }
  const rate = (optimizer.rate ?? 5e-3) as TrainingSpec['pressure']
  return {
    adam: new Adam({ beta1: number('beta_1', 0.9), beta2: number('beta_2', 0.999), epsilon: number('epsilon', 1e-7) }),
    rate,
    widthRate: (optimizer.width_rate ?? rate) as TrainingSpec['pressure'],
  }
}

function firstNonFinite(result: StepResult): string | undefined {
  if (!result.outputs.every(Number.isFinite)) return 'an output of the network is not finite'
  if (!Number.isFinite(result.loss)) return `the loss is ${result.loss}`
  for (const [path, gradient] of result.gradients)
    if (!gradient.every(Number.isFinite)) return `the gradient of '${path}' is not finite`
  return undefined
}

/** A step so long that it left the numbers; the next forward pass would meet it as a width that is no number. */
function firstNonFiniteState(state: TrainingState): string | undefined {
  for (const { declaration } of state.trained)
    if (!state.array(declaration.path).every(Number.isFinite)) return `'${declaration.path}' is not finite`
  return undefined
}

/** What makes a training impossible before it starts. */
function misfit(graph: TensorGraph, dataset: Dataset, training: TrainingSettings): Diagnostic | undefined {
  const { train } = dataset.parts
  if (train.rows === 0)
    return datasetDoesNotFit({
      problem: 'the data set has no row in its training part',
      cure: 'give `split` a larger `train`',
    })
  for (const { name, operation } of graph.inputs) {
    const values = train.inputs.get(name)
    const shape = operationAt(graph, operation).shape
    if (values === undefined)
      return datasetDoesNotFit({
        problem: `no data feed the input '${name}'`,
        cure: `say which in the data set: \`features = { ${name} = … }\``,
      })
    if (values.length !== train.rows * elementCount(shape)) {
      return datasetDoesNotFit({
        problem: `input '${name}' takes ${elementCount(shape)} values per row; the data have ${values.length / train.rows}`,
      })
    }
  }
  return outputMisfit(train, dataset, lossKind(training.loss), elementCount(operationAt(graph, outputOf(graph)).shape))
}

function outputMisfit(train: DatasetPart, dataset: Dataset, loss: LossKind, width: number): Diagnostic | undefined {
  if (loss === 'mse' || loss === 'mae') {
    const targets = train.targets.length / train.rows
    if (dataset.task !== 'regression')
      return datasetDoesNotFit({
        problem: `loss ${loss} needs a data set with a target, not labels`,
        cure: '`loss = cross_entropy` learns classes',
      })
    return targets === width
      ? undefined
      : datasetDoesNotFit({ problem: `the network has ${width} outputs; the data have ${targets} targets` })
  }
  if (dataset.task !== 'classification')
    return datasetDoesNotFit({
      problem: `loss ${loss} needs a data set with labels, not a target`,
      cure: '`loss = mse` learns numbers',
    })
  const classes = dataset.classes.length
  if (loss === 'binary_cross_entropy')
    return width === 1 && classes === 2
      ? undefined
      : datasetDoesNotFit({
          problem: `binary cross entropy needs one output and two classes; here are ${width} and ${classes}`,
        })
  return width === classes
    ? undefined
    : datasetDoesNotFit({ problem: `the network has ${width} outputs; the data have ${classes} classes` })
}
