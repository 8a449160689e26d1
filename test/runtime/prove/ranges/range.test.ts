import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../../compiler/fixed/builder.js'
import type { FixedGraph, NodeId } from '../../../../compiler/fixed/graph.js'
import { LinearRanges } from '../../../../runtime/prove/ranges/linear.js'
import { isInside, type Range, rangeByRule } from '../../../../runtime/prove/ranges/range.js'
import { suite } from '../../../kit.js'
import { evaluateReference } from '../../../targets/fixed-reference.js'
import { randomPipeline, randomVectors } from '../../../targets/random-pipeline.js'

const test = suite('runtime/prove/ranges')

function intervalsOf(graph: FixedGraph): (id: NodeId) => Range {
  return (id) => graph.nodes[id]?.interval ?? { low: 0n, high: 0n, fraction: 0 }
}

function holds(range: Range, integer: bigint, fraction: number): boolean {
  return isInside({ low: integer, high: integer, fraction }, range)
}

test('ranges by rule and by affine arithmetic hold every value that nodes take', () => {
  let tighter = 0
  for (let seed = 1; seed <= 40; seed++) {
    const { graph } = randomPipeline(seed, { inputs: 5, nodes: 80, stages: 1 })
    const known = intervalsOf(graph)
    const affine = [false, true].map((throughCasts) => new LinearRanges(graph, known, throughCasts))
    const ranges = graph.nodes.map((node, id) => {
      const rule = rangeByRule(node, known)
      const others = affine.flatMap((each) => each.rangeOf(id) ?? [])
      if (others.some((other) => isInside(other, rule) && !isInside(rule, other))) tighter++
      return [rule, ...others]
    })
    const all = { ...graph, outputs: [{ name: 'all', shape: [], nodes: graph.nodes.map((_, id) => id) }] }
    for (const inputs of randomVectors(graph, 40, seed)) {
      const [values = []] = evaluateReference(all, inputs)
      values.forEach((value, id) => {
        const fraction = graph.nodes[id]?.interval.fraction ?? 0
        for (const range of ranges[id] ?? []) assert.ok(holds(range, value, fraction), `seed ${seed}, node ${id}`)
      })
    }
  }
  assert.ok(tighter > 0, 'affine arithmetic is sometimes tighter than the rules')
})

test('the rules find the intervals of the compiler where operands are independent', () => {
  let checked = 0
  for (let seed = 1; seed <= 40; seed++) {
    const { graph } = randomPipeline(seed, { inputs: 5, nodes: 80, stages: 1 })
    for (const node of graph.nodes) {
      if (node.kind === 'select') continue
      assert.ok(isInside(rangeByRule(node, intervalsOf(graph)), node.interval), `seed ${seed}, ${node.kind}`)
      checked++
    }
  }
  assert.ok(checked > 1000)
})

test('what comes in twice with opposite signs cancels, through sums and through casts', () => {
  const builder = new FixedGraphBuilder()
  const [x = 0, y = 0] = builder.input(
    'x',
    [2],
    [
      { k: 1, i: 3, f: 2 },
      { k: 0, i: 4, f: 0 },
    ],
  )
  const sum = builder.add(plain(x), plain(y))
  const difference = builder.add(plain(sum), { node: x, shift: 0, negate: true })
  const floor = builder.cast(x, { k: 1, i: 3, f: 0 })
  const rest = builder.add(plain(x), { node: floor, shift: 0, negate: true })
  builder.output('y', [2], [difference, rest])
  const finished = builder.finish()
  const known = intervalsOf(finished)
  const [last = 0] = finished.outputs[0]?.nodes.slice(1) ?? []
  const plainRange = new LinearRanges(finished, known, false).rangeOf(last)
  const through = new LinearRanges(finished, known, true).rangeOf(last)
  // Fractions 0, 1/4, 1/2, 3/4 are left.
  assert.equal(through, { low: 0n, high: 3n, fraction: 2 })
  assert.ok(plainRange !== null && !isInside(plainRange, { low: 0n, high: 3n, fraction: 2 }))
})
