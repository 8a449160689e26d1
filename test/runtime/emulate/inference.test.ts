import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { emulate } from '../../../runtime/emulate/emulate.js'
import { inferNetwork } from '../../../runtime/infer/infer.js'
import { randomCalibrated, TestRandom } from '../../fixtures/calibrated.js'
import { optimizedGraph } from '../../fixtures/pipeline.js'
import { suite } from '../../kit.js'

const test = suite('runtime/emulate/inference')
const SEED = 17

test(`the emulator gives what exact inference gives, bit for bit (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), fc.boolean(), (seed, quantizeOutput) => {
      const calibrated = randomCalibrated(seed, { inputs: 6, hidden: [7, 5], outputs: 3, quantizeOutput })
      const random = new TestRandom(seed)
      const rows = 100
      const data = Float32Array.from({ length: rows * 6 }, () => (random.unit() - 0.5) * 2 ** random.integer(-3, 7))
      const inference = inferNetwork(calibrated, new Map([['x', data]]), rows)
      const emulated = emulate(optimizedGraph(calibrated), inference.ports, rows)
      for (const [name, values] of emulated)
        assert.equal(
          [...values],
          Array.from(inference.outputs.get(name) ?? [], (v) => v + 0),
        )
    }),
    { numRuns: 100, seed: SEED },
  )
})
