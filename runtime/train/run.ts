import type { TensorGraph } from '../../compiler/graph/operation.js'
import type { Schedule } from '../../lang/program.js'
import type { Dataset } from '../data/dataset.js'
import type { TrainingFigures } from '../events.js'
import { type Candidate, CandidateSet } from './candidates.js'
import type { Screening, StepProblem, StepSettings, TrainingEngine } from './engine.js'
import { epochOrder, rowsOfStep } from './epochs.js'
import { readLoss } from './loss.js'
import { LossLimit } from './loss-limit.js'
import { type Pressure, pressureOf } from './pressure.js'
import { scheduleAt } from './schedule.js'
import type { TrainState } from './state.js'
import type { TrainingSettings } from './train.js'
import { weightProblem } from './weight-limit.js'

/** What is known of an epoch that went well. */
export interface EpochReport {
  readonly figures: TrainingFigures
  /** Quantizers that give nothing but zeros since this epoch. */
  readonly died: Screening['dead']
  /** EBOPs with which it began. */
  readonly ebopsBefore: number
}

/** What an epoch has left: all that is needed to go on from there, or to end there. */
export interface Standing {
  readonly state: TrainState
  /** Checkpoints of this segment that nothing has beaten so far, by rising EBOPs. */
  readonly candidates: readonly Candidate[]
}

/** Where and how a training broke. */
export interface Divergence {
  readonly epoch: number
  readonly problem: StepProblem
  /** What showed it: a step, the epoch as a whole, or the look at the validation part. */
  readonly shown: 'step' | 'epoch' | 'validation'
  /** The first step of the training had a loss that initial weights alone do not explain, or none was made before. */
  readonly startedFar: boolean
  /** The steps of the epoch that were made; there is one. */
  readonly steps: readonly StepSettings[]
}

/** What a run is made of. */
export interface RunRequest {
  readonly graph: TensorGraph
  readonly dataset: Dataset
  /** What the training part learns in place of its targets; or null. */
  readonly taught: Float32Array | null
  readonly training: TrainingSettings
  readonly engine: TrainingEngine
  readonly state: TrainState
  readonly stepsPerEpoch: number
}

/** A training under way, epoch after epoch. */
export class Run {
  readonly #request: RunRequest
  readonly #limit: LossLimit
  readonly #rates: { readonly rate: (step: number) => number; readonly widthRate: (step: number) => number }
  readonly #pressure: Pressure
  readonly #kept: CandidateSet
  readonly #reported: Set<string>
  #firstLoss: number | null
  #state: TrainState
  /** EBOPs of the state. */
  #ebops: number

  constructor(request: RunRequest) {
    const { dataset, taught, training, engine, state, stepsPerEpoch } = request
    this.#request = request
    this.#limit = new LossLimit({ dataset, loss: readLoss(training.loss), taught })
    const rate = (training.optimizer.rate ?? 0) as Schedule
    const widthRate = (training.optimizer.width_rate ?? rate) as Schedule
    this.#rates = { rate: scheduleAt(rate, stepsPerEpoch), widthRate: scheduleAt(widthRate, stepsPerEpoch) }
    this.#pressure = pressureOf(training.pressure, stepsPerEpoch, state.controller)
    this.#kept = new CandidateSet(training, state.held)
    this.#reported = new Set(state.reported)
    this.#firstLoss = state.firstLoss
    this.#state = state
    this.#ebops = engine.ebops()
  }

  /** As the last epoch that went well has left it. */
  get standing(): Standing {
    return { state: this.#state, candidates: this.#kept.born }
  }

  /** Trains an epoch, counted from 1 over the whole training, and looks at what it made. */
  epoch(epoch: number): EpochReport | Divergence {
    const { graph, training, dataset, engine, stepsPerEpoch } = this.#request
    const { rows } = dataset.parts.train
    engine.beginEpoch(epochOrder(training.seed, epoch, rows))
    let sum = 0
    for (let index = 0; index < stepsPerEpoch; index++) {
      const outcome = engine.step(this.#step(index))
      if (!outcome.ok) return this.#divergence(epoch, 'step', outcome.problem, index + 1)
      this.#firstLoss ??= outcome.loss
      sum += outcome.loss
    }
    const loss = sum / stepsPerEpoch
    const grown = this.#limit.problem(loss, this.#firstLoss ?? 0)
    if (grown !== null) return this.#divergence(epoch, 'epoch', grown, stepsPerEpoch)
    const network = engine.network()
    const outgrown = weightProblem(graph, network)
    if (outgrown !== null) return this.#divergence(epoch, 'epoch', outgrown, stepsPerEpoch)
    const { metric, dead } = engine.screen()
    if (!Number.isFinite(metric)) {
      const problem = { what: `the validation metric is ${metric}`, path: null }
      return this.#divergence(epoch, 'validation', problem, stepsPerEpoch)
    }
    const ebops = engine.ebops()
    const steps = this.#state.steps + stepsPerEpoch
    this.#kept.offer(epoch, { metric, ebops }, () => ({
      tensors: network,
      metadata: { epoch: String(epoch), step: String(steps), ebops: String(ebops) },
    }))
    const { pressure, rate, widthRate } = this.#step(stepsPerEpoch - 1)
    this.#pressure.observe(epoch, ebops)
    const died = dead.filter(({ path }) => !this.#reported.has(path))
    for (const { path } of died) this.#reported.add(path)
    this.#state = {
      network,
      slots: engine.slots(),
      epoch,
      steps,
      firstLoss: this.#firstLoss,
      controller: this.#pressure.memory,
      held: this.#kept.facts,
      reported: [...this.#reported],
    }
    const ebopsBefore = this.#ebops
    this.#ebops = ebops
    return { figures: { epoch, loss, metric, ebops, pressure, rate, widthRate }, died, ebopsBefore }
  }

  #divergence(epoch: number, shown: Divergence['shown'], problem: StepProblem, made: number): Divergence {
    const startedFar = this.#firstLoss === null || this.#limit.isFar(this.#firstLoss)
    return { epoch, shown, problem, startedFar, steps: Array.from({ length: made }, (_, index) => this.#step(index)) }
  }

  /** Step `index` of the epoch that comes after the state. */
  #step(index: number): StepSettings {
    const { dataset, stepsPerEpoch } = this.#request
    const step = this.#state.steps + index
    return {
      ...rowsOfStep(index, stepsPerEpoch, dataset.parts.train.rows),
      step,
      pressure: this.#pressure.at(step),
      rate: this.#rates.rate(step),
      widthRate: this.#rates.widthRate(step),
    }
  }
}
