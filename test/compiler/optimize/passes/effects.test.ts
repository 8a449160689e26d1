import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../../compiler/fixed/builder.js'
import type { FixedGraph, FixedNode, NodeId } from '../../../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../../../compiler/fixed/interval.js'
import { type FixedType, widthOf } from '../../../../compiler/fixed/type.js'
import { narrowComparisons } from '../../../../compiler/optimize/passes/comparisons.js'
import { dropUnreadBits } from '../../../../compiler/optimize/passes/demand.js'
import { orderByLiveRange } from '../../../../compiler/optimize/passes/order.js'
import { mergeQuantizers } from '../../../../compiler/optimize/passes/quantizers.js'
import { roundBeforeRelu } from '../../../../compiler/optimize/passes/rounding.js'
import { shareEqualSums } from '../../../../compiler/optimize/passes/sharing.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/passes, what each saves')
const S8: FixedType = { k: 1, i: 7, f: 0 }

function graphOf(make: (builder: FixedGraphBuilder, inputs: readonly NodeId[]) => readonly NodeId[]): FixedGraph {
  const builder = new FixedGraphBuilder()
  const outputs = make(builder, builder.input('x', [4], [S8, S8, S8, S8]))
  builder.output('y', [outputs.length], outputs)
  return builder.finish()
}

function widths(graph: FixedGraph, kind: FixedNode['kind']): readonly number[] {
  return graph.nodes.filter((node) => node.kind === kind).map((node) => widthOf(typeOfInterval(node.interval)))
}

test('the half that rounding adds moves in front of a rectifier, to the bias', () => {
  const graph = graphOf((builder, [a = 0]) => {
    const rectified = builder.relu(builder.add(plain(a), plain(builder.constant(5n))))
    return [builder.cast(builder.add(plain(rectified), plain(builder.constant(2n))), { k: 1, i: 5, f: -2 })]
  })
  const made = roundBeforeRelu(graph)
  assert.equal(widths(graph, 'relu'), [8])
  assert.equal(widths(made, 'relu'), [6])
})

test('a cast of a cast is one cast', () => {
  const graph = graphOf((builder, [a = 0]) => [
    builder.cast(builder.cast(a, { k: 1, i: 7, f: -2 }), { k: 1, i: 4, f: -2 }),
  ])
  assert.is(widths(graph, 'cast').length, 2)
  assert.is(widths(mergeQuantizers(graph), 'cast').length, 1)
})

test('clipping at 2^n - 1 compares with 2^n', () => {
  const graph = graphOf((builder, [a = 0]) => [builder.minimum(a, builder.constant(31n))])
  const made = narrowComparisons(graph)
  const test = made.nodes.find((node) => node.kind === 'less')
  if (test?.kind !== 'less') throw new Error('no comparison')
  // Of eight bits the three from 2^5 upwards.
  assert.is(widthOf(typeOfInterval(made.nodes[test.left]?.interval ?? test.interval)), 3)
  assert.equal(widths(made, 'select'), widths(graph, 'select'))
})

test('b - a is a - b subtracted, and equal sums are one, whatever their adders', () => {
  const graph = graphOf((builder, [a = 0, b = 0, c = 0, d = 0]) => {
    const minus = (x: NodeId, y: NodeId): NodeId => builder.add(plain(x), { node: y, shift: 0, negate: true })
    const plus = (x: NodeId, y: NodeId): NodeId => builder.add(plain(x), plain(y))
    return [plus(c, minus(a, b)), plus(d, minus(b, a)), plus(plus(a, b), c), builder.relu(plus(a, plus(b, c)))]
  })
  assert.is(widths(graph, 'add').length, 8)
  assert.is(widths(shareEqualSums(graph), 'add').length, 5)
})

test('adders are cut where casts drop what they carry', () => {
  const graph = graphOf((builder, [a = 0, b = 0, c = 0]) => {
    const sum = builder.add({ node: a, shift: 3, negate: false }, plain(b))
    return [builder.cast(builder.add(plain(sum), plain(c)), { k: 1, i: 3, f: 0 })]
  })
  assert.equal(widths(graph, 'add'), [12, 12])
  assert.ok(widths(dropUnreadBits(graph), 'add').every((width) => width <= 5))
})

test('what belongs to one output stands together', () => {
  const graph = graphOf((builder, inputs) => {
    const first = inputs.map((x) => builder.add(plain(x), plain(builder.constant(3n))))
    const second = first.map((x) => builder.relu(x))
    return second.map((x) => builder.add(plain(x), plain(builder.constant(9n))))
  })
  const kinds = orderByLiveRange(graph)
    .nodes.map((node) => node.kind)
    .filter((kind) => kind === 'add' || kind === 'relu')
  assert.equal(kinds, Array.from({ length: 4 }, () => ['add', 'relu', 'add']).flat())
})
