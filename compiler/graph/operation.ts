import type { Shape } from '../../lang/host.js'
import type { QuantizerSpec } from '../../lang/program.js'
import type { Span } from '../../lang/source.js'
import type { Patches } from './patches.js'
import type { TableFunction } from './table-function.js'

/** Index of an operation in `TensorGraph.operations`. */
export type OperationId = number

/**
 * A network as operations on tensors: what is trained is what is built, because every interpreter (shapes, EBOPs,
 * training, exact inference, lowering) reads this one graph. Shapes never hold the batch axis; whether a value has one
 * follows from its side: the data side has, the parameter side has not.
 *
 * Plain JSON, so it can be hashed into keys and sent to workers.
 */
export interface TensorGraph {
  /** Operands precede their users. */
  readonly operations: readonly Operation[]
  readonly inputs: readonly { readonly name: string; readonly operation: OperationId }[]
  readonly outputs: readonly { readonly name: string; readonly operation: OperationId }[]
}

interface OperationBase {
  readonly id: OperationId
  readonly shape: Shape
  /** `parameter`: depends on parameters and state alone, evaluated once when the network is frozen. */
  readonly side: 'data' | 'parameter'
  /** Path of the layer call that made it, for reports: `station[0]/dense[0]`; empty in the body of the architecture. */
  readonly scope: string
  readonly span: Span
}

interface Nullary extends OperationBase {
  readonly operands: readonly []
}
interface Unary extends OperationBase {
  readonly operands: readonly [OperationId]
}
interface Binary extends OperationBase {
  readonly operands: readonly [OperationId, OperationId]
}

export type Initializer =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'glorot_uniform' }
  | { readonly kind: 'he_uniform' }
  | { readonly kind: 'lecun_uniform' }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }

export type Operation =
  | (Nullary & {
      readonly kind: 'input'
      readonly name: string
      /** Declared with `as`. */
      readonly type: QuantizerSpec | null
    })
  /** A trained tensor. `path` is its identity: initial values come from (seed, path). */
  | (Nullary & { readonly kind: 'parameter'; readonly path: string; readonly init: Initializer })
  /** One number for every element, or one per element. */
  | (Nullary & { readonly kind: 'constant'; readonly value: number | readonly number[] })
  | (Unary & {
      readonly kind: 'quantize'
      readonly path: string
      readonly place: string
      readonly quantizer: QuantizerSpec
    })
  /** Two-operand contraction; `...` stands for leading axes of the data operand. */
  | (Binary & { readonly kind: 'einsum'; readonly equation: string })
  | (Binary & { readonly kind: 'add' | 'subtract' | 'multiply' | 'maximum' | 'minimum' })
  /** Only on the parameter side. */
  | (Binary & { readonly kind: 'divide' })
  | (Unary & { readonly kind: 'square_root' })
  | (Unary & { readonly kind: 'negate' | 'relu' | 'abs' | 'stop_gradient' })
  /** Times 2^by. */
  | (Unary & { readonly kind: 'shift'; readonly by: number })
  /** A function of each element. Of data, which are quantized, only quantizers read it: both together are a look-up table. */
  | (Unary & { readonly kind: 'table'; readonly function: TableFunction })
  /** `axes` as in `Shape` (batch not counted). A mean is a sum times a quantized constant. */
  | (Unary & {
      readonly kind: 'reduce'
      readonly reduction: 'sum' | 'max' | 'min'
      readonly axes: readonly number[]
      readonly keepAxes: boolean
    })
  | (Unary & { readonly kind: 'reshape' })
  | (Unary & { readonly kind: 'transpose'; readonly permutation: readonly number[] })
  | (Unary & { readonly kind: 'slice'; readonly axis: number; readonly start: number; readonly end: number })
  | (OperationBase & { readonly kind: 'concat'; readonly operands: readonly OperationId[]; readonly axis: number })
  /** Windows of the operand side by side, for convolution and pooling: [n…, c…] to [positions…, window…, c…]. */
  | (Unary & Patches & { readonly kind: 'patches' })
  /**
   * Mean or variance over the batch and all axes but the last: of the batch in training, of the tracked state later.
   * Counts as parameter side; its operand is the data whose statistics it is. `path` names the tracked state.
   */
  | (Unary & {
      readonly kind: 'batch_statistics'
      readonly path: string
      readonly moment: 'mean' | 'variance'
      readonly momentum: number
    })

export type OperationKind = Operation['kind']
export type OperationOf<K extends OperationKind> = Extract<Operation, { readonly kind: K }>

/** An interpreter is a table keyed by operation kind; a missing entry does not compile. */
export type OperationTable<Handlers extends { [K in OperationKind]: unknown }> = Handlers

/**
 * Everything a network remembers besides its wiring, by path. One mechanism for weights, learned widths, tracked
 * integer bits and signs, and batch statistics.
 */
export interface StateDeclaration {
  /** `<parameter path>`; `<quantizer path>/f`, `/b`, `/i`, `/k`; `<statistics path>/mean`, `/variance`. */
  readonly path: string
  readonly shape: Shape
  /** `trained`: by the optimiser; `tracked`: from the data in training and calibration; `frozen`: never changes. */
  readonly update: 'trained' | 'tracked' | 'frozen'
  /** Which group of the optimiser it belongs to, where trained. */
  readonly group: 'weight' | 'width'
}

/** The member of `Operation` that has kind K, also where its `kind` allows others. */
export type OperationWith<K extends OperationKind> = Operation extends infer O
  ? O extends { readonly kind: infer Kinds }
    ? K extends Kinds
      ? O & { readonly kind: K }
      : never
    : never
  : never
