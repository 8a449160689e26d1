import type { TensorGraph } from '../../compiler/graph/operation.js'
import { fractionPath, integerPath } from '../../compiler/graph/state.js'
import { lastingSchedules } from '../../compiler/plan/schedules.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { trainingDiverged } from '../../lang/diagnostics/messages/train-divergence.js'
import type { TrainingSpec } from '../../lang/program.js'
import { createEngine } from './create-engine.js'
import type { StepProblem, StepSettings, TrainingEngine } from './engine.js'
import { engineRequest } from './engine-request.js'
import { epochOrder, stepsPerEpoch } from './epochs.js'
import { rawFeature } from './raw-features.js'
import type { Divergence } from './run.js'
import { softerSteps } from './softer-steps.js'
import type { TrainState } from './state.js'
import { type SuspectValue, suspectValue } from './suspect-value.js'
import type { TrainRequest } from './train.js'

/**
 * The message of a training that diverged: what broke first, why, and what is left of it. `before` is the state that the
 * epoch before has left. Only now is anything looked for, so that a training that goes well pays nothing.
 */
export async function diagnose(request: TrainRequest, divergence: Divergence, before: TrainState): Promise<Diagnostic> {
  const { training, totalEpochs, dataset, openSchedules } = request
  const { epoch, steps, shown, startedFar } = divergence
  const step = lastOf(steps)
  const data = suspectOf(request, divergence)
  const searched = data === undefined && shown === 'step' && training.engine === 'hgq'
  const problem = (searched ? await originOf(request, divergence, before) : null) ?? divergence.problem
  const { rate, widthRate, pressure } = step
  return trainingDiverged({
    epoch,
    step: step.step + 1,
    what: problem.what,
    data,
    // Inputs may be brought to order 1 within the network: then the first loss was usual.
    raw: data === undefined && startedFar ? rawFeature(dataset) : undefined,
    regularize: regularizeAt(request.graph, problem.path),
    settings: { rate, widthRate, pressure },
    help: softerSteps(training, epoch, totalEpochs, stepsPerEpoch(dataset.parts.train.rows, training.batch)),
    start: training.epochs.from,
    schedules: lastingSchedules(training, totalEpochs).filter(({ entry }) => openSchedules?.includes(entry) ?? true),
  })
}

/** A number among the rows that were read until it broke, which explains it. The optimizer may have kept it for some steps. */
function suspectOf(
  { dataset, taught, training }: TrainRequest,
  { epoch, shown, steps }: Divergence,
): SuspectValue | undefined {
  const { train, validation } = dataset.parts
  if (shown === 'validation') return suspectValue(dataset, validation, inOrder(validation.rows), null)
  const { first, rows } = lastOf(steps)
  const read =
    epoch === 1 ? epochOrder(training.seed, epoch, train.rows).subarray(0, first + rows) : inOrder(train.rows)
  return suspectValue(dataset, train, read, taught)
}

function inOrder(rows: number): Uint32Array {
  return new Uint32Array(rows).map((_, row) => row)
}

/**
 * What broke first in the step that failed. The engine of the training goes there again, from the end of the epoch
 * before, and the reference, which computes one operation after another, makes that step. Null where it stands it.
 */
async function originOf(
  request: TrainRequest,
  { epoch, steps }: Divergence,
  before: TrainState,
): Promise<StepProblem | null> {
  const { training, dataset } = request
  const order = epochOrder(training.seed, epoch, dataset.parts.train.rows)
  const failed = lastOf(steps)
  const start = await withEngine(training.engine, request, before, (engine): TrainState => {
    engine.beginEpoch(order)
    for (const step of steps.slice(0, -1)) engine.step(step)
    return { ...before, steps: failed.step, network: engine.network(), slots: engine.slots() }
  })
  if (start === null) return null
  return withEngine('tfjs', request, start, (engine) => {
    engine.beginEpoch(order)
    const outcome = engine.step(failed)
    return outcome.ok ? null : outcome.problem
  })
}

/** What `use` makes of an engine that goes on from a state; null where it cannot be made. */
async function withEngine<T>(
  name: TrainingSpec['engine'],
  request: TrainRequest,
  state: TrainState,
  use: (engine: TrainingEngine) => T,
): Promise<T | null> {
  const created = await createEngine(name, engineRequest(request, state))
  if (!created.ok) return null
  try {
    return use(created.value)
  } finally {
    await created.value.close()
  }
}

/** Of the quantizer that a path names, or whose learned widths it names: what a bit costs; null for anything else. */
function regularizeAt(graph: TensorGraph, path: string | null): number | null {
  for (const operation of graph.operations) {
    if (operation.kind !== 'quantize') continue
    if (path === operation.path || path === fractionPath(operation) || path === integerPath(operation))
      return operation.quantizer.regularize
  }
  return null
}

function lastOf(steps: readonly StepSettings[]): StepSettings {
  const last = steps.at(-1)
  if (last === undefined) throw new Error('a training diverged before its first step')
  return last
}
