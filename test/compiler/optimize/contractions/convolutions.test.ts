import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { checkFixedGraph } from '../../../../compiler/fixed/check.js'
import type { FixedGraph } from '../../../../compiler/fixed/graph.js'
import { encodeFixedGraph } from '../../../../compiler/fixed/serialize.js'
import { lower } from '../../../../compiler/lower/lower.js'
import { BOUNDS, type Bounds } from '../../../../compiler/optimize/contractions/bounds.js'
import { solveContractions } from '../../../../compiler/optimize/contractions/contractions.js'
import { checkEquivalence } from '../../../../compiler/optimize/equivalence/equivalence.js'
import { expandSums } from '../../../../compiler/optimize/expand.js'
import { gatherSums } from '../../../../compiler/optimize/gather.js'
import { adderDepth } from '../../../fixtures/adder-depth.js'
import { type RandomConvolution, randomConvolution } from '../../../fixtures/convolution.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/contractions/convolutions')
const SEED = 31

const WHOLE: Bounds = { ...BOUNDS, jointPairs: Number.POSITIVE_INFINITY }
const APART: Bounds = { ...BOUNDS, jointPairs: 0 }

/** As the solver of contractions finds it. */
function gathered(seed: number, of: RandomConvolution): FixedGraph {
  const lowered = lower(randomConvolution(seed, of))
  if (!lowered.ok) throw new Error(lowered.error.message)
  return gatherSums(lowered.value)
}

interface Counted {
  readonly graph: FixedGraph
  /** So many problems were solved. */
  readonly problems: number
}

function solved(graph: FixedGraph, bounds: Bounds, levels?: number): Counted {
  let problems = 0
  const solutions = { find: () => null, keep: () => problems++ }
  return { graph: solveContractions(graph, { solutions, levels }, bounds), problems }
}

function adders(graph: FixedGraph): number {
  return graph.nodes.filter(({ kind }) => kind === 'add').length
}

const along = fc.record({
  length: fc.integer({ min: 3, max: 9 }),
  window: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 2 }),
})

const convolutions = fc
  .record({
    axes: fc.array(along, { minLength: 1, maxLength: 2 }),
    channels: fc.integer({ min: 1, max: 3 }),
    filters: fc.integer({ min: 1, max: 4 }),
    padding: fc.constantFrom('valid' as const, 'same' as const),
    widths: fc.constantFrom('shared' as const, 'position' as const),
    pruned: fc.constantFrom(0, 0.3, 0.8),
  })
  .map(({ axes, channels, padding, ...rest }): RandomConvolution => {
    const fits = axes.every(({ length, window, dilation }) => (window - 1) * dilation < length)
    return {
      ...rest,
      input: [...axes.map(({ length }) => length), channels],
      window: axes.map(({ window }) => window),
      strides: axes.map(({ stride }) => stride),
      dilation: axes.map(({ dilation }) => dilation),
      padding: fits ? padding : 'same',
    }
  })

const bounds = fc.record({
  tilePairs: fc.constantFrom(0, 300, 3000),
  effort: fc.constantFrom(0, 20_000, BOUNDS.effort),
  rows: fc.constantFrom(20, 256),
  columns: fc.constantFrom(7, 256),
})

test(`in parts a convolution is what it is as a whole, within the same bound on depth (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      convolutions,
      bounds,
      fc.integer({ min: 0, max: 1000 }),
      fc.constantFrom(undefined, 2, 4),
      (of, each, seed, levels) => {
        const graph = gathered(seed, of)
        const parts = expandSums(solved(graph, { ...APART, ...each }, levels).graph)
        checkFixedGraph(parts)
        const { outputs, proved } = checkEquivalence(expandSums(graph), parts)
        assert.is(proved, outputs)
        assert.ok(adderDepth(parts) <= adderDepth(expandSums(graph)) + 2)
      },
    ),
    { numRuns: 40, seed: SEED },
  )
})

test('equal positions are solved once', () => {
  const graph = gathered(2, { input: [20, 20, 1], window: [3, 3], filters: 2 })
  // 324 positions: tiles are alike, but for those that are one shorter, and those at the ends.
  const { problems } = solved(graph, { ...APART, tilePairs: 1500 })
  assert.ok(problems <= 12, `${problems} problems`)
  const apart = solved(gathered(2, { input: [30, 2], window: [3], strides: [3], filters: 4 }), BOUNDS)
  assert.is(apart.problems, 1)
})

test('positions whose inputs differ share an adder graph where they are many', () => {
  const graph = gathered(3, { input: [12, 12, 1], window: [3, 3], filters: 3, widths: 'position' })
  const each = solved(graph, { ...APART, tilePairs: 0 }).problems
  const one = solved(graph, { ...APART, tilePairs: 0, effort: 0 })
  assert.ok(each >= 90, `${each} of 100 positions are different`)
  assert.ok(one.problems <= each / 10, `${one.problems} instead of ${each}`)
  const { outputs, proved } = checkEquivalence(solved(graph, WHOLE).graph, one.graph)
  assert.is(proved, outputs)
})

test('a border of zeros makes further problems, not one for each position', () => {
  const graph = gathered(4, { input: [16, 16, 1], window: [3, 3], filters: 2, padding: 'same' })
  // Corners, edges and the inside, of tiles and of positions.
  assert.ok(solved(graph, { ...APART, tilePairs: 1000 }).problems <= 40)
})

test('tiles take fewer adders than positions', () => {
  const graph = gathered(5, { input: [12, 12, 1], window: [3, 3], filters: 4 })
  const tiles = adders(solved(graph, APART).graph)
  assert.ok(tiles < adders(solved(graph, { ...APART, tilePairs: 0 }).graph))
  assert.ok(tiles < 1.03 * adders(solved(graph, WHOLE).graph))
})

test('positions are taken where tiles cost more', () => {
  const graph = gathered(2, { input: [17, 1], window: [3], strides: [2], filters: 4 })
  const tiles = solved(graph, { ...APART, tilePairs: 1500 })
  const positions = solved(graph, { ...APART, tilePairs: 0 })
  // A tile was tried as well.
  assert.ok(tiles.problems > positions.problems)
  assert.ok(encodeFixedGraph(tiles.graph) === encodeFixedGraph(positions.graph))
})
