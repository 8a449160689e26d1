import { decodeFixedGraph, encodeFixedGraph } from '../../../compiler/fixed/serialize.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { input, params } from '../inputs.js'
import { StoredSolutions } from '../stored-solutions.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly levels?: number
  readonly checkPasses?: boolean
}

/** Exact operations → the same without multipliers, shared. */
export const run: ActionFunction = (task) => {
  const { levels, checkPasses } = params<Params>(task)
  const graph = decodeFixedGraph(new TextDecoder().decode(input(task, 'graph')))
  const solutions = new StoredSolutions(task.settings.solutions)
  const options = { levels, solutions, check: checkPasses === true }
  const optimized = new TextEncoder().encode(encodeFixedGraph(optimize(graph, options)))
  return Promise.resolve({ ok: true, value: new Map([['graph', optimized]]) })
}
