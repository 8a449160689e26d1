import { lowestBit, powerOfTwo } from '../../numeric/exponent.js'
import type { Solved } from './alike.js'

/**
 * What the adders of several adder graphs cost together, where sums that are equal but for a power of two and a sign are
 * made once, and adding what is always 0 is nothing. Registers are left out even where the solver counts them: how long a
 * value waits follows from all graphs that read it, and for a sum that several make alike no one of them knows that.
 */
export function costTogether(solved: readonly Solved[]): number {
  const seen = new Set<string>()
  let cost = 0
  for (const { contraction, solution } of solved) {
    const { operands, inputs } = contraction
    const rows = operands.map((_, row) => row).sort((a, b) => (operands[a] as number) - (operands[b] as number))
    const values = inputs.map(({ low, high }, row) => {
      const isZero = low === 0 && high === 0
      return Float64Array.from(operands, (_, other) => (other === row && !isZero ? 1 : 0))
    })
    for (const { left, right, shift, subtract, cost: own } of solution.operations) {
      const factor = subtract ? -powerOfTwo(shift) : powerOfTwo(shift)
      const [one, other] = [values[left] as Float64Array, values[right] as Float64Array]
      const form = one.map((coefficient, row) => coefficient + factor * (other[row] as number))
      values.push(form)
      if (isNothing(one) || isNothing(other)) continue
      const key = keyOf(form, rows, operands)
      if (seen.has(key)) continue
      seen.add(key)
      cost += own
    }
  }
  return cost
}

function isNothing(form: Float64Array): boolean {
  return form.every((coefficient) => coefficient === 0)
}

/** The linear form with 1 or an odd number above it in front. */
function keyOf(form: Float64Array, rows: readonly number[], operands: readonly number[]): string {
  let unit = 0
  let key = ''
  for (const row of rows) {
    const coefficient = form[row] as number
    if (coefficient === 0) continue
    if (unit === 0) unit = powerOfTwo(-lowestBit(coefficient)) * (coefficient < 0 ? -1 : 1)
    key += `${operands[row]}:${coefficient * unit} `
  }
  return key
}
