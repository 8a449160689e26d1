import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { MOST_EXPONENT } from '../grid.js'

const [LEAST, MOST] = [powerOfTwo(-MOST_EXPONENT), powerOfTwo(MOST_EXPONENT)]
const known = new WeakMap<Float32Array, boolean>()

/** Whether float32 holds every one of these numbers times the scale of a quantizer. Looked at once for each array. */
export function isOrdinary(values: Float32Array): boolean {
  const found = known.get(values)
  if (found !== undefined) return found
  let ordinary = true
  for (let at = 0; at < values.length && ordinary; at++) {
    const magnitude = Math.abs(values[at] as number)
    ordinary = magnitude === 0 || (magnitude >= LEAST && magnitude <= MOST)
  }
  known.set(values, ordinary)
  return ordinary
}
