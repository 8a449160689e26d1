import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FixedGraphBuilder, plain } from '../../../compiler/fixed/builder.js'
import type { NodeId, Term } from '../../../compiler/fixed/graph.js'
import { AdderDepths, addInTree } from '../../../compiler/optimize/adder-tree.js'
import { suite } from '../../kit.js'

const test = suite('compiler/optimize/adder-tree')
const SEED = 4

/** Inputs behind chains of the given lengths, so that they arrive late. */
function arriving(levels: readonly number[]): { builder: FixedGraphBuilder; terms: NodeId[] } {
  const builder = new FixedGraphBuilder()
  const types = levels.map(() => ({ k: 1, i: 3, f: 0 }) as const)
  const extra = builder.input('late', [1], [{ k: 1, i: 3, f: 0 }])[0] ?? 0
  const terms = builder.input('x', [levels.length], types).map((input, n) => {
    let node = input
    for (let level = 0; level < (levels[n] ?? 0); level++) node = builder.add(plain(node), plain(extra))
    return node
  })
  return { builder, terms }
}

test(`the tree is as shallow as can be, negated terms or not (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean(), fc.integer({ min: -3, max: 3 })), {
        minLength: 1,
        maxLength: 40,
      }),
      (leaves) => {
        const { builder, terms } = arriving(leaves.map(([level]) => level))
        const depths = new AdderDepths(builder)
        const signed = leaves.map(([, negate, shift], n): Term => ({ node: terms[n] ?? 0, shift, negate }))
        const root = builder.resolve(plain(addInTree(builder, depths, signed)))
        // Kraft: n leaves of these depths fit under a root of depth d when Σ 2^depth <= 2^d.
        const room = leaves.reduce((sum, [level]) => sum + 2 ** level, 0)
        assert.is(depths.of(root.node), Math.ceil(Math.log2(room)))
        assert.is(
          root.negate,
          leaves.every(([, negate]) => negate),
        )
      },
    ),
    { numRuns: 300, seed: SEED },
  )
})
