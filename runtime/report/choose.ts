import { type BoundCheck, checkBounds, distance, type PlainBound } from '../../compiler/plan/budget.js'
import type { Front, FrontPoint } from '../train/front.js'

/** A network of the front with its bounds that are known before synthesis. */
export interface RankedPoint {
  /** Index in `front.points`. */
  readonly index: number
  readonly point: FrontPoint
  readonly checks: readonly BoundCheck[]
}

/** All networks of a front, ranked. */
export interface RankedCandidates {
  readonly eligible: readonly RankedPoint[]
  readonly others: readonly RankedPoint[]
}

/**
 * The networks of a front in the order in which a build tries them: those that meet every bound known before synthesis,
 * the best validation metric first, then fewer EBOPs. `others` miss a bound, the nearest first.
 */
export function rankCandidates(
  front: Front,
  bounds: readonly PlainBound[],
  metric: string,
  better: 'higher' | 'lower',
): RankedCandidates {
  const candidates = front.points.map((point, index) => ({
    index,
    point,
    checks: checkBounds(bounds, { ...point.validation, ebops: point.ebops }),
  }))
  const value = (candidate: RankedPoint): number => {
    const measured = candidate.point.validation[metric] ?? Number.NaN
    const cost = better === 'higher' ? -measured : measured
    return Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost
  }
  // Infinities are equal to each other here, not NaN apart.
  const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)
  const byQuality = (a: RankedPoint, b: RankedPoint): number =>
    compare(value(a), value(b)) || compare(a.point.ebops, b.point.ebops) || a.index - b.index
  const eligible = candidates.filter((each) => each.checks.every((check) => check.met)).sort(byQuality)
  const others = candidates
    .filter((each) => !eligible.includes(each))
    .sort((a, b) => compare(distance(a.checks), distance(b.checks)) || byQuality(a, b))
  return { eligible, others }
}
