import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../../compiler/fixed/builder.js'
import { evaluateNodes } from '../../../../compiler/fixed/evaluate.js'
import type { FixedGraph, FixedNode, NodeId } from '../../../../compiler/fixed/graph.js'
import { mapOperands } from '../../../../compiler/fixed/nodes.js'
import type { FixedType } from '../../../../compiler/fixed/type.js'
import { checkEquivalence } from '../../../../compiler/optimize/equivalence/equivalence.js'
import { firstDifference, vectorsFor } from '../../../../compiler/optimize/equivalence/vectors.js'
import { checkPass, optimize } from '../../../../compiler/optimize/optimize.js'
import { copyNode, rebuild } from '../../../../compiler/optimize/rebuild.js'
import { TestRandom } from '../../../fixtures/calibrated.js'
import { suite } from '../../../kit.js'
import { randomPipeline } from '../../../targets/random-pipeline.js'

const test = suite('compiler/optimize/equivalence')
const SEED = 8
const S12: FixedType = { k: 1, i: 7, f: 4 }

/** A graph of four inputs, too wide to try all. */
function graphOf(make: (builder: FixedGraphBuilder, inputs: readonly NodeId[]) => NodeId): FixedGraph {
  const builder = new FixedGraphBuilder()
  const inputs = builder.input('x', [4], [S12, S12, S12, S12])
  builder.output('y', [1], [make(builder, inputs)])
  return builder.finish()
}

function proved(before: FixedGraph, after: FixedGraph): boolean {
  const { outputs, proved: count } = checkEquivalence(before, after)
  return outputs === count
}

test('sums are equal where their linear maps are, whatever their adders', () => {
  const left = graphOf((builder, [a = 0, b = 0, c = 0]) => {
    const sum = builder.add(plain(a), { node: b, shift: 2, negate: true })
    return builder.relu(builder.add(plain(sum), { node: c, shift: 1, negate: false }))
  })
  const right = graphOf((builder, [a = 0, b = 0, c = 0]) => {
    const rest = builder.add(plain(c), { node: b, shift: 1, negate: true })
    return builder.relu(builder.add(plain(a), { node: rest, shift: 1, negate: false }))
  })
  assert.ok(proved(left, right))
})

test('functions of one sum are compared on every value of it', () => {
  const clip = (raiseFirst: boolean): FixedGraph =>
    graphOf((builder, [a = 0, b = 0]) => {
      const sum = builder.add(plain(a), plain(b))
      const [low, high] = [builder.constant(-33n), builder.constant(21n)]
      if (raiseFirst) return builder.minimum(builder.maximum(sum, low), high)
      return builder.maximum(builder.minimum(sum, high), low)
    })
  assert.ok(proved(clip(true), clip(false)))
})

test('casts that an outer one makes superfluous do not matter', () => {
  const outer: FixedType = { k: 1, i: 2, f: 3 }
  const wrapped = (inner: FixedType | null): FixedGraph =>
    graphOf((builder, [a = 0, b = 0]) => {
      const cut = (node: NodeId): NodeId => (inner === null ? node : builder.cast(node, inner))
      return builder.cast(builder.add(plain(cut(a)), plain(cut(b))), outer)
    })
  assert.ok(proved(wrapped(null), wrapped({ k: 1, i: 3, f: 4 })))
  assert.throws(() => checkEquivalence(wrapped(null), wrapped({ k: 1, i: 3, f: 3 })), /output "y"\[0\] differs for "x"/)
})

test('a difference in one value of many is told with the inputs that show it', () => {
  const rounded = (half: bigint): FixedGraph =>
    graphOf((builder, [a = 0]) =>
      builder.cast(builder.add(plain(a), plain(builder.constant(half, -4))), { ...S12, f: 0 }),
    )
  assert.throws(() => checkEquivalence(rounded(8n), rounded(7n)), /differs for "x" = \[/)
})

test('passes that are wrong are caught, by name', () => {
  const graph = graphOf((builder, [a = 0, b = 0]) => {
    const rectified = builder.relu(builder.add(plain(a), { node: b, shift: 0, negate: true }))
    return builder.cast(builder.cast(rectified, { k: 1, i: 4, f: 2 }), { k: 1, i: 6, f: 1 })
  })
  const wrong: readonly (readonly [string, (node: FixedNode) => FixedNode])[] = [
    ['sign', (node) => (node.kind === 'add' ? { ...node, right: { ...node.right, negate: false } } : node)],
    ['type', (node) => (node.kind === 'cast' ? { ...node, type: { ...node.type, f: node.type.f - 1 } } : node)],
    ['wrap', (node) => (node.kind === 'cast' ? { ...node, type: { ...node.type, i: 7 } } : node)],
  ]
  for (const [name, change] of wrong) {
    const broken = rebuild(graph, (node, _, rebuilt) => copyNode(change(node), rebuilt))
    assert.throws(() => checkPass(name, graph, broken), new RegExp(`pass "${name}" is wrong`), name)
  }
  const unrectified = rebuild(graph, (node, _, rebuilt) =>
    node.kind === 'relu' ? rebuilt.newOf(node.node) : copyNode(node, rebuilt),
  )
  assert.throws(() => checkPass('relu', graph, unrectified), /the pass "relu" is wrong/)
  const narrow = {
    ...graph,
    nodes: graph.nodes.map((node) =>
      node.kind === 'add' ? { ...node, interval: { ...node.interval, high: node.interval.high - 1n } } : node,
    ),
  }
  assert.throws(() => checkPass('interval', graph, narrow), /does not hold/)
})

/** One node changed, in one of the ways in which a pass may go wrong. */
function mutated(graph: FixedGraph, random: TestRandom): FixedGraph {
  const at = random.integer(0, graph.nodes.length - 1)
  return rebuild(graph, (node, id, rebuilt) => copyNode(id === at ? mutation(node, id, random) : node, rebuilt))
}

function mutation(node: FixedNode, id: NodeId, random: TestRandom): FixedNode {
  switch (node.kind) {
    case 'add':
      return random.unit() < 0.5
        ? { ...node, right: { ...node.right, negate: !node.right.negate } }
        : { ...node, left: { ...node.left, shift: node.left.shift + 1 } }
    case 'scale':
      return { ...node, term: { ...node.term, shift: node.term.shift - 1 } }
    case 'cast':
      return { ...node, type: { ...node.type, i: node.type.i - random.integer(0, 1), f: node.type.f - 1 } }
    case 'less':
      return { ...node, left: node.right, right: node.left }
    case 'select':
      return { ...node, whenTrue: node.whenFalse, whenFalse: node.whenTrue }
    default:
      return mapOperands(node, (operand) => random.integer(0, Math.min(operand, id - 1)))
  }
}

test(`whatever changes an output on a thousand rows is caught, and nothing else is (seed ${SEED})`, () => {
  let [caught, harmless] = [0, 0]
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const graph = optimize(randomPipeline(seed, { inputs: 6, nodes: 60, stages: 1, widest: 30 }).graph)
      const changed = mutated(graph, new TestRandom(seed))
      const { codes } = vectorsFor(graph, 1000)
      const [before, after] = [evaluateNodes(graph, codes), evaluateNodes(changed, codes)]
      const differs = graph.outputs.some((port, index) =>
        port.nodes.some((id, element) => {
          const [left, right] = [before[id], after[changed.outputs[index]?.nodes[element] ?? -1]]
          return left === undefined || right === undefined || firstDifference(left, right) >= 0
        }),
      )
      if (differs) {
        caught++
        assert.throws(() => checkPass('mutation', graph, changed))
      } else {
        harmless++
        checkPass('mutation', graph, changed)
      }
    }),
    { numRuns: 60, seed: SEED },
  )
  assert.ok(caught >= 20 && harmless >= 1, `${caught} caught, ${harmless} harmless`)
})
