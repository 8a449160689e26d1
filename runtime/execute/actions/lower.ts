import { encodeFixedGraph } from '../../../compiler/fixed/serialize.js'
import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import { lower } from '../../../compiler/lower/lower.js'
import { input } from '../inputs.js'
import type { ActionFunction } from '../task.js'

/** Calibrated network → exact operations on scalars. */
export const run: ActionFunction = (task) => {
  const lowered = lower(decodeCalibrated(input(task, 'calibrated')))
  if (!lowered.ok) return Promise.resolve(lowered)
  const graph = new TextEncoder().encode(encodeFixedGraph(lowered.value))
  return Promise.resolve({ ok: true, value: new Map([['graph', graph]]) })
}
