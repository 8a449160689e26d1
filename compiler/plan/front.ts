import type { ModelSource } from '../../lang/program.js'
import type { Action } from './action.js'
import { datasetOf, networksAddress, output } from './addresses.js'
import type { NamedMetric } from './metrics.js'
import * as slice from './slices.js'

/** The front of some trainings and imports; the first of the metrics decides it. `reads`: where the text asks for it. */
export function frontAction(
  address: string,
  sources: readonly ModelSource[],
  metrics: readonly NamedMetric[],
  reads: readonly string[],
): Action {
  return {
    kind: 'front',
    address,
    params: slice.frontSlice(sources, metrics),
    inputs: {
      ...Object.fromEntries(sources.map((each, n) => [`networks[${n}]`, output(networksAddress(each), 'networks')])),
      ...Object.fromEntries(sources.map((each, n) => [`dataset[${n}]`, datasetOf(each)])),
    },
    reads,
  }
}
