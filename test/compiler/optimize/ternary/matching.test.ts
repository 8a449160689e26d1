import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Fusion } from '../../../../compiler/optimize/ternary/fusions.js'
import { bestMatching } from '../../../../compiler/optimize/ternary/matching.js'
import { TestRandom } from '../../../fixtures/calibrated.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/ternary/matching')
const SEED = 61

/** Adders that each read two others at most and are read by one at most. */
function randomForest(random: TestRandom, adders: number): Fusion[] {
  const children = new Map<number, number>()
  const fusions: Fusion[] = []
  for (let inner = 0; inner < adders - 1; inner++) {
    const outer = random.integer(inner + 1, adders - 1)
    const others = children.get(outer) ?? 0
    if (others === 2) continue
    children.set(outer, others + 1)
    fusions.push({ outer, inner, terms: [], saved: random.integer(1, 4), shortens: random.unit() < 0.5 })
  }
  return fusions
}

/** What a choice saves, and the paths that it shortens. */
function worth(fusions: readonly Fusion[]): readonly [number, number] {
  return [fusions.reduce((sum, { saved }) => sum + saved, 0), fusions.filter(({ shortens }) => shortens).length]
}

function isMatching(fusions: readonly Fusion[]): boolean {
  const adders = fusions.flatMap(({ outer, inner }) => [outer, inner])
  return new Set(adders).size === adders.length
}

/** Of all matchings the worth of the best. */
function bestOfAll(fusions: readonly Fusion[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 0]
  for (let set = 0; set < 2 ** fusions.length; set++) {
    const some = fusions.filter((_, n) => (set >> n) & 1)
    if (!isMatching(some)) continue
    const own = worth(some)
    if (own[0] > best[0] || (own[0] === best[0] && own[1] > best[1])) best = own
  }
  return best
}

test(`no matching saves more, nor as much and shortens more paths (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 12 }), (seed, adders) => {
      const fusions = randomForest(new TestRandom(seed), adders)
      const chosen = bestMatching(fusions)
      assert.ok(isMatching(chosen))
      assert.equal(worth(chosen), bestOfAll(fusions))
    }),
    { numRuns: 300, seed: SEED },
  )
})

test('a chain of alike adders is matched from one end to the other', () => {
  const chain = Array.from({ length: 7 }, (_, inner): Fusion => {
    return { outer: inner + 1, inner, terms: [], saved: 5, shortens: false }
  })
  assert.is(bestMatching(chain).length, 4)
  assert.equal(bestMatching([]), [])
})
