import { isBetter } from './metrics.js'

/** A place in the plane of metric and cost. */
export interface ParetoPoint {
  readonly metric: number
  readonly ebops: number
}

/**
 * The points that no other one beats or equals in both, by rising EBOPs; of equal ones the first. Ties in one coordinate are decided by the
 * other.
 */
export function paretoFront<T>(
  items: readonly T[],
  pointOf: (item: T) => ParetoPoint,
  better: 'higher' | 'lower',
): T[] {
  const sorted = items
    .map((item, index) => ({ item, index, point: pointOf(item) }))
    .sort(
      (a, b) =>
        a.point.ebops - b.point.ebops ||
        (isBetter(better, a.point.metric, b.point.metric)
          ? -1
          : a.point.metric === b.point.metric
            ? a.index - b.index
            : 1),
    )
  const front: T[] = []
  let best: number | undefined
  for (const { item, point } of sorted) {
    if (best !== undefined && !isBetter(better, point.metric, best)) continue
    front.push(item)
    best = point.metric
  }
  return front
}

/**
 * At most `size` points of a front sorted by EBOPs: both ends, and between them always the point whose loss leaves the smallest gap (in
 * relative EBOPs and in the metric's span) is dropped first.
 */
export function thinFront<T>(front: readonly T[], pointOf: (item: T) => ParetoPoint, size: number): T[] {
  const kept = [...front]
  const metrics = kept.map((item) => pointOf(item).metric)
  const span = Math.max(...metrics) - Math.min(...metrics) || 1
  const gap = (left: T, right: T): number => {
    const [a, b] = [pointOf(left), pointOf(right)]
    return (b.ebops - a.ebops) / Math.max(1, b.ebops) + Math.abs(b.metric - a.metric) / span
  }
  while (kept.length > Math.max(1, size)) {
    let drop = kept.length === 2 ? 0 : 1
    let least = Number.POSITIVE_INFINITY
    for (let index = 1; index < kept.length - 1; index++) {
      const left = kept[index - 1]
      const right = kept[index + 1]
      if (left === undefined || right === undefined) continue
      const lost = gap(left, right)
      if (lost < least) {
        least = lost
        drop = index
      }
    }
    kept.splice(drop, 1)
  }
  return kept
}
