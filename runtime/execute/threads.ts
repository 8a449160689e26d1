import { parseSegment } from '../../compiler/plan/segments.js'

/**
 * Threads for a segment of a training, so that trainings at once use no more than `threads` together (one each at
 * least: how many run at once is up to `jobs`). `open` are the addresses that are not done, its own among them. A
 * training that outlives others gets their share with its next segment.
 */
export function threadsOfTraining(threads: number, jobs: number, open: readonly string[]): number {
  const trainings = new Set(open.flatMap((address) => parseSegment(address)?.training ?? []))
  const atOnce = Math.max(1, Math.min(jobs, trainings.size))
  return Math.max(1, Math.floor(threads / atOnce))
}
