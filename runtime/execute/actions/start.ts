import type { TensorGraph } from '../../../compiler/graph/operation.js'
import type { PlainBound } from '../../../compiler/plan/budget.js'
import type { MetricSpec } from '../../../lang/program.js'
import { rankCandidates } from '../../report/choose.js'
import { outOfReach } from '../../report/out-of-reach.js'
import { decodeFront } from '../../report/report-file.js'
import { takenOver } from '../../train/initial-state.js'
import { encodeState, startingWith } from '../../train/state.js'
import { heldCandidates } from '../candidates.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly bounds: readonly PlainBound[]
  /** By which the front was made; it decides. */
  readonly metric: MetricSpec
  readonly segments: number
  /** The network that starts. */
  readonly graph: TensorGraph
}

/**
 * The front of a training, its segments → the state before the first epoch of a training that starts from the best network
 * within the bounds: as it was trained, not as calibration fixed it.
 */
export const run: ActionFunction = (task) => {
  const { bounds, metric, segments, graph } = params<Params>(task)
  const front = decodeFront(input(task, 'front'))
  const ranked = rankCandidates(front, bounds, metric.kind, metric.better)
  const [chosen] = ranked.eligible
  if (chosen === undefined) return Promise.resolve({ ok: false, error: outOfReach(front, ranked) })
  const candidate = heldCandidates(task, segments)[chosen.point.candidate]
  if (candidate === undefined) throw new Error(`the front names candidate ${chosen.point.candidate} of a training`)
  const state = encodeState(startingWith(takenOver(graph, candidate.checkpoint.tensors)))
  return Promise.resolve({ ok: true, value: new Map([['state', state]]) })
}
