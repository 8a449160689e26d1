import { broadcastMap } from '../../../compiler/graph/elements.js'
import type { OperationOf } from '../../../compiler/graph/operation.js'
import { fractionPath, groupShape, integerPath, signPath, tracksInteger } from '../../../compiler/graph/state.js'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { type QuantizerType, roundNearestEven } from '../../../compiler/numeric/fixed-quantizer.js'
import { randomKey } from '../../../compiler/numeric/random.js'
import { elementCount } from '../../../lang/shape.js'
import type { Arena } from '../../kernels/arena.js'
import { QUANTIZE, roundingCode } from '../../kernels/codes.js'
import { type Argument, call, PART_BYTES, PARTS } from '../../kernels/program.js'
import { pieces, type Work, words } from '../../kernels/work.js'
import type { Between, Machine } from './machine.js'
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
  readonly #seed: number

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
    this.#groupArrays = this.perElement
      ? [this.scale, this.step, this.high, this.low, this.top]
      : Array.from({ length: 5 }, () => arena.words(this.groups))
    this.sign = this.perElement ? state.place(signPath(operation)).address : array()
    this.modulus = quantizer.overflow === 'wrap_reflect' ? array() : 0
    this.key = quantizer.rounding === 'stochastic' ? arena.words(4) : 0
  }

  /** Each element is a group of its own. */
  get perElement(): boolean {
    return this.groups === this.elements
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
  prepare(mask: boolean, context: NetworkContext): Between[] {
    const [scale = 0, stepSize = 0, high = 0, low = 0, top = 0] = this.#groupArrays
    const fraction = this.#state.place(this.fractionPath).address
    const integer = this.#state.place(this.integerPath).address
    const sign = this.#state.place(signPath(this.operation)).address
    const { flags } = this
    const items: Between[] = pieces(this.groups, (first, count) => {
      const at = (address: number): number => address + first * 4
      const widths = [at(fraction), at(integer), at(sign)] as const
      const types = [at(scale), at(stepSize), at(high), at(low), at(top)] as const
      return {
        call: call('prepareTypes', ...widths, ...types, count, flags, mask ? 1 : 0),
        reads: widths.map((address) => words(address, count)),
        writes: types.map((address) => words(address, count)),
        cost: 20 + count,
      }
    })
    if (!this.perElement) items.push(...this.#spread(sign, context))
    if (this.modulus !== 0) items.push((machine) => this.#fillModulus(machine))
    if (this.key !== 0)
      items.push((machine, { step }) => {
        const { key, counter } = randomKey(this.#seed, this.operation.path, 'rounding', step)
        machine.words(this.key, 4).set([key[0], key[1], counter[0], counter[1]])
      })
    return items
  }

  /**
   * Where the adjoint of a quantizer of constants may write its gradients straight away, which is wherever each element
   * has its own width and no other operation has the same quantizer; null otherwise.
   */
  ownGradients(context: NetworkContext): { readonly fraction: number; readonly integer: number } | null {
    const { path } = this.operation
    const sharers = context.graph.operations.filter((each) => each.kind === 'quantize' && each.path === path)
    const fraction = this.#state.gradient(this.fractionPath)
    if (sharers.length > 1 || !this.perElement || fraction === 0) return null
    return { fraction, integer: this.#state.gradient(this.integerPath) || context.arena.words(this.elements) }
  }

  /**
   * Adds gradients of f and i by element (`di` 0: none) to those of the trained widths. In kbi f = b - i, so i takes -∂f
   * as well.
   */
  addGradients(df: number, di: number, context: NetworkContext): Work[] {
    const fraction = this.#state.gradient(this.fractionPath)
    const integer = di === 0 ? 0 : this.#state.gradient(this.integerPath)
    if (fraction === 0 && integer === 0) return []
    const map = context.table(this.groupOf)
    const kbi = (this.flags & QUANTIZE.kbi) !== 0
    const targets = [fraction, integer].filter((address) => address !== 0).map((address) => words(address, this.groups))
    const sources = [df, di].filter((address) => address !== 0).map((address) => words(address, this.elements))
    return [
      {
        call: call('addWidthGradients', fraction, integer, df, di, map, this.elements, kbi ? 1 : 0),
        reads: [...sources, words(map, this.elements), ...targets],
        writes: targets,
        cost: 20 + 2 * this.elements,
      },
    ]
  }

  /**
   * i ← max(i - decay, least i that holds the batch), from the greatest magnitude of each element: rounded values in
   * kif, values as they came in kbi. They stand in every part at `values`, or once where that is an address. As in the
   * reference, one bit too many where the extreme is exactly -2^i; calibration knows better.
   */
  track(values: Argument | number, context: NetworkContext): Work {
    const { decay, integerLimits, parametrization } = this.operation.quantizer
    const integer = this.#state.place(this.integerPath).address
    const fraction = this.#state.place(this.fractionPath).address
    const map = this.perElement ? 0 : context.table(this.groupOf)
    const extremes = context.arena.words(this.groups)
    const standOnce = typeof values === 'number'
    // By element: in vectors, or one by one in each of the parts, of which there are a few with small batches.
    const costOfElement = this.perElement ? 0.4 : standOnce ? 2 : 8
    return {
      call: call(
        'trackWidths',
        integer,
        fraction,
        values,
        standOnce ? 1 : PARTS,
        standOnce ? 0 : PART_BYTES,
        map,
        this.elements,
        this.groups,
        extremes,
        parametrization === 'kbi' ? 1 : 0,
        decay ?? Number.POSITIVE_INFINITY,
        integerLimits.low,
        integerLimits.high,
      ),
      reads: [
        words(integer, this.groups),
        words(fraction, this.groups),
        ...(this.perElement ? [] : [words(map, this.elements)]),
        ...(standOnce ? [words(values, this.elements)] : []),
      ],
      writes: [words(integer, this.groups), words(extremes, this.groups)],
      cost: 20 + costOfElement * this.elements + 14 * this.groups,
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

  #spread(sign: number, context: NetworkContext): Work[] {
    const map = context.table(this.groupOf)
    const targets = [this.scale, this.step, this.high, this.low, this.top, this.sign]
    return [...this.#groupArrays, sign].map((source, index) => {
      const target = targets[index] ?? 0
      return {
        call: call('gatherElements', target, source, map, this.elements),
        reads: [words(source, this.groups), words(map, this.elements)],
        writes: [words(target, this.elements)],
        cost: 20 + this.elements,
      }
    })
  }

  #fillModulus(machine: Machine): void {
    const target = machine.floats(this.modulus, this.elements)
    for (const [e, { k, i, f }] of this.elementTypes(machine).entries()) target[e] = powerOfTwo(Math.max(i + f, 0) + k)
  }
}
