import type { TrainingSpec } from '../../lang/program.js'
import type { Action } from './action.js'
import { datasetOf, output, startAddress, teachAddress, trainingFrontAddress } from './addresses.js'
import { plainBounds } from './budget.js'
import { frontAction } from './front.js'
import type { ProgramLookup } from './lookup.js'
import { namedMetrics } from './metrics.js'
import { segmentOutputs } from './segments.js'
import * as slice from './slices.js'

/** What a training needs of the one that it starts from: its front, and the state of the network that is chosen from that. */
export function startActions(training: TrainingSpec, lookup: ProgramLookup): readonly Action[] {
  const { from } = training
  if (from === undefined) return []
  const source = lookup.training(from.training)
  const metrics = namedMetrics(source.metric, from.within)
  const address = startAddress(training.id)
  const pointer = lookup.pointer(training)
  const reads = [`${pointer}/from`, `${pointer}/within`]
  return [
    frontAction(trainingFrontAddress(address), [source], metrics, [...reads, `${lookup.pointer(source)}/keep`]),
    {
      kind: 'start',
      address,
      params: slice.startSlice(plainBounds(from.within, metrics, null), source, lookup.graph(training.network)),
      inputs: {
        front: output(trainingFrontAddress(address), 'front'),
        ...segmentOutputs(source),
      },
      reads,
    },
  ]
}

/** What a training needs of its teacher: its front, and what the best network of that answers. */
export function teachActions(training: TrainingSpec, lookup: ProgramLookup): readonly Action[] {
  const { teacher } = training
  if (teacher === undefined) return []
  const source = lookup.training(teacher.training)
  const address = teachAddress(training.id)
  const pointer = lookup.pointer(training)
  const front = trainingFrontAddress(address)
  return [
    frontAction(front, [source], namedMetrics(source.metric, []), [
      `${pointer}/teacher`,
      `${lookup.pointer(source)}/keep`,
    ]),
    {
      kind: 'teach',
      address,
      params: slice.teachSlice(training, source, teacher.distill),
      inputs: { front: output(front, 'front'), networks: output(front, 'networks'), dataset: datasetOf(source) },
      reads: [`${pointer}/teacher`, `${pointer}/distill`, `${pointer}/loss`],
    },
  ]
}
