import { decodeFixedGraph, encodeFixedGraph } from '../../../compiler/fixed/serialize.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import type { ScheduleOptions } from '../../../compiler/schedule/schedule.js'
import { input, params } from '../inputs.js'
import { StoredSolutions } from '../stored-solutions.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly levels?: number
  /** Of a target with three-input adders. */
  readonly ternary?: ScheduleOptions
  readonly checkPasses?: boolean
}

/** Exact operations → the same without multipliers, shared. */
export const run: ActionFunction = (task) => {
  const { levels, ternary, checkPasses } = params<Params>(task)
  const graph = decodeFixedGraph(new TextDecoder().decode(input(task, 'graph')))
  const solutions = new StoredSolutions(task.settings.solutions)
  const options = { levels, ternary, solutions, check: checkPasses === true }
  const optimized = new TextEncoder().encode(encodeFixedGraph(optimize(graph, options)))
  return Promise.resolve({ ok: true, value: new Map([['graph', optimized]]) })
}
