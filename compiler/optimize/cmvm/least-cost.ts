import { ceilLog2 } from '../../numeric/exponent.js'
import type { AdderModel, CmvmInput } from './types.js'

/** What any adder costs at least. */
export function leastCost({ adderSize, concatenates }: AdderModel): number {
  return adderSize === null && !concatenates ? 1 : 0
}

/**
 * What an adder costs at least that sums up signed digits of inputs, no two of one input and position.
 *
 * The sum of some of them takes as many values as the input of its lowest digit, n, or more, on the grid of that digit.
 * So from its lowest bit to its top, negated or not, there are ⌈log2(n − 2)⌉ − 1 bits or more, and an adder has those of
 * one of its operands at least.
 */
export function leastCostOfDigits(inputs: readonly CmvmInput[], model: AdderModel): number {
  const { adderSize, concatenates } = model
  if (adderSize === null || concatenates) return leastCost(model)
  let bits = Number.POSITIVE_INFINITY
  for (const { low, high, step } of inputs) {
    // An input that is always 0 has no digits.
    if (low === 0 && high === 0) continue
    const values = low === high ? 1 : (high - low) / step + 1
    bits = Math.min(bits, values > 2 ? ceilLog2(values - 2) - 1 : 0)
  }
  return Number.isFinite(bits) ? Math.max(0, Math.ceil(bits / adderSize)) : 0
}
