import type { Scalar } from '@tensorflow/tfjs-core'
import type { Operation, OperationId } from '../../../compiler/graph/operation.js'
import { widthLimits } from '../../../compiler/graph/state.js'
import type { StepProblem } from '../engine.js'
import type { StepLoss } from '../loss.js'
import type { Backend } from './backend.js'
import { arrayOf, customOperation } from './custom.js'
import { describeOperation } from './describe-operation.js'
import { applyLoss } from './losses.js'
import type { TrainingModel } from './model.js'
import type { TrainingState } from './training-state.js'

/** What one step starts from. */
export interface StepInput {
  readonly rows: number
  readonly inputs: ReadonlyMap<OperationId, Float32Array>
  /** Class numbers or probabilities, or targets in network units, as the loss takes them. */
  readonly targets: Float32Array
  readonly output: OperationId
  readonly loss: StepLoss
  readonly pressure: number
  readonly seed: number
  readonly step: number
}

/** What one step gives, before the optimiser. */
export interface StepResult {
  /** Task loss plus penalties. */
  readonly loss: number
  readonly task: number
  readonly outputs: Float32Array
  /** By path of the trained state; those that nothing reaches are missing. */
  readonly gradients: ReadonlyMap<string, Float32Array>
}

/** Loss and gradients of one batch. Tracked state follows the batch; trained state is not changed. */
export function lossAndGradients(
  backend: Backend,
  model: TrainingModel,
  state: TrainingState,
  input: StepInput,
): StepResult {
  const { tf } = backend
  let result: StepResult | undefined
  tf.tidy(() => {
    let task = 0
    let outputs = new Float32Array()
    const trained = state.trained
    const forward = (): Scalar => {
      const values = model.forward(input.inputs, input.rows, input.seed, input.step)
      const output = values.get(input.output)
      if (output === undefined) throw new Error('the output has no value')
      outputs = new Float32Array(arrayOf(output.tensor))
      const taskLoss = applyLoss(backend, input.loss, output, input.targets, input.rows, outputs.length / input.rows)
      task = arrayOf(taskLoss.tensor)[0] ?? Number.NaN
      // After the forward pass: EBOPs count the integer bits that this batch asked for.
      const penalty = model.penalty.apply(backend, input.pressure)
      const total = customOperation(
        backend,
        [taskLoss, penalty],
        [],
        ([a, b]) => Float32Array.of((a?.[0] ?? 0) + (b?.[0] ?? 0)),
        (upstream) => [upstream, upstream],
      )
      // Made with shape []: a scalar.
      return total.tensor as Scalar
    }
    const variables = trained.map(({ variable }) => variable)
    // TensorFlow takes it for a mistake when there is nothing to learn, as behind a stop_gradient.
    const { value, grads } =
      variables.length === 0 ? { value: forward(), grads: {} } : tf.variableGrads(forward, variables)
    const gradients = new Map<string, Float32Array>()
    for (const { declaration, variable } of trained) {
      const gradient = grads[variable.name]
      if (gradient !== undefined && gradient !== null)
        gradients.set(declaration.path, new Float32Array(arrayOf(gradient)))
    }
    result = { loss: arrayOf(value)[0] ?? Number.NaN, task, outputs, gradients }
  })
  if (result === undefined) throw new Error('tf.tidy runs its body at once')
  return result
}

/**
 * What of a step is no finite number; undefined where all is well. Only then is the forward pass made again, to name
 * the first operation that breaks.
 */
export function problemOf(
  backend: Backend,
  model: TrainingModel,
  input: StepInput,
  { outputs, loss, gradients }: StepResult,
): StepProblem | undefined {
  // They come from the end of the network: of several that broke, the last declared is nearest to the origin.
  const broken = [...gradients].reverse().find(([, gradient]) => !gradient.every(Number.isFinite))
  if (outputs.every(Number.isFinite) && Number.isFinite(loss) && broken === undefined) return undefined
  let first: Operation | undefined
  backend.tf.tidy(() => {
    first = model.firstNonFinite(model.forward(input.inputs, input.rows, input.seed, input.step))
  })
  if (first !== undefined) {
    const path = first.kind === 'quantize' || first.kind === 'parameter' ? first.path : null
    return { what: `${describeOperation(first)} gives values that are no finite numbers`, path }
  }
  if (!Number.isFinite(loss) || broken === undefined) return { what: `the loss is ${loss}`, path: null }
  return { what: `the gradient of '${broken[0]}' is no finite number`, path: broken[0] }
}

/** Keeps every trained width within the limits of its quantizer. */
export function applyLimits(model: TrainingModel, state: TrainingState): void {
  for (const quantizer of model.quantizers.values()) {
    for (const { path, low, high } of widthLimits(quantizer.operation)) clamp(state, path, low, high)
  }
}

function clamp(state: TrainingState, path: string, low: number, high: number): void {
  if (state.variable(path) === undefined) return
  const values = state.array(path)
  if (values.every((value) => value >= low && value <= high)) return
  state.assign(
    path,
    values.map((value) => Math.min(Math.max(value, low), high)),
  )
}
