import { decodeFixedGraph } from '../../../compiler/fixed/serialize.js'
import { schedule, timingWarning } from '../../../compiler/schedule/schedule.js'
import { encodePipeline } from '../../../compiler/schedule/serialize.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly clockPeriodNs: number
  readonly family: string
  readonly stages?: number
}

/** Exact operations → clocked stages. */
export const run: ActionFunction = (task, events) => {
  const graph = decodeFixedGraph(new TextDecoder().decode(input(task, 'graph')))
  const scheduled = schedule(graph, params<Params>(task))
  if (!scheduled.ok) return Promise.resolve(scheduled)
  const warning = timingWarning(scheduled.value, params<Params>(task))
  if (warning !== null) events.onMessage(warning)
  const pipeline = new TextEncoder().encode(encodePipeline(scheduled.value))
  return Promise.resolve({ ok: true, value: new Map([['pipeline', pipeline]]) })
}
