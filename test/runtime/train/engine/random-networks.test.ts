import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { loadBackend } from '../../../../runtime/train/reference/backend.js'
import { suite } from '../../../kit.js'
import { agree, LOSSES } from './agree.js'

const test = suite('random networks: the engine of kernels and the reference')
const SEED = 41
const RUNS = 150
/** With each loss. */
const RUNS_EACH = 20

test(`loss, gradients, tracked state and EBOPs of a batch agree (seed ${SEED})`, async () => {
  const loaded = await loadBackend('tfjs')
  if (!loaded.ok) throw new Error(loaded.error.message)
  let skipped = 0
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 10 }), async (seed, size) => {
      if (!(await agree(loaded.value, seed, size))) skipped++
    }),
    { numRuns: RUNS, seed: SEED },
  )
  assert.ok(skipped <= RUNS / 5, `${skipped} of ${RUNS} draws might round either way`)
})

for (const loss of LOSSES)
  test(`${loss.kind}: so they do where it is taught something else than the data's targets (seed ${SEED})`, async () => {
    const loaded = await loadBackend('tfjs')
    if (!loaded.ok) throw new Error(loaded.error.message)
    let skipped = 0
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 6 }), async (seed, size) => {
        if (!(await agree(loaded.value, seed, size, { losses: [loss], isTaught: true }))) skipped++
      }),
      { numRuns: RUNS_EACH, seed: SEED },
    )
    assert.ok(skipped <= RUNS_EACH / 3, `${skipped} of ${RUNS_EACH} draws might round either way`)
  })
