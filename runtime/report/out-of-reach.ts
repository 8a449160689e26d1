import { missText, quantityText } from '../../compiler/plan/budget.js'
import { relaxations } from '../../compiler/plan/relaxations.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { budgetOutOfReach } from '../../lang/diagnostics/messages/budget.js'
import type { Front } from '../train/front.js'
import type { RankedCandidates } from './choose.js'
import { isImported } from './network-text.js'

/** The message that no network of a front, or no further one, meets the bounds: which comes nearest, and what it would take. */
export function outOfReach(front: Front, { eligible, others }: RankedCandidates): Diagnostic {
  const [nearest] = others
  if (nearest === undefined) throw new Error(`a front of ${eligible.length} networks has none that misses a bound`)
  const { point } = nearest
  const missed = nearest.checks.filter((check) => !check.met)
  // Nothing has been designed for a device yet.
  const bounds = relaxations(missed, null)
  const metrics = Object.entries(point.validation).map(([name, value]) => `${name} ${quantityText(name, value)}`)
  return budgetOutOfReach({
    span: undefined,
    candidates: front.points.length,
    misses: missed.map(missText),
    nearest: [
      `${isImported(point.epoch) ? 'the network from the file' : `epoch ${point.epoch}`}: ${quantityText('ebops', point.ebops)} EBOPs`,
      ...(metrics.length === 0 ? [] : [`${metrics.join(', ')} on the validation part`]),
    ].join(', '),
    remedies: [
      ...(bounds.length === 0 ? [] : [`it would take the budget ${bounds.join(', ')}`]),
      front.points.every(({ epoch }) => isImported(epoch))
        ? `${bounds.length === 0 ? 'it would take' : 'or'} another network: one from a file is taken as it is`
        : `${bounds.length === 0 ? 'it would take' : 'or'} a training that comes nearer: more epochs, another 'pressure', another architecture`,
    ],
  })
}
