import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../../compiler/fixed/builder.js'
import type { FixedGraph, NodeId } from '../../../../compiler/fixed/graph.js'
import type { FixedType } from '../../../../compiler/fixed/type.js'
import { BOUNDS, type Bounds } from '../../../../compiler/optimize/contractions/bounds.js'
import { solveContractions } from '../../../../compiler/optimize/contractions/contractions.js'
import { checkEquivalence } from '../../../../compiler/optimize/equivalence/equivalence.js'
import { expandSums } from '../../../../compiler/optimize/expand.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/contractions/level')

type Factors = readonly (readonly [input: number, factor: number])[]

/** An output for each list of factors, of inputs that are what `prepare` makes of an input of the graph. */
function sums(
  types: readonly FixedType[],
  columns: readonly Factors[],
  prepare: (builder: FixedGraphBuilder, input: NodeId, n: number) => NodeId = (_, input) => input,
): FixedGraph {
  const builder = new FixedGraphBuilder()
  const inputs = builder.input('x', [types.length], types).map((input, n) => prepare(builder, input, n))
  const outputs = columns.map((factors) =>
    builder.sum(factors.map(([n, factor]) => plain(builder.multiplyConstant(inputs[n] as NodeId, BigInt(factor), 0)))),
  )
  builder.output('y', [outputs.length], outputs)
  return builder.finish()
}

/** The graph with the solver's adders, proved; how many sums were left alone, and the columns of each problem. */
function solved(graph: FixedGraph, bounds: Bounds = BOUNDS): { readonly left: number; readonly columns: number[] } {
  const columns: number[] = []
  const keep = (problem: string): void => {
    columns.push((JSON.parse(problem) as { kernel: number[][] }).kernel[0]?.length ?? 0)
  }
  const made = solveContractions(graph, { solutions: { find: () => null, keep } }, bounds)
  const { outputs, proved } = checkEquivalence(expandSums(graph), expandSums(made))
  assert.is(proved, outputs)
  return { left: made.nodes.filter(({ kind }) => kind === 'sum').length, columns }
}

const narrow: FixedType = { k: 1, i: 3, f: 0 }
const wide: FixedType = { k: 1, i: 24, f: 0 }
const fine: FixedType = { k: 1, i: 3, f: 30 }

test('sums that the solver takes apart and not together are solved apart', () => {
  const columns = [
    [
      [0, 45],
      [1, 77],
      [2, 13],
    ],
    [
      [0, 45],
      [1, 77],
      [2, 9],
    ],
    [
      [2, 21],
      [3, 45],
      [4, 77],
    ],
  ] as const
  const types = [wide, wide, narrow, fine, fine]
  for (const one of columns) assert.equal(solved(sums(types, [one])), { left: 0, columns: [1] })
  assert.equal(solved(sums(types, columns)), { left: 0, columns: [2, 1] })
})

test('a sum that the solver does not take is the only one that is left', () => {
  const window = (at: number, factors: readonly number[]): Factors =>
    factors.map((factor, n) => [at + n, factor] as const)
  const columns = Array.from({ length: 12 }, (_, at) => [window(at, [5, 7, 11]), window(at, [13, 3, 9])]).flat()
  // As many bits before the point as behind it: 54 together.
  const types = Array.from({ length: 14 }, (_, n) => (n === 5 ? ({ k: 1, i: 24, f: 30 } as const) : narrow))
  const graph = sums(types, columns)
  for (const bounds of [BOUNDS, { ...BOUNDS, jointPairs: 0, tilePairs: 60 }]) assert.is(solved(graph, bounds).left, 6)
})

test('positions for which the common adder graph is too late share one with those whose inputs arrive alike', () => {
  const [windows, length] = [6, 12]
  const factors = [37, 91, 55, 77, 43, 109, 29, 87, 53, 75, 45, 107]
  const columns = Array.from({ length: windows }, (_, w) =>
    factors.map((factor, n) => [w * length + n, factor] as const),
  )
  const types = Array.from({ length: windows * length }, (_, n) => ({ k: 1, i: 3 + ((n * 7) % 5), f: 0 }) as const)
  // Element after element of every other window comes later.
  const late = (builder: FixedGraphBuilder, input: NodeId, n: number): NodeId => {
    let value = input
    const levels = n % (2 * length) < length ? 2 * (n % length) : 0
    for (let level = 0; level < levels; level++) {
      value = builder.relu(builder.add(plain(value), { node: input, shift: 1, negate: false }))
    }
    return value
  }
  const graph = sums(types, columns, late)
  // One for all, and one for those that are early.
  assert.is(solved(graph, { ...BOUNDS, effort: 0 }).columns.length, 2)
})
