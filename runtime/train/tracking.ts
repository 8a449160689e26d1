import { ceilLog2, powerOfTwo } from '../../compiler/numeric/exponent.js'

/** Guards the logarithm against a zero maximum; the reference's value. */
const TRACKING_EPSILON = 1e-7

/**
 * The least i of a tracked kbi quantizer with b = `magnitude` bits that holds `extreme`: f follows from b - i, so the
 * bound is on the value before rounding. With no bits at all nothing can be held.
 */
export function leastForMagnitude(extreme: number, magnitude: number): number {
  if (magnitude <= 0) return 32
  return ceilLog2((extreme + TRACKING_EPSILON) / (1 - powerOfTwo(-magnitude) + TRACKING_EPSILON))
}
