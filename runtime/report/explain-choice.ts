import { missText, quantityText } from '../../compiler/plan/budget.js'
import { align } from './align.js'
import { networkText } from './network-text.js'
import type { ChoiceNumbers, TriedNetwork } from './schema.js'

/**
 * Why a design is of this network and no other, ready to print: how many networks the front offered, how many of them met
 * what is known before synthesis, and what the measured design of each that was tried said about the rest of the budget.
 */
export function explainChoice(design: string, { front, eligible, tried }: ChoiceNumbers): readonly string[] {
  const last = tried[tried.length - 1]
  if (last === undefined) throw new Error('a design has been chosen without a try')
  const offered = `${eligible} of the ${front} networks of the front meet what is known before synthesis`
  const chosen = `${design}: ${networkText(last.epoch, last.training)}`
  if (Object.keys(last.validation).length === 0)
    return [`${design}: the network of ${last.training}; without a data set nothing is measured on data.`]
  if (tried.length === 1) return [`${chosen}, the best on the validation part; ${offered}.`]
  const rows = tried.map((network, n) => [`  ${n + 1}.`, ...cells(network)])
  return [`${chosen}, number ${tried.length} in the order of the validation part; ${offered}.`, ...align(rows, 'left')]
}

function cells({ training, epoch, validation, ebops, checks }: TriedNetwork): readonly string[] {
  const metrics = Object.entries(validation).map(([name, value]) => `${name} ${quantityText(name, value)}`)
  const measured = checks.filter(({ phase }) => phase === 'design')
  const missed = measured.filter(({ met }) => !met)
  const verdict =
    missed.length > 0
      ? `no: ${missed.map(missText).join(', ')}`
      : `yes: ${measured.map(({ quantity, measured }) => `${quantity} ${quantityText(quantity, measured)}`).join(', ')}`
  return [networkText(epoch, training), metrics.join(', '), `${quantityText('ebops', ebops)} EBOPs`, verdict]
}
