/**
 * All state of a network at one moment of its training, by path (`StateDeclaration.path` of the tensor graph), and, in a
 * checkpoint that training can resume from, the optimiser's slots and counters.
 */
export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, CheckpointTensor>
  /** Small facts kept beside the tensors: `{ epoch, step, ebops, … }`. */
  readonly metadata: { readonly [name: string]: string }
}

export interface CheckpointTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array
}
