import { decodeFixedGraph, encodeFixedGraph } from '../../../compiler/fixed/serialize.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { input, params } from '../inputs.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly checkPasses?: boolean
}

/** Exact operations → the same without multipliers, shared. */
export const run: ActionFunction = (task) => {
  const { checkPasses } = params<Params>(task)
  const graph = decodeFixedGraph(new TextDecoder().decode(input(task, 'graph')))
  const optimized = new TextEncoder().encode(encodeFixedGraph(optimize(graph, { check: checkPasses === true })))
  return Promise.resolve({ ok: true, value: new Map([['graph', optimized]]) })
}
