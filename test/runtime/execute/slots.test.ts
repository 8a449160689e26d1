import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Slots } from '../../../runtime/execute/slots.js'
import { suite } from '../../kit.js'

const test = suite('slots')

const SEED = 12

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
/** Per place: how long it decides, whether it then needs a slot, and how long it holds it. */
const asking = fc.array(fc.record({ decides: fc.nat(3), needs: fc.boolean(), holds: fc.nat(3) }), {
  minLength: 1,
  maxLength: 8,
})

test(`those that need a slot get one, a single one in the order of their places, never more at once than there are (seed ${SEED})`, () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 3 }), asking, async (size, all) => {
      const slots = new Slots(size)
      const served: number[] = []
      let [holding, most] = [0, 0]
      await Promise.all(
        all.map(async ({ decides, needs, holds }, place) => {
          const slot = slots.ask(place)
          await pause(decides)
          if (needs) {
            await slot.take()
            served.push(place)
            most = Math.max(most, ++holding)
            await pause(holds)
            holding--
          }
          slot.leave()
          slot.leave()
        }),
      )
      const needing = [...all.keys()].filter((place) => all[place]?.needs)
      assert.equal(size === 1 ? served : served.sort((a, b) => a - b), needing)
      assert.ok(most <= size)
    }),
    { seed: SEED },
  ))
