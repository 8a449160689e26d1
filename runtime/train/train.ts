import type { TensorGraph } from '../../compiler/graph/operation.js'
import { lastingSchedules } from '../../compiler/plan/schedules.js'
import type { EpochRange } from '../../compiler/plan/segments.js'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { layerAllZero, trainingDiverged } from '../../lang/diagnostics/messages/train.js'
import type { Schedule, TrainingSpec } from '../../lang/program.js'
import type { Dataset } from '../data/dataset.js'
import type { Progress } from '../events.js'
import { type Candidate, CandidateSet } from './candidates.js'
import { createEngine } from './create-engine.js'
import type { Screening, TrainingEngine } from './engine.js'
import { epochOrder, rowsOfStep, stepsPerEpoch } from './epochs.js'
import { initialState } from './initial-state.js'
import { readLoss } from './loss.js'
import { misfit } from './misfit.js'
import { readOptimizer } from './optimizer.js'
import { type Pressure, pressureOf } from './pressure.js'
import { ProgressLine } from './progress.js'
import { scheduleAt } from './schedule.js'
import type { TrainState } from './state.js'

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
  readonly training: TrainingSettings
  /** What the segment before has left; null for the first. */
  readonly state: TrainState | null
  /** How many threads may compute. Changes no bit of the result. */
  readonly threads: number
  /** Of the whole training, to show how far it is. */
  readonly totalEpochs: number
  onProgress(progress: Progress): void
  /** Receives warnings, e.g. of a layer that became all zero. */
  onMessage?(diagnostic: Diagnostic): void
}

/** What a segment leaves. */
export interface TrainingResult {
  /** For the segment that follows. */
  readonly state: TrainState
  /** Checkpoints of this segment that nothing has beaten by its end, by rising EBOPs. */
  readonly candidates: readonly Candidate[]
}

/**
 * Trains the epochs of one segment, on any engine. The same request gives the same bits on every run (with the engines
 * that promise it, on every machine), and segments one after the other those of a single one. Expected failures: an
 * engine that is not installed, data that don't fit, divergence.
 */
export async function train(request: TrainRequest): Promise<Result<TrainingResult>> {
  const { graph, dataset, training, threads } = request
  const loss = readLoss(training.loss)
  const problem = misfit(graph, dataset, loss)
  if (problem !== undefined) return { ok: false, error: problem }
  const { rows } = dataset.parts.train
  const steps = stepsPerEpoch(rows, training.batch)
  const state = request.state ?? startOf(graph, training.seed)
  const created = await createEngine(training.engine, {
    graph,
    dataset,
    loss,
    metric: training.metric,
    optimizer: readOptimizer(training.optimizer),
    seed: training.seed,
    network: state.network,
    slots: state.slots,
    steps: state.steps,
    batch: Math.ceil(rows / steps),
    threads,
  })
  if (!created.ok) return created
  const engine = created.value
  try {
    return await new Run(request, engine, state, steps).epochs()
  } finally {
    await engine.close()
  }
}

function startOf(graph: TensorGraph, seed: number): TrainState {
  return {
    network: initialState(graph, seed),
    slots: new Map(),
    epoch: 0,
    steps: 0,
    controller: null,
    held: [],
    reported: [],
  }
}

/** One segment under way. */
class Run {
  readonly #request: TrainRequest
  readonly #engine: TrainingEngine
  readonly #stepsPerEpoch: number
  readonly #rates: { readonly rate: (step: number) => number; readonly widthRate: (step: number) => number }
  readonly #pressure: Pressure
  readonly #kept: CandidateSet
  readonly #reported: Set<string>
  #steps: number

  constructor(request: TrainRequest, engine: TrainingEngine, state: TrainState, steps: number) {
    const { training } = request
    this.#request = request
    this.#engine = engine
    this.#stepsPerEpoch = steps
    const rate = (training.optimizer.rate ?? 0) as Schedule
    const widthRate = (training.optimizer.width_rate ?? rate) as Schedule
    this.#rates = { rate: scheduleAt(rate, steps), widthRate: scheduleAt(widthRate, steps) }
    this.#pressure = pressureOf(training.pressure, steps, state.controller)
    this.#kept = new CandidateSet(training, state.held)
    this.#reported = new Set(state.reported)
    this.#steps = state.steps
  }

  async epochs(): Promise<Result<TrainingResult>> {
    const { training, dataset, totalEpochs, onProgress } = this.#request
    const { from, to } = training.epochs
    const progress = new ProgressLine(training, { from, epochs: totalEpochs, rows: dataset.parts.train.rows })
    for (let epoch = from + 1; epoch <= to; epoch++) {
      const loss = this.#epoch(epoch)
      if (!loss.ok) return loss
      const { metric, dead } = this.#engine.screen()
      if (!Number.isFinite(metric)) return this.#diverged(epoch, `the validation metric is ${metric}`)
      const ebops = this.#engine.ebops()
      this.#kept.offer(epoch, { metric, ebops }, () => ({
        tensors: this.#engine.network(),
        metadata: { epoch: String(epoch), step: String(this.#steps), ebops: String(ebops) },
      }))
      this.#pressure.observe(epoch, ebops)
      this.#report(dead, epoch)
      onProgress(progress.after(epoch, { loss: loss.value, metric, ebops }))
      // Lets timers, signals and messages of the process through between epochs.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return { ok: true, value: { state: this.#state(to), candidates: this.#kept.born } }
  }

  /** Every row once; gives the mean task loss. */
  #epoch(epoch: number): Result<number> {
    const { training, dataset } = this.#request
    const { rows } = dataset.parts.train
    const { rate, widthRate } = this.#rates
    this.#engine.beginEpoch(epochOrder(training.seed, epoch, rows))
    let sum = 0
    for (let index = 0; index < this.#stepsPerEpoch; index++) {
      const step = this.#steps
      const outcome = this.#engine.step({
        ...rowsOfStep(index, this.#stepsPerEpoch, rows),
        step,
        pressure: this.#pressure.at(step),
        rate: rate(step),
        widthRate: widthRate(step),
      })
      this.#steps++
      if (!outcome.ok) return this.#diverged(epoch, outcome.problem)
      sum += outcome.loss
    }
    return { ok: true, value: sum / this.#stepsPerEpoch }
  }

  #diverged(epoch: number, what: string): { readonly ok: false; readonly error: Diagnostic } {
    const { training, totalEpochs } = this.#request
    const schedules = lastingSchedules(training, totalEpochs)
    const stored = training.epochs.from
    return { ok: false, error: trainingDiverged({ epoch, step: this.#steps, what, stored, schedules }) }
  }

  #report(dead: Screening['dead'], epoch: number): void {
    for (const { path, what } of dead) {
      if (this.#reported.has(path)) continue
      this.#reported.add(path)
      this.#request.onMessage?.(layerAllZero({ path, what, epoch }))
    }
  }

  #state(epoch: number): TrainState {
    return {
      network: this.#engine.network(),
      slots: this.#engine.slots(),
      epoch,
      steps: this.#steps,
      controller: this.#pressure.memory,
      held: this.#kept.facts,
      reported: [...this.#reported],
    }
  }
}
