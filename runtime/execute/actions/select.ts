import type { PlainBound } from '../../../compiler/plan/budget.js'
import { rankCandidates } from '../../report/choose.js'
import { outOfReach } from '../../report/out-of-reach.js'
import type { Choice } from '../../report/report-file.js'
import { decodeFront, encodeJson } from '../../report/report-file.js'
import { input, params } from '../inputs.js'
import { decodeNetworks } from '../networks.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly bounds: readonly PlainBound[]
  readonly metric: string
  readonly better: 'higher' | 'lower'
  readonly attempt: number
  readonly datasets?: readonly number[]
}

/** Front → its network number `attempt` among those that meet the budget before synthesis, the best first. */
export const run: ActionFunction = (task) => {
  const { bounds, metric, better, attempt, datasets } = params<Params>(task)
  const front = decodeFront(input(task, 'front'))
  const ranked = rankCandidates(front, bounds, metric, better)
  const chosen = ranked.eligible[attempt]
  if (chosen === undefined) return Promise.resolve({ ok: false, error: outOfReach(front, ranked) })
  const network = decodeNetworks(input(task, 'networks'))[chosen.index]
  if (network === undefined) throw new Error(`the front has no network ${chosen.index}`)
  const { point } = chosen
  const choice: Choice = {
    training: Number(point.training),
    epoch: point.epoch,
    attempt,
    eligible: ranked.eligible.length,
    front: front.points.length,
    validation: { ...point.validation },
    ebops: point.ebops,
    ebops_exact: point.ebopsExact,
    mean_bits: { ...point.meanBits },
  }
  const outputs = new Map([
    ['calibrated', network.content],
    ['choice', encodeJson(choice)],
  ])
  const dataset = datasets?.[choice.training]
  if (dataset !== undefined) outputs.set('dataset', input(task, `dataset[${dataset}]`))
  return Promise.resolve({ ok: true, value: outputs })
}
