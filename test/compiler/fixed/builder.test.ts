import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../compiler/fixed/builder.js'
import { checkFixedGraph } from '../../../compiler/fixed/check.js'
import type { FixedGraph, FixedNode, NodeId } from '../../../compiler/fixed/graph.js'
import type { Interval } from '../../../compiler/fixed/interval.js'
import type { FixedType } from '../../../compiler/fixed/type.js'
import { suite } from '../../kit.js'

const test = suite('compiler/fixed/builder')

const S4: FixedType = { k: 1, i: 3, f: 0 }
const U4: FixedType = { k: 0, i: 4, f: 0 }

function builderOf(...types: FixedType[]): { builder: FixedGraphBuilder; nodes: readonly NodeId[] } {
  const builder = new FixedGraphBuilder()
  return { builder, nodes: builder.input('x', [types.length], types) }
}

function range(builder: FixedGraphBuilder, node: NodeId): string {
  const { low, high, fraction }: Interval = builder.intervalAt(node)
  return `${low}…${high}@${fraction}`
}

function finish(builder: FixedGraphBuilder, ...nodes: NodeId[]): FixedGraph {
  builder.output('y', [nodes.length], nodes)
  const graph = builder.finish()
  checkFixedGraph(graph)
  return graph
}

function kinds(graph: FixedGraph): FixedNode['kind'][] {
  return graph.nodes.map((node) => node.kind)
}

test('equal nodes are made once, also with operands swapped or scaled alike', () => {
  const { builder, nodes } = builderOf(S4, S4)
  const [a = 0, b = 0] = nodes
  const sum = builder.add(plain(a), plain(b))
  assert.is(builder.add(plain(b), plain(a)), sum)
  const scaled = builder.add({ node: b, shift: 3, negate: false }, { node: a, shift: 3, negate: false })
  assert.equal(builder.resolve(plain(scaled)), { node: sum, shift: 3, negate: false })
  const negated = builder.add({ node: b, shift: 0, negate: true }, { node: a, shift: 0, negate: true })
  assert.equal(builder.resolve(plain(negated)), { node: sum, shift: 0, negate: true })
})

test('an operand in several terms widens a sum once', () => {
  const { builder, nodes } = builderOf(S4)
  const [x = 0] = nodes
  const seven = builder.add({ node: x, shift: 3, negate: false }, { node: x, shift: 0, negate: true })
  assert.is(range(builder, seven), '-56…49@0')
  const zero = builder.add(plain(seven), { node: builder.multiplyConstant(x, 7n, 0), shift: 0, negate: true })
  assert.is(builder.nodeAt(zero).kind, 'constant')
  finish(builder, seven)
})

test('known values become constants, and unused nodes vanish', () => {
  const { builder, nodes } = builderOf(U4, { k: 1, i: -2, f: 1 })
  const [x = 0, pruned = 0] = nodes
  assert.is(builder.nodeAt(pruned).kind, 'constant')
  assert.is(builder.relu(x), x)
  assert.is(builder.nodeAt(builder.less(x, builder.constant(16n))).kind, 'constant')
  assert.is(builder.nodeAt(builder.relu(builder.negate(x))).kind, 'constant')
  assert.is(builder.cast(x, { k: 0, i: 5, f: 2 }), x)
  assert.is(builder.nodeAt(builder.cast(x, { k: 0, i: 0, f: 0 })).kind, 'constant')
  assert.equal(kinds(finish(builder, builder.multiplyConstant(x, 4n, 0))), ['input', 'input', 'scale'])
})

test('clipping and absolute values get the range they have', () => {
  const { builder, nodes } = builderOf(S4)
  const [x = 0] = nodes
  const clipped = builder.minimum(builder.maximum(x, builder.constant(-3n)), builder.constant(5n))
  assert.is(range(builder, clipped), '-3…5@0')
  const magnitude = builder.select(builder.less(x, builder.constant(0n)), builder.negate(x), x)
  assert.is(range(builder, magnitude), '0…8@0')
  finish(builder, clipped, magnitude)
})

test('scalings move to the users', () => {
  const { builder, nodes } = builderOf(S4)
  const [x = 0] = nodes
  const scaled = builder.scale({ node: x, shift: 2, negate: false })
  const rectified = builder.relu(scaled)
  assert.equal(builder.resolve(plain(rectified)), { node: builder.relu(x), shift: 2, negate: false })
  const cast = builder.cast(scaled, { k: 0, i: 4, f: -3 })
  assert.is(
    range(builder, cast),
    range(builder, builder.scale({ node: builder.cast(x, { k: 0, i: 2, f: -1 }), shift: 2, negate: false })),
  )
  assert.is(builder.less(scaled, builder.constant(4n)), builder.less(x, builder.constant(1n)))
  assert.is(builder.less(builder.negate(x), builder.constant(-2n)), builder.less(builder.constant(2n), x))
})

test('the checker finds what is wrong', () => {
  const { builder, nodes } = builderOf(S4, S4)
  const [a = 0, b = 0] = nodes
  const graph = finish(builder, builder.add(plain(a), plain(b)))
  const broken = (change: (node: FixedNode, id: number) => FixedNode): FixedGraph => ({
    ...graph,
    nodes: graph.nodes.map(change),
  })
  const narrower = broken((node) =>
    node.kind === 'add' ? { ...node, interval: { low: -15n, high: 14n, fraction: 0 } } : node,
  )
  assert.throws(() => checkFixedGraph(narrower), /does not hold/)
  const later = broken((node) => (node.kind === 'add' ? { ...node, left: plain(2) } : node))
  assert.throws(() => checkFixedGraph(later), /no earlier node/)
  const swapped = broken((node, id) => (node.kind === 'input' ? { ...node, element: 1 - id } : node))
  assert.throws(() => checkFixedGraph(swapped), /another node/)
  const sized = { ...graph, outputs: graph.outputs.map((port) => ({ ...port, shape: [3] })) }
  assert.throws(() => checkFixedGraph(sized), /has 1 elements, not 3/)
})
