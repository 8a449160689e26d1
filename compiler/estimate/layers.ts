import { bitGroups } from '../schedule/bits.js'
import { outputsAt, type Pipeline } from '../schedule/pipeline.js'
import { lastUse } from '../schedule/timing.js'
import { nodeCosts } from './cost.js'

/** What one layer of a network brings into a design, before any tool has seen it. */
export interface LayerCost {
  /** Path of the operation that its nodes belong to: `station[0]/dense[0]`; empty for those of none. */
  readonly layer: string
  /** Of its nodes, see `nodeCosts`. */
  readonly cost: number
  /** Bits of its values that are registered, over all stage boundaries, see `bitGroups`. */
  readonly registerBits: number
}

/**
 * The layers of a design in the order in which its nodes come, and nothing of those that cost nothing. `ternaryAdders`:
 * whether its family has three-input adders.
 */
export function layerCosts(pipeline: Pipeline, ternaryAdders: boolean): readonly LayerCost[] {
  const { graph, stageOf, registers } = pipeline
  const costs = nodeCosts(graph, ternaryAdders)
  const layers = new Map<string, { cost: number; registerBits: number }>()
  for (const [id, node] of graph.nodes.entries()) {
    const layer = layers.get(node.origin) ?? { cost: 0, registerBits: 0 }
    layer.cost += costs[id] ?? 0
    layers.set(node.origin, layer)
  }
  for (const group of bitGroups(graph)) {
    const layer = layers.get(graph.nodes[group.maker]?.origin ?? '')
    const boundaries = lastUse(group, stageOf, outputsAt(pipeline)) - (stageOf[group.maker] ?? 0)
    if (layer !== undefined) layer.registerBits += group.width * boundaries * registers.layers
  }
  return [...layers]
    .map(([layer, sums]) => ({ layer, ...sums }))
    .filter(({ cost, registerBits }) => cost > 0 || registerBits > 0)
}

/**
 * A whole number of things divided by weights: whole parts whose sum is `total`, each within one of its exact share (the
 * largest remainders are rounded up, of equal ones the first). Weights that are all 0 divide it evenly.
 */
export function apportion(total: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0)
  const shares = weights.map((weight) => (total * (sum === 0 ? 1 : weight)) / (sum === 0 ? weights.length : sum))
  const parts = shares.map(Math.floor)
  const left = total - parts.reduce((all, part) => all + part, 0)
  const order = shares.map((share, index) => ({ index, remainder: share - Math.floor(share) }))
  order.sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of order.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1
  return parts
}
