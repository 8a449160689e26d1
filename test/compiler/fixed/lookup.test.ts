import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../compiler/fixed/builder.js'
import { checkFixedGraph } from '../../../compiler/fixed/check.js'
import { evaluateNodes } from '../../../compiler/fixed/evaluate.js'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import { coveringLookup } from '../../../compiler/fixed/lookup.js'
import { decodeFixedGraph, encodeFixedGraph } from '../../../compiler/fixed/serialize.js'
import { checkEquivalence } from '../../../compiler/optimize/equivalence/equivalence.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { mergeQuantizers } from '../../../compiler/optimize/passes/quantizers.js'
import { TestRandom } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'

const test = suite('compiler/fixed/lookup')
const SEED = 11

function finish(builder: FixedGraphBuilder, nodes: readonly number[]): FixedGraph {
  builder.output('y', [nodes.length], nodes)
  const graph = builder.finish()
  checkFixedGraph(graph)
  return graph
}

const lookups = (graph: FixedGraph) => graph.nodes.filter((node) => node.kind === 'lookup')

test(`a look-up of ±x · 2^s has the value that the table says, for every x (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = new TestRandom(seed)
      const [k, f, width] = [random.pick([0, 1] as const), random.integer(-3, 4), random.integer(1, 6)]
      const builder = new FixedGraphBuilder()
      const [x = 0] = builder.input('x', [1], [{ k, f, i: width - k - f }])
      const [shift, negate, finer] = [random.integer(-3, 3), random.unit() < 0.5, random.integer(0, 2)]
      const operand = builder.scale({ node: x, shift, negate })
      // The table may be wider and finer than the operand.
      const grid = f - shift + finer
      const reach = 2 ** (width + finer) + random.integer(0, 5)
      const entries = Array.from({ length: 2 * reach + 1 }, () => random.integer(-9, 9) * random.pick([1, 4]))
      const fraction = random.integer(-2, 5)
      const node = builder.lookup(operand, { table: { low: -reach, entries }, grid, fraction })
      const graph = finish(builder, [node])
      const { low, high } = builder.intervalAt(x)
      const codes = Array.from({ length: Number(high - low) + 1 }, (_, n) => low + BigInt(n))
      const found = evaluateNodes(graph, [[codes]])[graph.outputs[0]?.nodes[0] ?? -1]
      const values = codes.map((code) => {
        const real = (negate ? -1 : 1) * Number(code) * 2 ** (shift - f)
        return (entries[real * 2 ** grid + reach] ?? Number.NaN) * 2 ** -fraction
      })
      assert.equal(
        found?.codes.map((code) => Number(code) * 2 ** -(found.fraction ?? 0)),
        values.map((value) => value + 0),
      )
      // The interval is the exact hull.
      const interval = graph.nodes[graph.outputs[0]?.nodes[0] ?? -1]?.interval
      assert.is(Number(interval?.low) * 2 ** -(interval?.fraction ?? 0), Math.min(...values) + 0)
      assert.is(Number(interval?.high) * 2 ** -(interval?.fraction ?? 0), Math.max(...values) + 0)
      assert.equal(decodeFixedGraph(encodeFixedGraph(graph)), graph)
    }),
    { numRuns: 200, seed: SEED },
  )
})

test('a constant table is a constant, a line of a power of two wiring, a long line with an offset an adder', () => {
  const builder = new FixedGraphBuilder()
  const [x = 0, wide = 0] = builder.input(
    'x',
    [2],
    [
      { k: 1, i: 3, f: 0 },
      { k: 0, i: 8, f: 0 },
    ],
  )
  const of = (node: number, low: number, size: number, entry: (x: number) => number): number => {
    const table = { low, entries: Array.from({ length: size }, (_, n) => entry(low + n)) }
    return builder.lookup(node, { table, grid: 0, fraction: 2 })
  }
  assert.is(builder.nodeAt(of(x, -8, 16, () => 7)).kind, 'constant')
  assert.is(
    of(x, -8, 16, (v) => 4 * v),
    x,
  )
  assert.is(
    of(x, -8, 16, (v) => -2 * v),
    builder.scale({ node: x, shift: -1, negate: true }),
  )
  assert.is(builder.nodeAt(of(wide, 0, 256, (v) => 4 * v + 4)).kind, 'add')
  assert.is(builder.nodeAt(of(x, -8, 16, (v) => 4 * v + 4)).kind, 'lookup')
})

test('equal contents are one table, whatever the binary points, and only what the operand reaches is kept', () => {
  const builder = new FixedGraphBuilder()
  const [a = 0, b = 0] = builder.input(
    'x',
    [2],
    [
      { k: 0, i: 3, f: 0 },
      { k: 0, i: 1, f: 2 },
    ],
  )
  const entries = Array.from({ length: 64 }, (_, n) => (n * n) % 11)
  const [first, second] = [
    builder.lookup(a, { table: { low: -8, entries }, grid: 0, fraction: 0 }),
    builder.lookup(b, { table: { low: -8, entries: [...entries] }, grid: 2, fraction: 3 }),
  ]
  const graph = finish(builder, [first, second])
  const [one, two] = lookups(graph)
  assert.is(one?.table, two?.table)
  assert.is(one?.table.entries.length, 8)
  assert.is((encodeFixedGraph(graph).match(/^\[0,\[/gm) ?? []).length, 1)
})

test('a tighter operand makes a smaller table when the graph is optimized, and the function is proved the same', () => {
  const builder = new FixedGraphBuilder()
  const [x = 0, y = 0] = builder.input(
    'x',
    [2],
    [
      { k: 1, i: 3, f: 0 },
      { k: 1, i: 3, f: 0 },
    ],
  )
  const entries = Array.from({ length: 64 }, (_, n) => (n * n) % 13)
  const node = builder.lookup(builder.relu(x), { table: { low: -32, entries }, grid: 0, fraction: 1 })
  const graph = finish(builder, [builder.add(plain(node), plain(y)), node])
  const optimized = optimize(graph, { check: true })
  const [found] = lookups(optimized)
  assert.is(found?.table.entries.length, 8)
  const { outputs, proved } = checkEquivalence(graph, optimized)
  assert.is(proved, outputs)
})

test('a wrong entry is found', () => {
  const graphOf = (entry: number): FixedGraph => {
    const builder = new FixedGraphBuilder()
    const [x = 0] = builder.input('x', [1], [{ k: 0, i: 4, f: 0 }])
    const entries = Array.from({ length: 16 }, (_, n) => (n === 9 ? entry : (n * n) % 13))
    return finish(builder, [builder.lookup(x, { table: { low: 0, entries }, grid: 0, fraction: 0 })])
  }
  assert.throws(() => checkEquivalence(graphOf(3), graphOf(4)), /output "y"\[0\] differs for "x" = \[9\]/)
})

test('a table without an entry for a value of its operand is refused', () => {
  const builder = new FixedGraphBuilder()
  const [x = 0] = builder.input('x', [1], [{ k: 1, i: 3, f: 0 }])
  const short = { table: { low: 0, entries: [1, 2, 3] }, grid: 0, fraction: 0 }
  assert.throws(() => builder.lookup(x, short), /has none for -8 … 7/)
  assert.throws(() => builder.lookup(x, { ...short, grid: -1 }), /on the grid 2\^-0 of a table on 2\^--1/)
})

test('a pass after which less is known of an operand leaves the table what it was', () => {
  const builder = new FixedGraphBuilder()
  const [x = 0] = builder.input('x', [1], [{ k: 1, i: 3, f: 4 }])
  const rounded = builder.cast(x, { k: 1, i: 2, f: 3 })
  const least = builder.constant(-3n, 0)
  // At most -3, which is seen as long as the comparison reads the value that is chosen; merged casts read another.
  const isLess = builder.less(builder.cast(rounded, { k: 1, i: 2, f: 0 }), least)
  const bounded = builder.select(isLess, rounded, least)
  const operand = builder.cast(bounded, { k: 1, i: 1, f: 1 })
  const entries = Array.from({ length: 33 }, (_, entry) => (entry * entry) % 7)
  const graph = finish(builder, [builder.lookup(operand, { table: { low: -16, entries }, grid: 1, fraction: 1 })])
  const known = lookups(graph).map((node) => node.kind === 'lookup' && node.table.entries.length)
  const merged = mergeQuantizers(graph)
  checkFixedGraph(merged)
  assert.is(checkEquivalence(graph, merged).proved, 1)
  const left = lookups(merged).map((node) => node.kind === 'lookup' && node.table.entries.length)
  assert.ok(Number(left[0]) > Number(known[0]))
})

test('a table covers an interval that is wider than what it was cut down to', () => {
  const lookup = { table: { low: 0, entries: [5, 6, 7, 9] }, grid: 1, fraction: 0 }
  const wider = coveringLookup(lookup, { low: -1n, high: 2n, fraction: 0 })
  assert.equal(wider.table, { low: -2, entries: [5, 5, 5, 6, 7, 9, 9] })
  assert.is(coveringLookup(lookup, { low: 0n, high: 1n, fraction: 0 }), lookup)
})
