import { broadcastMap } from '../../../compiler/graph/elements.js'
import type { OperationOf } from '../../../compiler/graph/operation.js'
import { fractionPath, groupShape, integerPath, signPath, tracksInteger } from '../../../compiler/graph/state.js'
import { ceilLog2, powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { type QuantizerType, roundNearestEven } from '../../../compiler/numeric/fixed-quantizer.js'
import { randomKey } from '../../../compiler/numeric/random.js'
import { elementCount } from '../../../lang/shape.js'
import type { Arena } from '../../kernels/arena.js'
import { QUANTIZE, roundingCode } from '../../kernels/codes.js'
import { leastForMagnitude } from '../tracking.js'
import type { Action, Machine } from './machine.js'
import type { NetworkContext } from './network-context.js'
import type { StateMemory } from './state-memory.js'

/** One quantizer in kernel memory: its type for each element of its tensor, made from the widths before each step. */
export class QuantizerMemory {
  readonly operation: OperationOf<'quantize'>
  readonly elements: number
  readonly groups: number
  readonly groupOf: Int32Array
  readonly tracked: boolean
  /** Addresses of one number for each element. */
  readonly scale: number
  readonly step: number
  readonly high: number
  readonly low: number
  readonly top: number
  readonly sign: number
  /** 2^(i + f + k), for reflection; 0 where it is not wanted. */
  readonly modulus: number
  /** Four words that name the noise of stochastic rounding in a step. */
  readonly key: number
  readonly rounding: number
  /** Those flags of the quantizer kernels that its overflow mode and parametrization make. */
  readonly flags: number
  readonly #state: StateMemory
  readonly #groupArrays: readonly number[]
  readonly #groupMap: number
  readonly #seed: number
  readonly #extremes: Float64Array

  constructor(operation: OperationOf<'quantize'>, state: StateMemory, arena: Arena, seed: number) {
    const { quantizer, shape } = operation
    const groups = groupShape(shape, quantizer)
    this.operation = operation
    this.elements = elementCount(shape)
    this.groups = elementCount(groups)
    this.groupOf = broadcastMap(groups, shape)
    this.tracked = tracksInteger(quantizer)
    this.rounding = roundingCode(quantizer.rounding)
    const clips = quantizer.overflow === 'saturate' || quantizer.overflow === 'saturate_symmetric'
    this.flags =
      (clips ? QUANTIZE.clip : 0) |
      (quantizer.overflow === 'saturate_symmetric' ? QUANTIZE.symmetric : 0) |
      (quantizer.parametrization === 'kbi' ? QUANTIZE.kbi : 0) |
      // What is not tracked is given: it wraps in training, too.
      (quantizer.overflow === 'wrap' && !this.tracked ? QUANTIZE.wrap : 0)
    const array = (): number => arena.words(this.elements)
    ;[this.scale, this.step, this.high, this.low, this.top] = [array(), array(), array(), array(), array()]
    this.#state = state
    this.#seed = seed
    this.#extremes = new Float64Array(this.groups)
    const perElement = this.groups === this.elements
    this.#groupArrays = perElement
      ? [this.scale, this.step, this.high, this.low, this.top]
      : Array.from({ length: 5 }, () => arena.words(this.groups))
    this.#groupMap = perElement ? 0 : arena.words(this.elements)
    this.sign = perElement ? state.place(signPath(operation)).address : array()
    this.modulus = quantizer.overflow === 'wrap_reflect' ? array() : 0
    this.key = quantizer.rounding === 'stochastic' ? arena.words(4) : 0
  }

  get fractionPath(): string {
    return fractionPath(this.operation)
  }

  get integerPath(): string {
    return integerPath(this.operation)
  }

  /**
   * Makes the types of all elements from the widths as they are. `mask`: without bits a value is 0, as at inference.
   */
  prepare(mask: boolean): Action {
    const [scale = 0, stepSize = 0, high = 0, low = 0, top = 0] = this.#groupArrays
    const fraction = this.#state.place(this.fractionPath).address
    const integer = this.#state.place(this.integerPath).address
    const sign = this.#state.place(signPath(this.operation)).address
    return (machine, { step }) => {
      machine.kernels.prepareTypes(
        fraction,
        integer,
        sign,
        scale,
        stepSize,
        high,
        low,
        top,
        this.groups,
        this.flags,
        mask ? 1 : 0,
      )
      if (this.#groupMap !== 0) this.#spread(machine, sign)
      if (this.modulus !== 0) this.#fillModulus(machine)
      if (this.key !== 0) {
        const { key, counter } = randomKey(this.#seed, this.operation.path, 'rounding', step)
        machine.words(this.key, 4).set([key[0], key[1], counter[0], counter[1]])
      }
    }
  }

  /**
   * Where the adjoint of a quantizer of constants may write its gradients straight away, which is wherever each element
   * has its own width and no other operation has the same quantizer; null otherwise.
   */
  ownGradients(context: NetworkContext): { readonly fraction: number; readonly integer: number } | null {
    const { path } = this.operation
    const sharers = context.graph.operations.filter((each) => each.kind === 'quantize' && each.path === path)
    const fraction = this.#state.gradient(this.fractionPath)
    if (sharers.length > 1 || this.groups !== this.elements || fraction === 0) return null
    return { fraction, integer: this.#state.gradient(this.integerPath) || context.arena.words(this.elements) }
  }

  /** Adds gradients of f and i by element to those of the trained widths. In kbi f = b - i, so i takes -∂f as well. */
  addGradients(machine: Machine, df: Float32Array, di: Float32Array | null): void {
    const toFraction = this.#state.gradient(this.fractionPath)
    const toInteger = this.#state.gradient(this.integerPath)
    const kbi = (this.flags & QUANTIZE.kbi) !== 0
    const { groupOf } = this
    if (toFraction !== 0) {
      const target = machine.floats(toFraction, this.groups)
      for (let e = 0; e < groupOf.length; e++)
        target[groupOf[e] as number] = (target[groupOf[e] as number] as number) + (df[e] as number)
    }
    if (toInteger !== 0 && di !== null) {
      const target = machine.floats(toInteger, this.groups)
      for (let e = 0; e < groupOf.length; e++) {
        const slope = kbi ? (di[e] as number) - (df[e] as number) : (di[e] as number)
        target[groupOf[e] as number] = (target[groupOf[e] as number] as number) + slope
      }
    }
  }

  /**
   * i ← max(i - decay, least i that holds the batch), from the greatest magnitude of each element: rounded values in
   * kif, values as they came in kbi. As in the reference, one bit too many where the extreme is exactly -2^i;
   * calibration knows better.
   */
  track({ memory }: Machine, greatest: Float32Array): void {
    const { decay, integerLimits, parametrization } = this.operation.quantizer
    const i = this.#state.place(this.integerPath).address / 4
    const fraction = this.#state.place(this.fractionPath).address / 4
    const extremes = this.#extremes.fill(0)
    for (let e = 0; e < this.groupOf.length; e++) {
      const group = this.groupOf[e] as number
      if ((greatest[e] as number) > (extremes[group] as number)) extremes[group] = greatest[e] as number
    }
    for (let group = 0; group < this.groups; group++) {
      const extreme = extremes[group] as number
      const bits = roundNearestEven(memory[fraction + group] as number)
      const least = parametrization === 'kif' ? ceilLog2(extreme + powerOfTwo(-bits)) : leastForMagnitude(extreme, bits)
      const decayed = decay === null ? Number.NEGATIVE_INFINITY : (memory[i + group] as number) - decay
      memory[i + group] = Math.min(Math.max(decayed, least, integerLimits.low), integerLimits.high)
    }
  }

  /** Types of all elements, learned widths rounded. */
  elementTypes(machine: Machine): QuantizerType[] {
    const integer = machine.floats(this.#state.place(this.integerPath).address, this.groups)
    const fraction = machine.floats(this.#state.place(this.fractionPath).address, this.groups)
    const sign = machine.floats(this.#state.place(signPath(this.operation)).address, this.groups)
    const kbi = (this.flags & QUANTIZE.kbi) !== 0
    return Array.from(this.groupOf, (group) => {
      const i = roundNearestEven(integer[group] as number)
      const rest = roundNearestEven(fraction[group] as number)
      return { k: sign[group] as number, i, f: kbi ? rest - i : rest }
    })
  }

  #spread(machine: Machine, sign: number): void {
    const map = machine.words(this.#groupMap, this.elements)
    map.set(this.groupOf)
    const targets = [this.scale, this.step, this.high, this.low, this.top, this.sign]
    for (const [index, source] of [...this.#groupArrays, sign].entries())
      machine.kernels.gatherElements(targets[index] ?? 0, source, this.#groupMap, this.elements)
  }

  #fillModulus(machine: Machine): void {
    const target = machine.floats(this.modulus, this.elements)
    for (const [e, { k, i, f }] of this.elementTypes(machine).entries()) target[e] = powerOfTwo(Math.max(i + f, 0) + k)
  }
}
