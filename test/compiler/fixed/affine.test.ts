import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isWithin } from '../../../compiler/fixed/arithmetic.js'
import { FixedGraphBuilder, plain } from '../../../compiler/fixed/builder.js'
import type { FixedGraph, FixedNode } from '../../../compiler/fixed/graph.js'
import type { NodeFunction } from '../../../compiler/fixed/nodes.js'
import type { FixedType } from '../../../compiler/fixed/type.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { affineIntervals } from '../../fixtures/affine-intervals.js'
import { suite } from '../../kit.js'
import { randomPipeline } from '../../targets/random-pipeline.js'

const test = suite('compiler/fixed/affine')
const SEED = 12
const S4: FixedType = { k: 1, i: 3, f: 0 }

/** Nodes as they are, without the intervals that a builder would give them. */
function plainGraph(nodes: readonly NodeFunction[]): FixedGraph {
  const unknown = { low: -(1n << 40n), high: 1n << 40n, fraction: 0 }
  const all = nodes.map((node) => ({ ...node, interval: unknown, origin: '' }) as FixedNode)
  const inputs = all.flatMap((node, id) => (node.kind === 'input' ? [id] : []))
  return {
    nodes: all,
    inputs: [{ name: 'x', shape: [inputs.length], nodes: inputs }],
    outputs: [{ name: 'y', shape: [1], nodes: [all.length - 1] }],
  }
}

test('x - x is 0, and what adders share widens a sum once', () => {
  const x = { node: 0, shift: 0, negate: false }
  const graph = plainGraph([
    { kind: 'input', port: 0, element: 0, type: S4 },
    { kind: 'add', left: { ...x, shift: 3 }, right: { ...x, negate: true } },
    { kind: 'add', left: { ...x, node: 1 }, right: { ...x, shift: 3, negate: true } },
    { kind: 'add', left: { ...x, node: 2 }, right: x },
  ])
  assert.equal(affineIntervals(graph), [
    { low: -8n, high: 7n, fraction: 0 },
    { low: -56n, high: 49n, fraction: 0 },
    { low: -7n, high: 8n, fraction: 0 },
    { low: 0n, high: 0n, fraction: 0 },
  ])
})

test('what is not linear is a base of its own', () => {
  const builder = new FixedGraphBuilder()
  const [x = 0] = builder.input('x', [1], [S4])
  const positive = builder.relu(x)
  const negative = builder.relu(builder.negate(x))
  builder.output('y', [1], [builder.add(plain(positive), { node: negative, shift: 0, negate: true })])
  const graph = builder.finish()
  // It is x, but only a proof by cases would tell.
  assert.equal(affineIntervals(graph).at(-1), { low: -8n, high: 7n, fraction: 0 })
})

test(`it finds the intervals that building a graph gives, from operations alone (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const graph = optimize(randomPipeline(seed, { inputs: 5, nodes: 60, stages: 1 }).graph)
      const blank = graph.nodes.map((node) =>
        node.kind === 'constant' ? node : { ...node, interval: { low: 0n, high: 0n, fraction: 0 } },
      )
      for (const [id, interval] of affineIntervals({ ...graph, nodes: blank }).entries()) {
        const stated = graph.nodes[id]?.interval ?? interval
        assert.ok(isWithin(interval, stated), `node ${id}`)
      }
    }),
    { numRuns: 60, seed: SEED },
  )
})
