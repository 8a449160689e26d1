import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { claimingSums } from '../../../runtime/kernels/claims.js'
import { BEGINS, call, inPart } from '../../../runtime/kernels/program.js'
import { suite } from '../../kit.js'

const test = suite('claims of cache lines')
const SEED = 31
const LINE = 64

test(`calls keep their order, and each line of the sums is claimed once between them (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(100), fc.nat(300), (count, offset, lines) => {
      const calls = Array.from({ length: count }, (_, at) => call('fill', at, 0, 0))
      const bytes = lines * LINE - (lines > 0 ? 32 : 0)
      const all = claimingSums(calls, offset * LINE, bytes)
      assert.equal(
        all.filter(({ kernel }) => kernel === 'fill'),
        calls,
      )
      const claims = all.filter(({ kernel }) => kernel === 'zeroLines')
      let next = offset * LINE
      for (const { given } of claims) {
        const [place, claimed, wanted] = given
        assert.equal(place, inPart(next))
        assert.is(wanted, BEGINS)
        assert.ok((claimed as number) % LINE === 0 && (claimed as number) / LINE <= Math.ceil(lines / count))
        next += claimed as number
      }
      assert.is(next, (offset + lines) * LINE)
    }),
    { seed: SEED, numRuns: 200 },
  )
})

test('sums that no cache holds are not claimed', () => {
  const calls = [call('fill', 0, 0, 0)]
  assert.equal(claimingSums(calls, 0, 1 << 18), calls)
})
