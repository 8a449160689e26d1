import { encodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import { entrySpan, withoutSpans } from '../../../compiler/plan/spans.js'
import { encodeDataset } from '../../data/codec.js'
import { importMisfit } from '../../import/fit.js'
import { importKeras } from '../../import/keras/import.js'
import { withoutRows } from '../../import/no-data.js'
import { inUnitsOf } from '../../import/units.js'
import { boundDataset } from '../bound-dataset.js'
import { input } from '../inputs.js'
import { encodeNetworks } from '../networks.js'
import type { ActionFunction } from '../task.js'

/**
 * A trained network of another tool → the only candidate of the front, in the units of the data that measure it. Without
 * data also → a data set without rows, for the steps that would measure.
 */
export const run: ActionFunction = async (task) => {
  const { path } = task.hints
  const imported = await importKeras(typeof path === 'string' ? path : 'the model', input(task, 'model'))
  if (!imported.ok) return { ok: false, error: { ...imported.error, span: entrySpan('checkpoint') } }
  const calibrated = { ...imported.value.calibrated, graph: withoutSpans(imported.value.graph) }
  if (!task.inputs.has('dataset')) {
    const networks = encodeNetworks([{ candidate: 0, epoch: 0, content: encodeCalibrated(calibrated) }])
    const dataset = encodeDataset(withoutRows(calibrated.graph))
    return {
      ok: true,
      value: new Map([
        ['networks', networks],
        ['dataset', dataset],
      ]),
    }
  }
  const dataset = boundDataset(input(task, 'dataset'), calibrated.graph)
  const problem = importMisfit(calibrated.graph, dataset)
  if (problem !== undefined) return { ok: false, error: problem }
  const content = encodeCalibrated(inUnitsOf(dataset, calibrated))
  return { ok: true, value: new Map([['networks', encodeNetworks([{ candidate: 0, epoch: 0, content }])]]) }
}
