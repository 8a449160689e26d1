import { decodeFixedGraph, encodeFixedGraph } from '../../../compiler/fixed/serialize.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { input } from '../inputs.js'
import { StoredSolutions } from '../stored-solutions.js'
import type { ActionFunction } from '../task.js'

/** Exact operations → the same without multipliers, shared. */
export const run: ActionFunction = (task) => {
  const graph = decodeFixedGraph(new TextDecoder().decode(input(task, 'graph')))
  const solutions = new StoredSolutions(task.settings.solutions)
  const optimized = new TextEncoder().encode(encodeFixedGraph(optimize(graph, { solutions })))
  return Promise.resolve({ ok: true, value: new Map([['graph', optimized]]) })
}
