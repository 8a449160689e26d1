import type { Pipeline } from './pipeline.js'

/** The greatest clock frequency, MHz, and the band in which a placed and routed design is expected. */
export interface FmaxEstimate {
  readonly mhz: number
  readonly low: number
  readonly high: number
}

/**
 * Routed designs of adders on UltraScale+ reach 0.4 to 0.8 of what the delay model says where they fill a good part of the
 * device (the published JEDI-linear designs, 35 000 to 300 000 LUTs), small ones about what it says. One stage more or
 * less of wire on the slowest path is the least uncertainty there is.
 */
const BAND = { low: 0.6, high: 1.1 }

/** From the slowest stage. Infinite delays there are none: a design of wires alone is as fast as its registers. */
export function fmaxEstimate({ estimatedCriticalPathNs }: Pick<Pipeline, 'estimatedCriticalPathNs'>): FmaxEstimate {
  const mhz = 1000 / estimatedCriticalPathNs
  return { mhz: Math.round(mhz), low: Math.round(mhz * BAND.low), high: Math.round(mhz * BAND.high) }
}
