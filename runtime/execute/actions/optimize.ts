import { decodeFixedGraph, encodeFixedGraph } from '../../../compiler/fixed/serialize.js'
import type { AdderOptions } from '../../../compiler/optimize/contractions.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

/** Exact operations → the same without multipliers, shared. */
export const run: ActionFunction = (task) => {
  const graph = decodeFixedGraph(new TextDecoder().decode(input(task, 'graph')))
  const optimized = new TextEncoder().encode(encodeFixedGraph(optimize(graph, undefined, params<AdderOptions>(task))))
  return Promise.resolve({ ok: true, value: new Map([['graph', optimized]]) })
}
