import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder } from '../../../../compiler/fixed/builder.js'
import { typeOfInterval } from '../../../../compiler/fixed/interval.js'
import {
  cheapestGrouping,
  type Demands,
  type Source,
  type Tree,
} from '../../../../compiler/optimize/regroup/grouping.js'
import { formsOf, Sums } from '../../../../compiler/optimize/regroup/sums.js'
import { TestRandom } from '../../../fixtures/calibrated.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/regroup/grouping')
const SEED = 91

interface Case {
  readonly sums: Sums
  readonly sources: readonly Source[]
  readonly demands: Demands
  readonly terms: number
}

function randomCase(seed: number): Case {
  const random = new TestRandom(seed)
  const builder = new FixedGraphBuilder()
  const terms = random.integer(3, 5)
  const types = Array.from({ length: terms }, () => ({ k: random.integer(0, 1) as 0 | 1, i: 3, f: 1 }))
  const nodes = builder.input('x', [terms], types)
  builder.output('y', [terms], nodes)
  const graph = builder.finish()
  const sums = new Sums(
    graph,
    formsOf(graph),
    nodes.map((node, n) => ({ node, shift: random.integer(-3, 3), negate: n > 0 && random.integer(0, 2) === 0 })),
  )
  const sources = nodes.map((): Source => {
    const held = random.integer(0, 5)
    return { from: random.integer(0, 3), width: 4, heldAt: (level) => (level <= held ? 4 : 0) }
  })
  const levels = random.integer(1, 3)
  const due = random.integer(4, 8)
  return { sums, sources, demands: { levels, registerCost: 0.5, due, dueWidth: random.integer(1, 6) }, terms }
}

/** The least cost of all trees and levels, by trying them: of a sum that is ready behind a level, or waits there. */
function leastCost({ sums, sources, demands }: Case): number {
  const { levels, registerCost, due, dueWidth } = demands
  const isBoundary = (level: number): boolean => level > 0 && level % levels === 0
  const waiting = (set: number, level: number): number => {
    const heldAt = (term: number): number => (sources[term] as Source).heldAt(level)
    const single = Math.log2(set)
    if (Number.isInteger(single)) return Math.max(0, 4 - heldAt(single))
    const width = (sums.top[set] as number) - (sums.bottom[set] as number)
    const wires = Math.min(sums.wires[set] as number, width)
    return width - wires + Math.max(0, Math.min(wires, 4) - heldAt(sums.lowest[set] as number))
  }
  const made = (set: number, level: number): number => {
    const single = Math.log2(set)
    if (Number.isInteger(single)) return sources[single]?.from === level ? 0 : Number.POSITIVE_INFINITY
    let least = Number.POSITIVE_INFINITY
    for (let part = (set - 1) & set; part > 0; part = (part - 1) & set) {
      const bits = sums.adderBits(part, set ^ part)
      const of = (half: number): number => (bits === 0 ? there(half, level) : kept(half, level - 1))
      least = Math.min(least, bits + of(part) + of(set ^ part))
    }
    return least
  }
  const there = (set: number, level: number): number =>
    level < 0 ? Number.POSITIVE_INFINITY : Math.min(made(set, level), kept(set, level - 1))
  const kept = (set: number, level: number): number =>
    there(set, level) + (isBoundary(level) ? registerCost * waiting(set, level) : 0)
  let least = Number.POSITIVE_INFINITY
  let rest = 0
  for (let level = due; level >= 0; level--) {
    if (isBoundary(level)) rest += registerCost * dueWidth
    least = Math.min(least, made(sums.size - 1, level) + rest)
  }
  return least
}

function termsOf(tree: Tree): readonly number[] {
  return tree.kind === 'term' ? [tree.term] : [...termsOf(tree.left), ...termsOf(tree.right)]
}

test(`no tree is cheaper, and the one found has every term once (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const given = randomCase(seed)
      const found = cheapestGrouping(given.sums, given.sources, given.demands)
      const least = leastCost(given)
      assert.is(found?.cost ?? Number.POSITIVE_INFINITY, least)
      if (found !== null) {
        const terms = [...termsOf(found.tree)].sort((a, b) => a - b)
        assert.equal(
          terms,
          Array.from({ length: given.terms }, (_, n) => n),
        )
      }
    }),
    { numRuns: 60, seed: SEED },
  )
})

test(`a given tree is at most as cheap as the best one (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const given = randomCase(seed)
      // One term after the other.
      const chain = new Map(Array.from({ length: given.terms - 1 }, (_, n) => [(4 << n) - 1, (2 << n) - 1]))
      const one = cheapestGrouping(given.sums, given.sources, given.demands, chain)
      const best = cheapestGrouping(given.sums, given.sources, given.demands)
      assert.ok(one === null || (best !== null && best.cost <= one.cost))
    }),
    { numRuns: 60, seed: SEED },
  )
})

test(`partial sums have the bits that the builder gives them (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = new TestRandom(seed)
      const builder = new FixedGraphBuilder()
      const types = Array.from({ length: 4 }, () => ({ k: random.integer(0, 1) as 0 | 1, i: 3, f: 1 }))
      const inputs = builder.input('x', [4], types)
      const term = (node: number) => ({ node, shift: random.integer(-3, 3), negate: random.integer(0, 2) === 0 })
      const terms = inputs.map(term)
      builder.output('y', [4], inputs)
      const graph = builder.finish()
      const sums = new Sums(graph, formsOf(graph), terms)
      for (let set = 1; set < sums.size; set++) {
        const chosen = terms.filter((_, n) => (set >> n) % 2 === 1)
        const sign = sums.isNegated(set)
        const node = builder.sum(chosen.map((each) => ({ ...each, negate: each.negate !== sign })))
        const { k, i } = typeOfInterval(builder.intervalAt(node))
        assert.is(sums.top[set], k + i, `set ${set}`)
        assert.is(sums.bottom[set], Math.min(...chosen.map(({ shift }) => shift - 1)))
        assert.is(sums.signed[set], k)
      }
    }),
    { numRuns: 60, seed: SEED },
  )
})
