import type { Overflow, Rounding } from '../../lang/program.js'
import type { FixedType } from '../fixed/type.js'
import type { ElementLookups } from './lookup.js'
import type { TensorGraph } from './operation.js'

/**
 * A network whose every width is an integer and whose every constant is known: integer bits and signs fixed from data,
 * parameter-side subgraphs evaluated and quantized. What inference, the emulator and the lowering all read.
 * Plain JSON except for the arrays, which are stored as safetensors beside it.
 */
export interface Calibrated {
  readonly graph: TensorGraph
  /**
   * By operation id of each `input`: the type of every element of the port. The widest of what its quantizers ask for, or
   * the declared one; an input is rounded and saturated to it before anything else sees it, in inference as in the
   * converter in front of the hardware.
   */
  readonly inputs: ReadonlyMap<number, ElementTypes>
  /** By operation id of each `quantize` on the data side: the type of every element, in row-major order of the shape. */
  readonly quantizers: ReadonlyMap<number, ElementTypes>
  /**
   * By operation id of each parameter-side operation that data-side operations use: its value, already quantized, as
   * exact doubles in row-major order; and for a `quantize` the assigned widths that gave it.
   */
  readonly constants: ReadonlyMap<number, Constant>
  /** By operation id of each `quantize` whose operand is a `table` of data: what it gives for every value of that one's operand. */
  readonly tables: ReadonlyMap<number, ElementLookups>
}

export interface ElementTypes {
  readonly types: readonly FixedType[]
  readonly rounding: Exclude<Rounding, 'stochastic'>
  readonly overflow: Overflow
}

export interface Constant {
  readonly values: Float64Array
  /** Null for a constant that no quantizer made. */
  readonly types: readonly FixedType[] | null
}
