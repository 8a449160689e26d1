import type { OperationId } from '../../../compiler/graph/operation.js'
import { outputOperation } from '../../../compiler/graph/walk.js'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import type { DatasetPart } from '../../data/dataset.js'
import type { CheckpointTensor } from '../checkpoint.js'
import type { EngineRequest, Screening, StepOutcome, StepProblem, StepSettings, TrainingEngine } from '../engine.js'
import { type StepLoss, stepLoss } from '../loss.js'
import { learnedTargets } from '../targets.js'
import { type Backend, loadBackend } from './backend.js'
import { type Batch, gatherRows } from './gather.js'
import { TrainingModel } from './model.js'
import { ReferenceOptimizer } from './optimizer.js'
import { Screen } from './screen.js'
import { applyLimits, lossAndGradients, problemOf, type StepInput } from './step.js'
import { TrainingState } from './training-state.js'

/** An engine on TensorFlow.js. Fails where its native library is asked for and cannot be loaded. */
export async function createReferenceEngine(
  request: EngineRequest,
  backend: 'tfjs' | 'tfjs_node',
): Promise<Result<TrainingEngine>> {
  const loaded = await loadBackend(backend)
  return loaded.ok ? { ok: true, value: new ReferenceEngine(loaded.value, request) } : loaded
}

/** The training engine that others are tested against: one operation after another, one thread. */
class ReferenceEngine implements TrainingEngine {
  readonly #backend: Backend
  readonly #request: EngineRequest
  readonly #state: TrainingState
  readonly #model: TrainingModel
  readonly #optimizer: ReferenceOptimizer
  readonly #screen: Screen
  /** The training part, with what it learns in network units. */
  readonly #part: DatasetPart
  readonly #loss: StepLoss
  readonly #output: OperationId
  #order = new Uint32Array()

  constructor(backend: Backend, request: EngineRequest) {
    const { graph, dataset } = request
    this.#backend = backend
    this.#request = request
    this.#state = new TrainingState(backend, graph, request.network)
    this.#model = new TrainingModel(backend, graph, this.#state)
    this.#optimizer = new ReferenceOptimizer(request.optimizer, request.slots, request.steps)
    this.#screen = new Screen(graph, dataset, request.metric)
    this.#part = { ...dataset.parts.train, targets: learnedTargets(request) }
    this.#loss = stepLoss(request.loss, request.taught)
    this.#output = outputOperation(graph)
  }

  beginEpoch(order: Uint32Array): void {
    this.#order = new Uint32Array(order)
  }

  step({ first, rows, step, pressure, rate, widthRate }: StepSettings): StepOutcome {
    const batch = gatherRows(this.#part, this.#order.subarray(first, first + rows))
    const input: StepInput = {
      rows,
      inputs: this.#feed(batch),
      targets: batch.targets,
      output: this.#output,
      loss: this.#loss,
      pressure,
      seed: this.#request.seed,
      step,
    }
    const result = lossAndGradients(this.#backend, this.#model, this.#state, input)
    const problem = problemOf(this.#backend, this.#model, input, result)
    if (problem !== undefined) return { ok: false, problem }
    this.#optimizer.step(this.#state, result.gradients, (group) => (group === 'width' ? widthRate : rate))
    applyLimits(this.#model, this.#state)
    const broken = this.#firstBrokenState()
    return broken === undefined ? { ok: true, loss: result.task } : { ok: false, problem: broken }
  }

  ebops(): number {
    return this.#model.penalty.ebops()
  }

  screen(): Screening {
    return this.#screen.measure(this.network())
  }

  network(): Map<string, CheckpointTensor> {
    return this.#state.snapshot()
  }

  slots(): Map<string, CheckpointTensor> {
    return this.#optimizer.slots.snapshot()
  }

  close(): Promise<void> {
    this.#state.dispose()
    return Promise.resolve()
  }

  #feed(batch: Batch): Map<OperationId, Float32Array> {
    const { inputs } = this.#request.graph
    return new Map(inputs.map(({ name, operation }) => [operation, batch.inputs.get(name) ?? new Float32Array()]))
  }

  /** A step so long that it left the numbers; the next forward pass would meet it as a width that is no number. */
  #firstBrokenState(): StepProblem | undefined {
    for (const { declaration } of this.#state.trained)
      if (!this.#state.array(declaration.path).every(Number.isFinite)) {
        const { group, path } = declaration
        const whose = group === 'width' ? 'the widths' : 'the values'
        return { what: `${whose} '${path}' are no finite numbers after the step`, path }
      }
    return undefined
  }
}
