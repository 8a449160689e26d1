import type { TensorGraph } from '../../compiler/graph/operation.js'
import type { EpochRange } from '../../compiler/plan/segments.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { layerAllZero } from '../../lang/diagnostics/messages/train-warnings.js'
import type { TrainingSpec } from '../../lang/program.js'
import type { Dataset } from '../data/dataset.js'
import type { Progress } from '../events.js'
import { createEngine } from './create-engine.js'
import { diagnose } from './diagnose.js'
import { engineRequest } from './engine-request.js'
import { stepsPerEpoch } from './epochs.js'
import { initialState } from './initial-state.js'
import { readLoss } from './loss.js'
import { misfit } from './misfit.js'
import { ProgressLine } from './progress.js'
import { type Divergence, Run, type Standing } from './run.js'
import { startingWith, type TrainState } from './state.js'

/**
 * What of a training's declaration trains a segment: neither whose it is nor what happens afterwards. Schedules are as
 * `scheduleWithin` prepares them.
 */
export interface TrainingSettings
  extends Pick<TrainingSpec, 'loss' | 'metric' | 'optimizer' | 'batch' | 'pressure' | 'keep' | 'seed' | 'engine'> {
  readonly epochs: EpochRange
}

/** One segment to be trained. */
export interface TrainRequest {
  readonly graph: TensorGraph
  readonly dataset: Dataset
  /** What each row of the training part is to learn, in place of the targets of the data, as an engine takes it; or null. */
  readonly taught: Float32Array | null
  readonly training: TrainingSettings
  /** What the segment before has left, or where another training lets this one start; null: at initial values. */
  readonly state: TrainState | null
  /** How many threads may compute. Changes no bit of the result. */
  readonly threads: number
  /** Of the whole training, to show how far it is. */
  readonly totalEpochs: number
  /**
   * `rate`, `width_rate` and `pressure`: those that last as long as the training because nothing else is written. Left
   * out: each may be one. Messages alone read it.
   */
  readonly openSchedules?: readonly string[]
  onProgress(progress: Progress): void
  /** Receives warnings, e.g. of a layer that became all zero. */
  onMessage?(diagnostic: Diagnostic): void
}

/** What a segment leaves, or why it failed and what it had by then. */
export type Trained =
  | { readonly ok: true; readonly value: Standing }
  | {
      readonly ok: false
      readonly error: Diagnostic
      /** What a segment leaves that ends with the last epoch that went well; missing where no epoch of this one did. */
      readonly before?: Standing
    }

/**
 * Trains the epochs of one segment, on any engine. The same request gives the same bits on every run (with the engines
 * that promise it, on every machine), and segments one after the other those of a single one. Expected failures: an
 * engine that is not installed, data that don't fit, divergence.
 */
export async function train(request: TrainRequest): Promise<Trained> {
  const { graph, dataset, taught, training } = request
  const problem = misfit(graph, dataset, readLoss(training.loss))
  if (problem !== undefined) return { ok: false, error: problem }
  const state = request.state ?? startingWith(initialState(graph, training.seed))
  const created = await createEngine(training.engine, engineRequest(request, state))
  if (!created.ok) return created
  const engine = created.value
  const run = new Run({
    graph,
    dataset,
    taught,
    training,
    engine,
    state,
    stepsPerEpoch: stepsPerEpoch(dataset.parts.train.rows, training.batch),
  })
  let divergence: Divergence | null
  try {
    divergence = await epochs(request, run)
  } finally {
    await engine.close()
  }
  const { standing } = run
  if (divergence === null) return { ok: true, value: standing }
  const error = await diagnose(request, divergence, standing.state)
  return { ok: false, error, ...(standing.state.epoch > training.epochs.from ? { before: standing } : {}) }
}

/** Trains the epochs of a segment; null when all went well. */
async function epochs(request: TrainRequest, run: Run): Promise<Divergence | null> {
  const { training, dataset, totalEpochs, onProgress, onMessage } = request
  const { from, to } = training.epochs
  const progress = new ProgressLine(training, { from, epochs: totalEpochs, rows: dataset.parts.train.rows })
  for (let epoch = from + 1; epoch <= to; epoch++) {
    const report = run.epoch(epoch)
    if ('problem' in report) return report
    const { figures, died, ebopsBefore } = report
    const at = { ...figures, ebops: Math.max(figures.ebops, ebopsBefore) }
    for (const { path, what } of died) onMessage?.(layerAllZero({ path, what, epoch, at }))
    onProgress(progress.after(figures))
    // Lets timers, signals and messages of the process through between epochs.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return null
}
