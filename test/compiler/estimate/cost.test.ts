import * as assert from 'uvu/assert'
import { nodeCosts } from '../../../compiler/estimate/cost.js'
import { hasTernaryAdders } from '../../../compiler/estimate/ternary-adders.js'
import { FixedGraphBuilder, plain } from '../../../compiler/fixed/builder.js'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import type { FixedType } from '../../../compiler/fixed/type.js'
import { suite } from '../../kit.js'

const test = suite('compiler/estimate/cost')

/** What the nodes of a graph cost together. */
function cost(build: (builder: FixedGraphBuilder, x: number, y: number) => number, types = [SIGNED, SIGNED]): number {
  const builder = new FixedGraphBuilder()
  const [x = 0, y = 0] = builder.input('x', [2], types)
  const out = build(builder, x, y)
  builder.output('y', [1], [out])
  return total(builder.finish())
}

function total(graph: FixedGraph): number {
  return nodeCosts(graph, true).reduce((sum, each) => sum + each, 0)
}

/** -8 … 7.75 in quarters. */
const SIGNED: FixedType = { k: 1, i: 3, f: 2 }
const UNSIGNED: FixedType = { k: 0, i: 3, f: 2 }

test('an adder costs its bits from the coarser lowest bit to the top of the greater operand, and one for a sign', () => {
  assert.is(
    cost((b, x, y) => b.add(plain(x), plain(y))),
    6,
  )
  assert.is(
    cost((b, x, y) => b.add(plain(x), { node: y, shift: 2, negate: false })),
    6,
  )
  assert.is(
    cost((b, x, y) => b.add(plain(x), plain(y)), [UNSIGNED, UNSIGNED]),
    5,
  )
  // 8 is one bit more than -8.
  assert.is(
    cost((b, x, y) => b.add(plain(x), { node: y, shift: 0, negate: true })),
    7,
  )
})

test('values without a common bit are put side by side for nothing', () => {
  assert.is(
    cost((b, x, y) => b.add(plain(x), { node: y, shift: 5, negate: false }), [UNSIGNED, SIGNED]),
    0,
  )
  assert.ok(cost((b, x, y) => b.add(plain(x), { node: y, shift: 5, negate: false })) > 0)
  assert.ok(
    cost(
      (b, x, y) => b.add({ node: x, shift: 0, negate: true }, { node: y, shift: 5, negate: false }),
      [UNSIGNED, SIGNED],
    ) > 0,
  )
})

test('choices, ReLU and comparisons share cells by two, products take one per pair of bits, wiring is free', () => {
  assert.is(
    cost((b, x) => b.relu(x)),
    2.5,
  )
  assert.is(
    cost((b, x, y) => b.less(x, y)),
    3,
  )
  assert.is(
    cost((b, x, y) => b.multiply(x, y)),
    36,
  )
  // Six inputs: two cells of five inputs for each pair of the four bits that squares up to 15 have.
  const squares = { low: -32, entries: Array.from({ length: 64 }, (_, n) => (n - 32) ** 2 % 16) }
  assert.is(
    cost((b, x) => b.lookup(x, { table: squares, grid: b.intervalAt(x).fraction, fraction: 0 })),
    4,
  )
  assert.is(
    cost((b, x) => b.cast(x, { k: 0, i: 1, f: 1 })),
    0,
  )
  assert.is(
    cost((b, x) => b.scale({ node: x, shift: 3, negate: false })),
    0,
  )
  assert.is(
    cost((b, x) => b.scale({ node: x, shift: 3, negate: true })),
    6,
  )
})

test('a sum of three costs a bit more than one of two, or two of these where the family has no such adder', () => {
  const builder = new FixedGraphBuilder()
  const [x = 0, y = 0, z = 0] = builder.input('x', [3], [UNSIGNED, UNSIGNED, UNSIGNED])
  builder.output('y', [1], [builder.sum([plain(x), plain(y), { node: z, shift: 2, negate: false }])])
  const sum = (ternaryAdders: boolean): number =>
    nodeCosts(builder.finish(), ternaryAdders).reduce((all, each) => all + each, 0)
  // From bit 0, where two overlap, to the top of the third one.
  assert.is(sum(true), 7 + 1)
  // x + y takes 5, and has a top of 4; from the lowest bit of z on it takes 5 more.
  assert.is(sum(false), 5 + 5)
  const gains = ['virtexuplus', 'kintexu', 'zynq', 'arria10'].map(hasTernaryAdders)
  assert.equal(gains, [true, true, true, true])
  assert.equal(['versalaicore', 'agilex7', 'stratix10', 'ecp5', 'ice40'].filter(hasTernaryAdders), [])
})

test('only optimized graphs have a cost', () => {
  const builder = new FixedGraphBuilder()
  const [x = 0, y = 0] = builder.input('x', [2], [SIGNED, SIGNED])
  const terms = [0, 1].flatMap((shift) => [x, y].map((node) => ({ node, shift, negate: false })))
  builder.output('y', [1], [builder.sum(terms)])
  assert.throws(() => nodeCosts(builder.finish(), true), /estimate optimized graphs/)
})
