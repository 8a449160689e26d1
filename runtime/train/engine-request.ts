import type { EngineRequest } from './engine.js'
import { stepsPerEpoch } from './epochs.js'
import { readLoss } from './loss.js'
import { readOptimizer } from './optimizer.js'
import type { TrainState } from './state.js'
import type { TrainRequest } from './train.js'

/** What an engine needs to go on from a state of a training. */
export function engineRequest(
  { graph, dataset, taught, training, threads }: TrainRequest,
  state: TrainState,
): EngineRequest {
  const { rows } = dataset.parts.train
  return {
    graph,
    dataset,
    loss: readLoss(training.loss),
    taught,
    metric: training.metric,
    optimizer: readOptimizer(training.optimizer),
    seed: training.seed,
    network: state.network,
    slots: state.slots,
    steps: state.steps,
    batch: Math.ceil(rows / stepsPerEpoch(rows, training.batch)),
    threads,
  }
}
