import type { TensorGraph } from '../../compiler/graph/operation.js'
import type { MetricSpec } from '../../lang/program.js'
import type { Dataset } from '../data/dataset.js'
import type { CheckpointTensor } from './checkpoint.js'
import type { LossSettings } from './loss.js'
import type { OptimizerSettings } from './optimizer.js'

/**
 * Makes the steps of a training. Two exist: kernels in WebAssembly (`engine/`), the default, and TensorFlow.js
 * (`reference/`), which the first is tested against. Epochs, schedules, candidates and segments are the same for both
 * (`train.ts`).
 */
export interface TrainingEngine {
  /** The order in which rows of the training part come in the steps that follow; each row at most once. */
  beginEpoch(order: Uint32Array): void
  /** One optimiser step. Tracked state follows the batch. */
  step(step: StepSettings): StepOutcome
  /** EBOPs of the widths as they are now, with the integer bits of WRAP as the last batch left them. */
  ebops(): number
  /** The network as it is now on the validation part, rounding only. */
  screen(): Screening
  /** A copy of everything the network remembers, by path of its state. */
  network(): Map<string, CheckpointTensor>
  /** A copy of what the optimiser remembers, `<path>/<slot>`; with it and `network` a training goes on bit for bit. */
  slots(): Map<string, CheckpointTensor>
  /** Ends threads and frees memory. Of the other methods none may be called afterwards; a second close does nothing. */
  close(): Promise<void>
}

/** What an engine is made for: a network, its data, and where its training stands. */
export interface EngineRequest {
  readonly graph: TensorGraph
  readonly dataset: Dataset
  readonly loss: LossSettings
  /**
   * What each row of the training part is to learn, in place of the targets of the data: with the loss `cross_entropy` a
   * probability for each class, `rows × classes`, row-major; with `binary_cross_entropy` that of the second class; with
   * `mse`, `mae` and `huber` numbers as `targets` of the part has them, in the physical unit. Null: the data's own, which
   * metrics are of in any case.
   */
  readonly taught: Float32Array | null
  readonly metric: MetricSpec
  readonly optimizer: OptimizerSettings
  readonly seed: number
  /** Where to start: the initial state, or `network()` and `slots()` of an earlier engine after `steps` steps. */
  readonly network: ReadonlyMap<string, CheckpointTensor>
  readonly slots: ReadonlyMap<string, CheckpointTensor>
  readonly steps: number
  /** Most rows of one step. */
  readonly batch: number
  /** How many threads may compute. Changes no bit of the result. */
  readonly threads: number
}

/** What changes from step to step. */
export interface StepSettings {
  /** Rows `first … first + rows - 1` of the order. */
  readonly first: number
  readonly rows: number
  /** Counted from 0 over the whole training; names the random numbers of the step. */
  readonly step: number
  /** Weight of EBOPs in the loss. */
  readonly pressure: number
  readonly rate: number
  readonly widthRate: number
}

/** Mean task loss of the batch, or what of the step is no finite number (then the state is of no use any more). */
export type StepOutcome =
  | { readonly ok: true; readonly loss: number }
  | { readonly ok: false; readonly problem: StepProblem }

/** What of a step is no finite number. */
export interface StepProblem {
  /** E.g. `the gradient of 'dense[0]/parameter[0]' is not finite`. */
  readonly what: string
  /** Path of the trained state that it is about, or of the quantizer; null where it is about neither. */
  readonly path: string | null
}

/** What a look at the validation part shows. */
export interface Screening {
  readonly metric: number
  /** Quantizers that give nothing but zeros now. */
  readonly dead: readonly { readonly path: string; readonly what: 'weights' | 'outputs' }[]
}
