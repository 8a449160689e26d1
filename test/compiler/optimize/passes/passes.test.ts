import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isWithin } from '../../../../compiler/fixed/arithmetic.js'
import { checkFixedGraph } from '../../../../compiler/fixed/check.js'
import { numberOf } from '../../../../compiler/fixed/dyadic.js'
import { evaluateNodes } from '../../../../compiler/fixed/evaluate.js'
import type { FixedGraph } from '../../../../compiler/fixed/graph.js'
import { encodeFixedGraph } from '../../../../compiler/fixed/serialize.js'
import { vectorsFor } from '../../../../compiler/optimize/equivalence/vectors.js'
import { checkPass, optimize, passes } from '../../../../compiler/optimize/optimize.js'
import { clean } from '../../../../compiler/optimize/passes/clean.js'
import { emulate } from '../../../../runtime/emulate/emulate.js'
import { affineIntervals } from '../../../fixtures/affine-intervals.js'
import { suite } from '../../../kit.js'
import { randomPipeline } from '../../../targets/random-pipeline.js'

const test = suite('compiler/optimize/passes')
const SEED = 31

/** What rearranges sums may find another arrangement when it runs again. */
const REARRANGING = new Set(['gather sums', 'solve contractions', 'expand sums'])

function randomGraph(seed: number): FixedGraph {
  return randomPipeline(seed, { inputs: 5, nodes: 50, stages: 1, widest: 32 }).graph
}

/** Corner and random rows of inputs, as reals. */
function inputsOf(graph: FixedGraph, rows: number): { inputs: Map<string, Float64Array>; rows: number } {
  const vectors = vectorsFor(graph, rows)
  const inputs = new Map(
    graph.inputs.map((port, index) => {
      const values = new Float64Array(vectors.rows * port.nodes.length)
      for (const [element, id] of port.nodes.entries()) {
        const node = graph.nodes[id]
        if (node?.kind !== 'input') throw new Error('no input')
        for (let row = 0; row < vectors.rows; row++) {
          const code = vectors.codes[index]?.[element]?.[row] ?? 0n
          values[row * port.nodes.length + element] = numberOf(code, -node.type.f)
        }
      }
      return [port.name, values]
    }),
  )
  return { inputs, rows: vectors.rows }
}

function sameOutputs(before: FixedGraph, after: FixedGraph): void {
  const { inputs, rows } = inputsOf(before, 100)
  const expected = emulate(before, inputs, rows)
  for (const [name, found] of emulate(after, inputs, rows)) assert.equal([...found], [...(expected.get(name) ?? [])])
}

/** Every node's values on trial rows lie within its interval. */
function holdsValues(graph: FixedGraph): void {
  const { codes } = vectorsFor(graph, 60)
  for (const [id, column] of evaluateNodes(graph, codes).entries()) {
    const interval = graph.nodes[id]?.interval
    if (interval === undefined) throw new Error('no node')
    const [low, high] = [interval.low, interval.high]
    for (const code of column.codes) {
      const value = onGrid(code, column.fraction, interval.fraction)
      assert.ok(value !== null && value >= low && value <= high, `node ${id}: ${code}`)
    }
  }
}

/** The value counted on another grid; null where it does not lie on it. */
function onGrid(code: bigint, fraction: number, grid: number): bigint | null {
  if (grid >= fraction) return code << BigInt(grid - fraction)
  const bits = BigInt(fraction - grid)
  return (code >> bits) << bits === code ? code >> bits : null
}

for (const { name, run } of new Map(passes.map((pass) => [pass.name, pass])).values()) {
  test(`"${name}" keeps outputs bit for bit, gives intervals that hold, and is proved to (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const graph = randomGraph(seed)
        const made = run(clean(graph), {})
        sameOutputs(graph, made)
        holdsValues(made)
        checkPass(name, graph, made)
      }),
      { numRuns: 25, seed: SEED },
    )
  })
  if (REARRANGING.has(name)) continue
  test(`"${name}" leaves nothing for itself (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const made = run(clean(randomGraph(seed)), {})
        assert.is(encodeFixedGraph(run(made, {})), encodeFixedGraph(made))
      }),
      { numRuns: 40, seed: SEED },
    )
  })
}

test(`all passes together keep outputs, and intervals are those of an independent account (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const graph = randomGraph(seed)
      const made = optimize(graph, { check: true })
      checkFixedGraph(made)
      sameOutputs(graph, made)
      for (const [id, interval] of affineIntervals(made).entries()) {
        assert.ok(isWithin(interval, made.nodes[id]?.interval ?? interval), `node ${id}`)
      }
    }),
    { numRuns: 40, seed: SEED },
  )
})
