import { broadcastMap } from '../../../compiler/graph/elements.js'
import type { OperationOf } from '../../../compiler/graph/operation.js'
import { fractionPath, groupShape, integerPath, signPath, tracksInteger } from '../../../compiler/graph/state.js'
import { ceilLog2, powerOfTwo } from '../../../compiler/numeric/exponent.js'
import {
  errorGradient,
  type QuantizerType,
  quantizerGradient,
  quantizeValue,
  rounder,
  roundNearestEven,
  wrapInteger,
} from '../../../compiler/numeric/fixed-quantizer.js'
import { type RandomKey, uniformAt } from '../../../compiler/numeric/random.js'
import { elementCount } from '../../../lang/shape.js'
import { leastForMagnitude } from '../tracking.js'
import type { Backend } from './backend.js'
import { customOperation, type TrainingValue } from './custom.js'
import type { Operand } from './elementwise.js'
import type { TrainingState } from './training-state.js'

const LN2 = Math.LN2

/** One quantizer of a network while it trains: its widths, their groups, its kernel with surrogate gradients. */
export class TrainingQuantizer {
  readonly operation: OperationOf<'quantize'>
  /** Width group of every element. */
  readonly groupOf: Int32Array
  readonly groups: number
  readonly fractionPath: string
  readonly integerPath: string
  readonly tracked: boolean
  readonly #state: TrainingState

  constructor(operation: OperationOf<'quantize'>, state: TrainingState) {
    const shape = groupShape(operation.shape, operation.quantizer)
    this.operation = operation
    this.groupOf = broadcastMap(shape, operation.shape)
    this.groups = elementCount(shape)
    this.fractionPath = fractionPath(operation)
    this.integerPath = integerPath(operation)
    this.tracked = tracksInteger(operation.quantizer)
    this.#state = state
  }

  /** Integer i and f of every group as used in a forward pass: learned widths rounded to nearest even. */
  widths(): { readonly i: Float64Array; readonly f: Float64Array } {
    const integer = this.#state.array(this.integerPath)
    const fraction = this.#state.array(this.fractionPath)
    const kif = this.operation.quantizer.parametrization === 'kif'
    const i = new Float64Array(this.groups)
    const f = new Float64Array(this.groups)
    for (let group = 0; group < this.groups; group++) {
      const bits = roundNearestEven(integer[group] as number)
      const rest = roundNearestEven(fraction[group] as number)
      i[group] = bits
      f[group] = kif ? rest : rest - bits
    }
    return { i, f }
  }

  /** Quantizes a batch; WRAP's integer bits follow it. `noise` is the key of stochastic rounding in this step. */
  apply(backend: Backend, x: Operand, noise: RandomKey): TrainingValue {
    const { quantizer } = this.operation
    const variables = this.tracked ? [this.fractionPath] : [this.fractionPath, this.integerPath]
    const learned = variables.flatMap((path) => {
      const variable = this.#state.variable(path)
      return variable === undefined ? [] : [{ tensor: variable, needsGradient: true } as const]
    })
    const shape = x.rows === null ? [...x.shape] : [x.rows, ...x.shape]
    const kif = quantizer.parametrization === 'kif'
    let widths: ElementWidths | undefined
    let types: readonly QuantizerType[] = []
    return customOperation(
      backend,
      [x.value, ...learned],
      shape,
      ([values = new Float32Array()]) => {
        if (this.tracked && !kif) this.#track(this.#greatest(values), false)
        widths = this.#elementWidths()
        types = this.#groupTypes()
        const rounded = this.#forward(values, widths, noise)
        if (this.tracked && kif) this.#track(this.#greatest(rounded), true)
        if (quantizer.overflow === 'wrap_reflect') return this.#reflect(values, types)
        return quantizer.overflow === 'wrap' && !this.tracked ? this.#wrap(rounded, types) : rounded
      },
      (upstream, [values = new Float32Array()], output) => {
        if (widths === undefined) throw new Error('the adjoint runs after the forward pass')
        const gradient =
          quantizer.overflow === 'wrap_reflect'
            ? this.#reflectBackward(upstream, values, types)
            : this.#backward(upstream, values, output, widths, x.value.needsGradient, learned.length > 0)
        if (learned.length === 0) return [gradient.x]
        // kbi: f = b - i, so ∂/∂b = ∂/∂f and ∂/∂i takes -∂/∂f as well.
        const integer = new Float32Array(gradient.i)
        if (!kif)
          for (let group = 0; group < integer.length; group++)
            integer[group] = (gradient.i[group] as number) - (gradient.f[group] as number)
        const forWidths = [new Float32Array(gradient.f), integer]
        return [gradient.x, ...forWidths.slice(0, learned.length)]
      },
    )
  }

  #elementWidths(): ElementWidths {
    const { i, f } = this.widths()
    const k = this.#state.array(signPath(this.operation))
    const symmetric = this.operation.quantizer.overflow === 'saturate_symmetric'
    const make = (): Float64Array => new Float64Array(this.groups)
    const groups = { scale: make(), step: make(), top: make(), high: make(), low: make(), sign: make() }
    for (let group = 0; group < this.groups; group++) {
      const fraction = f[group] as number
      const sign = k[group] as number
      const step = powerOfTwo(-fraction)
      const top = powerOfTwo(Math.max(i[group] as number, -fraction))
      groups.scale[group] = powerOfTwo(fraction)
      groups.step[group] = step
      groups.top[group] = top
      groups.high[group] = top - step
      groups.low[group] = -sign * (symmetric ? top - step : top)
      groups.sign[group] = sign
    }
    if (this.groups === this.groupOf.length) return groups
    const { groupOf } = this
    const spread = (values: Float64Array): Float64Array => {
      const result = new Float64Array(groupOf.length)
      for (let e = 0; e < result.length; e++) result[e] = values[groupOf[e] as number] as number
      return result
    }
    return {
      scale: spread(groups.scale),
      step: spread(groups.step),
      top: spread(groups.top),
      high: spread(groups.high),
      low: spread(groups.low),
      sign: spread(groups.sign),
    }
  }

  #forward(values: Float32Array, widths: ElementWidths, noise: RandomKey): Float32Array {
    const { rounding } = this.operation.quantizer
    const { scale, step, high, low } = widths
    const size = scale.length
    const output = new Float32Array(values.length)
    const clips = !this.#wraps()
    if (rounding === 'nearest') {
      // By far the most frequent mode; without a call per value. Scaled float32 values leave the sum with ½ exact.
      for (let at = 0; at < values.length; ) {
        if (clips) {
          for (let e = 0; e < size; e++, at++) {
            const x = values[at] as number
            const clipped =
              x > (high[e] as number) ? (high[e] as number) : x < (low[e] as number) ? (low[e] as number) : x
            output[at] = Math.floor(clipped * (scale[e] as number) + 0.5) * (step[e] as number)
          }
        } else {
          for (let e = 0; e < size; e++, at++)
            output[at] = Math.floor((values[at] as number) * (scale[e] as number) + 0.5) * (step[e] as number)
        }
      }
      return output
    }
    const round = rounder(rounding)
    for (let at = 0; at < values.length; ) {
      for (let e = 0; e < size; e++, at++) {
        const x = values[at] as number
        const clipped = clips
          ? x > (high[e] as number)
            ? (high[e] as number)
            : x < (low[e] as number)
              ? (low[e] as number)
              : x
          : x
        const scaled = clipped * (scale[e] as number)
        output[at] =
          (rounding === 'stochastic' ? Math.floor(scaled + uniformAt(noise, at)) : round(scaled)) * (step[e] as number)
      }
    }
    return output
  }

  /** WRAP only rounds while training: its integer bits follow the data. */
  #wraps(): boolean {
    const { overflow } = this.operation.quantizer
    return overflow === 'wrap' || overflow === 'wrap_reflect'
  }

  #groupTypes(): readonly QuantizerType[] {
    const { i, f } = this.widths()
    const k = this.#state.array(signPath(this.operation))
    return Array.from(i, (bits, group) => ({ k: k[group] as number, i: bits, f: f[group] as number }))
  }

  /**
   * What has grown beyond the range since the last step runs back from its ends, in training as well: as in the
   * reference.
   */
  #reflect(values: Float32Array, types: readonly QuantizerType[]): Float32Array {
    const { rounding, overflow } = this.operation.quantizer
    return values.map((x, at) => quantizeValue(x, this.#typeAt(types, at), rounding, overflow, 'round'))
  }

  /** What is not tracked is given: it wraps in training, too. */
  #wrap(rounded: Float32Array, types: readonly QuantizerType[]): Float32Array {
    return rounded.map((y, at) => {
      const type = this.#typeAt(types, at)
      return wrapInteger(y * powerOfTwo(type.f), type) * powerOfTwo(-type.f)
    })
  }

  #reflectBackward(
    upstream: Float32Array,
    values: Float32Array,
    types: readonly QuantizerType[],
  ): { readonly x: Float32Array; readonly i: Float64Array; readonly f: Float64Array } {
    const { rounding, overflow } = this.operation.quantizer
    const i = new Float64Array(this.groups)
    const f = new Float64Array(this.groups)
    const x = values.map((value, at) => {
      const gradient = quantizerGradient(value, upstream[at] as number, this.#typeAt(types, at), rounding, overflow)
      const group = this.groupOf[at % this.groupOf.length] as number
      i[group] = (i[group] as number) + gradient.i
      f[group] = (f[group] as number) + gradient.f
      return gradient.x
    })
    return { x, i, f }
  }

  #typeAt(types: readonly QuantizerType[], at: number): QuantizerType {
    return types[this.groupOf[at % this.groupOf.length] as number] as QuantizerType
  }

  #backward(
    upstream: Float32Array,
    values: Float32Array,
    output: Float32Array,
    widths: ElementWidths,
    wantX: boolean,
    wantWidths: boolean,
  ): { readonly x: Float32Array | null; readonly i: Float64Array; readonly f: Float64Array } {
    const i = new Float64Array(this.groups)
    const f = new Float64Array(this.groups)
    const { high, low, top, step, sign } = widths
    const { groupOf } = this
    const size = groupOf.length
    if (this.#wraps()) {
      if (wantWidths) {
        for (let at = 0; at < values.length; ) {
          for (let e = 0; e < size; e++, at++) {
            const group = groupOf[e] as number
            f[group] =
              (f[group] as number) + errorGradient(values[at] as number, output[at] as number, upstream[at] as number)
          }
        }
      }
      return { x: wantX ? upstream : null, i, f }
    }
    const symmetric = this.operation.quantizer.overflow === 'saturate_symmetric'
    const gradient = new Float32Array(values.length)
    for (let at = 0; at < values.length; ) {
      for (let e = 0; e < size; e++, at++) {
        const x = values[at] as number
        const dy = upstream[at] as number
        const group = groupOf[e] as number
        if (x > (high[e] as number)) {
          i[group] = (i[group] as number) + LN2 * (top[e] as number) * dy
          f[group] = (f[group] as number) + LN2 * (step[e] as number) * dy
        } else if (x < (low[e] as number)) {
          i[group] = (i[group] as number) - (sign[e] as number) * LN2 * (top[e] as number) * dy
          if (symmetric) f[group] = (f[group] as number) - (sign[e] as number) * LN2 * (step[e] as number) * dy
        } else {
          gradient[at] = dy
          f[group] = (f[group] as number) + errorGradient(x, output[at] as number, dy)
        }
      }
    }
    return { x: wantX ? gradient : null, i, f }
  }

  /** Greatest |value| of each group. */
  #greatest(values: Float32Array): Float64Array {
    const result = new Float64Array(this.groups)
    const { groupOf } = this
    for (let at = 0; at < values.length; ) {
      for (let e = 0; e < groupOf.length; e++, at++) {
        const magnitude = Math.abs(values[at] as number)
        const group = groupOf[e] as number
        if (magnitude > (result[group] as number)) result[group] = magnitude
      }
    }
    return result
  }

  /**
   * i ← max(i - decay, least i that holds the batch). As in the reference, one bit too many where the extreme is
   * exactly -2^i; calibration knows better. Decay is infinite for weights: i follows at once.
   */
  #track(greatest: Float64Array, rounded: boolean): void {
    const { decay, integerLimits } = this.operation.quantizer
    const i = this.#state.array(this.integerPath)
    const fraction = this.#state.array(this.fractionPath)
    for (let group = 0; group < this.groups; group++) {
      const extreme = greatest[group] as number
      const bits = roundNearestEven(fraction[group] as number)
      const least = rounded ? ceilLog2(extreme + powerOfTwo(-bits)) : leastForMagnitude(extreme, bits)
      const decayed = decay === null ? Number.NEGATIVE_INFINITY : (i[group] as number) - decay
      i[group] = Math.min(Math.max(decayed, least, integerLimits.low), integerLimits.high)
    }
  }
}

/** Per element of the tensor, from the widths of its group. */
interface ElementWidths {
  readonly scale: Float64Array
  readonly step: Float64Array
  readonly top: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly sign: Float64Array
}
