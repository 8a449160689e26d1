import { ceilLog2, lowestBit, powerOfTwo } from '../../numeric/exponent.js'
import type { AdderModel, CmvmInput } from './types.js'

/** Bits of an adder as `AdderModel` counts them; tops and lowest bits are exponents, those of the right operand shifted. */
export function adderBits(
  signed: boolean,
  leftTop: number,
  rightTop: number,
  leftLow: number,
  rightLow: number,
): number {
  return (signed ? 1 : 0) + Math.max(leftTop, rightTop) - Math.max(leftLow, rightLow)
}

/**
 * Values that are being built, as parallel arrays. Each value keeps its linear form over the inputs, so that its interval
 * is exact: an operand that comes in through both sides of an adder counts once.
 */
export class AdderGraph {
  readonly inputCount: number
  /** Whether every adder takes one level. */
  readonly levelled: boolean
  size: number
  cost = 0
  left: Int32Array
  right: Int32Array
  shift: Int32Array
  subtract: Uint8Array
  low: Float64Array
  high: Float64Array
  /** Exponent of the lowest bit that can be set. */
  bottom: Int32Array
  /** ⌈log2⌉ of the greatest magnitude in two's complement, of the value and of its negation. */
  top: Int32Array
  negatedTop: Int32Array
  signed: Uint8Array
  latency: Int32Array
  costs: Int32Array
  #coefficients: Float64Array

  constructor(
    readonly inputs: readonly CmvmInput[],
    readonly model: AdderModel,
  ) {
    this.inputCount = inputs.length
    this.size = inputs.length
    this.levelled = model.carrySize === null && !model.concatenates
    const room = 2 * inputs.length + 64
    this.left = new Int32Array(room)
    this.right = new Int32Array(room)
    this.shift = new Int32Array(room)
    this.subtract = new Uint8Array(room)
    this.low = new Float64Array(room)
    this.high = new Float64Array(room)
    this.bottom = new Int32Array(room)
    this.top = new Int32Array(room)
    this.negatedTop = new Int32Array(room)
    this.signed = new Uint8Array(room)
    this.latency = new Int32Array(room)
    this.costs = new Int32Array(room)
    this.#coefficients = new Float64Array(room * inputs.length)
    for (const [id, { low, high, step, latency }] of inputs.entries()) {
      this.#coefficients[id * inputs.length + id] = 1
      const point = low === high
      this.#setInterval(id, low, high, point ? (low === 0 ? 0 : lowestBit(low)) : lowestBit(step))
      this.latency[id] = latency
    }
  }

  /** Drops all values but the inputs. */
  clear(): void {
    this.size = this.inputCount
    this.cost = 0
  }

  coefficient(id: number, input: number): number {
    return this.#coefficients[id * this.inputCount + input] as number
  }

  /** Bits of left ± right · 2^shift; 0 where it is wiring. */
  bitsOf(left: number, right: number, shift: number, subtract: boolean): number {
    const rightTop = ((subtract ? this.negatedTop[right] : this.top[right]) as number) + shift
    const leftTop = this.top[left] as number
    const leftLow = this.bottom[left] as number
    const rightLow = (this.bottom[right] as number) + shift
    const signed = (this.signed[left] as number) + (this.signed[right] as number) > 0
    if (this.model.concatenates && !subtract) {
      if (this.signed[left] === 0 && leftTop <= rightLow) return 0
      if (this.signed[right] === 0 && rightTop <= leftLow) return 0
    }
    return adderBits(signed, leftTop, rightTop, leftLow, rightLow)
  }

  costOfBits(bits: number): number {
    return costOf(bits, this.model, this.model.adderSize)
  }

  delayOfBits(bits: number): number {
    return costOf(bits, this.model, this.model.carrySize)
  }

  /** The level at which left ± right · 2^shift is ready. */
  readyAt(left: number, right: number, shift: number, subtract: boolean): number {
    const delay = this.levelled ? 1 : this.delayOfBits(this.bitsOf(left, right, shift, subtract))
    return Math.max(this.latency[left] as number, this.latency[right] as number) + delay
  }

  /** Adds left ± right · 2^shift; gives its number. */
  add(left: number, right: number, shift: number, subtract: boolean): number {
    if (this.size === this.left.length) this.#grow()
    const id = this.size++
    const n = this.inputCount
    const forms = this.#coefficients
    const unit = powerOfTwo(shift)
    const factor = subtract ? -unit : unit
    let low = 0
    let high = 0
    for (let input = 0, at = id * n, l = left * n, r = right * n; input < n; input++, at++, l++, r++) {
      const coefficient = (forms[l] as number) + factor * (forms[r] as number)
      forms[at] = coefficient
      if (coefficient > 0) {
        low += coefficient * (this.low[input] as number)
        high += coefficient * (this.high[input] as number)
      } else if (coefficient < 0) {
        low += coefficient * (this.high[input] as number)
        high += coefficient * (this.low[input] as number)
      }
    }
    this.left[id] = left
    this.right[id] = right
    this.shift[id] = shift
    this.subtract[id] = subtract ? 1 : 0
    this.#setInterval(id, low, high, Math.min(this.bottom[left] as number, (this.bottom[right] as number) + shift))
    const bits = this.bitsOf(left, right, shift, subtract)
    const delay = this.levelled ? 1 : this.delayOfBits(bits)
    this.latency[id] = Math.max(this.latency[left] as number, this.latency[right] as number) + delay
    const cost = this.costOfBits(bits)
    this.costs[id] = cost
    this.cost += cost
    return id
  }

  #setInterval(id: number, low: number, high: number, bottom: number): void {
    this.low[id] = low
    this.high[id] = high
    this.bottom[id] = bottom
    const step = powerOfTwo(bottom)
    this.signed[id] = low < 0 ? 1 : 0
    this.top[id] = ceilLog2(Math.max(Math.abs(low), Math.abs(high + step), step))
    this.negatedTop[id] = ceilLog2(Math.max(Math.abs(high), Math.abs(low + step), step))
  }

  #grow(): void {
    const room = 2 * this.left.length
    const ints = (old: Int32Array): Int32Array => {
      const made = new Int32Array(room)
      made.set(old)
      return made
    }
    const doubles = (old: Float64Array, length: number): Float64Array => {
      const made = new Float64Array(length)
      made.set(old)
      return made
    }
    const bytes = (old: Uint8Array): Uint8Array => {
      const made = new Uint8Array(room)
      made.set(old)
      return made
    }
    this.left = ints(this.left)
    this.right = ints(this.right)
    this.shift = ints(this.shift)
    this.subtract = bytes(this.subtract)
    this.low = doubles(this.low, room)
    this.high = doubles(this.high, room)
    this.bottom = ints(this.bottom)
    this.top = ints(this.top)
    this.negatedTop = ints(this.negatedTop)
    this.signed = bytes(this.signed)
    this.latency = ints(this.latency)
    this.costs = ints(this.costs)
    this.#coefficients = doubles(this.#coefficients, room * this.inputCount)
  }
}

function costOf(bits: number, model: AdderModel, size: number | null): number {
  if (bits === 0 && model.concatenates) return 0
  return size === null ? 1 : Math.ceil(bits / size)
}
