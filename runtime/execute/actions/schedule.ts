import { decodeFixedGraph } from '../../../compiler/fixed/serialize.js'
import { type ScheduleOptions, schedule, timingWarning } from '../../../compiler/schedule/schedule.js'
import { encodePipeline } from '../../../compiler/schedule/serialize.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

/** Exact operations → clocked stages. */
export const run: ActionFunction = (task, events) => {
  const options = params<ScheduleOptions>(task)
  const graph = decodeFixedGraph(new TextDecoder().decode(input(task, 'graph')))
  const scheduled = schedule(graph, options)
  if (!scheduled.ok) return Promise.resolve(scheduled)
  const warning = timingWarning(scheduled.value, options)
  if (warning !== null) events.onMessage(warning)
  const pipeline = new TextEncoder().encode(encodePipeline(scheduled.value))
  return Promise.resolve({ ok: true, value: new Map([['pipeline', pipeline]]) })
}
