import type { PlainBound } from '../../../compiler/plan/budget.js'
import type { MetricSpec } from '../../../lang/program.js'
import { rankCandidates } from '../../report/choose.js'
import { outOfReach } from '../../report/out-of-reach.js'
import { decodeFront } from '../../report/report-file.js'
import { decodeCandidates, gatherCandidates } from '../../train/candidates.js'
import { decodeState, encodeState, startingFrom } from '../../train/state.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly bounds: readonly PlainBound[]
  /** By which the front was made; it decides. */
  readonly metric: MetricSpec
  readonly segments: number
}

/**
 * The front of a training, its segments → the state before the first epoch of a training that starts from the best network
 * within the bounds: as it was trained, not as calibration fixed it.
 */
export const run: ActionFunction = (task) => {
  const { bounds, metric, segments } = params<Params>(task)
  const front = decodeFront(input(task, 'front'))
  const ranked = rankCandidates(front, bounds, metric.kind, metric.better)
  const [chosen] = ranked.eligible
  if (chosen === undefined) return Promise.resolve({ ok: false, error: outOfReach(front, ranked) })
  const born = Array.from({ length: segments }, (_, n) => decodeCandidates(input(task, `candidates[${n}]`)))
  const candidate = gatherCandidates(decodeState(input(task, 'state')).held, born)[chosen.point.candidate]
  if (candidate === undefined) throw new Error(`the front names candidate ${chosen.point.candidate} of a training`)
  const state = encodeState(startingFrom(candidate.checkpoint.tensors))
  return Promise.resolve({ ok: true, value: new Map([['state', state]]) })
}
