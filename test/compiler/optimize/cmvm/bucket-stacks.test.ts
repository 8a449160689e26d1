import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { BucketStacks } from '../../../../compiler/optimize/cmvm/bucket-stacks.js'
import { suite } from '../../../kit.js'

const test = suite('compiler/optimize/cmvm/bucket-stacks')
const SEED = 8

/** Keys beyond what there is room for at first; null empties all stacks. */
const steps = fc.array(
  fc.option(
    fc.record({ key: fc.oneof(fc.nat(3), fc.nat(2000)), item: fc.nat(99), place: fc.nat(), push: fc.boolean() }),
    {
      freq: 50,
    },
  ),
  { maxLength: 400 },
)

test(`stacks behave like arrays (seed ${SEED})`, () => {
  fc.assert(
    fc.property(steps, (all) => {
      const stacks = new BucketStacks()
      const expected = new Map<number, number[]>()
      for (const step of all) {
        if (step === null) {
          stacks.clear()
          expected.clear()
          continue
        }
        const own = expected.get(step.key) ?? []
        expected.set(step.key, own)
        assert.is(stacks.sizeOf(step.key), own.length)
        if (step.push) {
          stacks.push(step.key, step.item)
          own.push(step.item)
        } else if (own.length > 0) {
          const place = step.place % own.length
          const [item] = own.splice(place, 1, own.at(-1) as number)
          own.pop()
          assert.is(stacks.take(step.key, place), item)
        }
      }
    }),
    { numRuns: 200, seed: SEED },
  )
})
