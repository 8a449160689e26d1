import { missText, type PlainBound, quantityText, relaxations } from '../../../compiler/plan/budget.js'
import { budgetOutOfReach } from '../../../lang/diagnostics/messages/budget.js'
import { rankCandidates } from '../../report/choose.js'
import { isImported } from '../../report/network-text.js'
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
  const { eligible, others } = rankCandidates(front, bounds, metric, better)
  const chosen = eligible[attempt]
  if (chosen === undefined) {
    const [nearest] = others
    if (nearest === undefined) throw new Error(`a front of ${eligible.length} networks has no number ${attempt}`)
    const { point } = nearest
    const missed = nearest.checks.filter((check) => !check.met)
    const metrics = Object.entries(point.validation).map(([name, value]) => `${name} ${quantityText(name, value)}`)
    const error = budgetOutOfReach({
      span: undefined,
      candidates: front.points.length,
      misses: missed.map(missText),
      nearest: [
        `${isImported(point.epoch) ? 'the network from the file' : `epoch ${point.epoch}`}: ${quantityText('ebops', point.ebops)} EBOPs`,
        ...(metrics.length === 0 ? [] : [`${metrics.join(', ')} on the validation part`]),
      ].join(', '),
      remedies: [
        `it would take the budget ${relaxations(missed).join(', ')}`,
        front.points.every(({ epoch }) => isImported(epoch))
          ? 'or another network: one from a file is taken as it is'
          : "or a training that comes nearer: more epochs, another 'pressure', another architecture",
      ],
    })
    return Promise.resolve({ ok: false, error })
  }
  const network = decodeNetworks(input(task, 'networks'))[chosen.index]
  if (network === undefined) throw new Error(`the front has no network ${chosen.index}`)
  const { point } = chosen
  const choice: Choice = {
    training: Number(point.training),
    epoch: point.epoch,
    attempt,
    eligible: eligible.length,
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
