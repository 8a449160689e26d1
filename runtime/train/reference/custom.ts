import type { Backend, Tensor } from './backend.js'

/** A value while training: a tensor with the batch axis first on the data side, and whether a gradient must reach it. */
export interface TrainingValue {
  readonly tensor: Tensor
  readonly needsGradient: boolean
}

/** Gradients for the inputs of a custom operation; null where none is needed. */
export type InputGradients = readonly (Float32Array | null)[]

/**
 * An operation of our own on TensorFlow.js's tape: typed arrays in, a typed array out, and its adjoint. On the CPU backend tensors are
 * such arrays already, so nothing is copied.
 */
export function customOperation(
  { tf }: Backend,
  inputs: readonly TrainingValue[],
  shape: readonly number[],
  forward: (arrays: readonly Float32Array[]) => Float32Array,
  backward: (upstream: Float32Array, arrays: readonly Float32Array[], output: Float32Array) => InputGradients,
): TrainingValue {
  const tensors = inputs.map(({ tensor }) => tensor)
  const operation = tf.customGrad((...given) => {
    // customGrad appends its `save` function to the tensors.
    const arrays = given.slice(0, tensors.length).map((tensor) => arrayOf(tensor as Tensor))
    const output = forward(arrays)
    return {
      value: tf.tensor(output, [...shape], 'float32'),
      gradFunc: (upstream: Tensor) =>
        backward(arrayOf(upstream), arrays, output).map((gradient, index) =>
          // The tape never reads the gradient of an input that no variable reaches.
          gradient === null ? tf.scalar(0) : tf.tensor(gradient, tensors[index]?.shape ?? [], 'float32'),
        ),
    }
  })
  return { tensor: operation(...tensors), needsGradient: inputs.some(({ needsGradient }) => needsGradient) }
}

/** The numbers of a float32 tensor. */
export function arrayOf(tensor: Tensor): Float32Array {
  const values = tensor.dataSync()
  return values instanceof Float32Array ? values : Float32Array.from(values)
}
