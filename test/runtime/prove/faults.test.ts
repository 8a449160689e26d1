import * as assert from 'uvu/assert'
import { injectFaults } from '../../fixtures/faults/inject.js'
import { type Fault, faultText } from '../../fixtures/faults/mutate.js'
import { suite } from '../../kit.js'

const test = suite('runtime/prove/faults')
const SEED = 7

// `node dist/test/bench/faults.js` does this with 200.
test(`faults that change what a design computes are all refused (seed ${SEED})`, async () => {
  const all = await injectFaults(12, SEED, () => {})
  assert.is(all.filter((injected) => injected.functional).length, 12)
  for (const { fault, functional, refusal, seed } of all) {
    if (functional) assert.is.not(refusal, null, `design ${seed}, ${faultText(fault)}`)
  }
  assert.ok(all.some(({ refusal }) => refusal?.startsWith('HGQ6204')))
})

/** A sum of three is one expression. */
const OF_THREE = / = [^;]* [+-] [^;]* [+-] [^;]*;/

test(`faults in three-input adders are all refused (seed ${SEED})`, async () => {
  const inSum = ({ places: [place] }: Fault): boolean => OF_THREE.test(place?.before ?? '')
  const all = await injectFaults(15, SEED, () => {}, ['sign', 'shift', 'width', 'operand'], inSum)
  assert.is(all.filter((injected) => injected.functional).length, 15)
  for (const { fault, functional, refusal, seed } of all) {
    if (functional) assert.is.not(refusal, null, `design ${seed}, ${faultText(fault)}`)
  }
})

test(`signals that are declared and said to be too narrow are refused (seed ${SEED})`, async () => {
  const all = await injectFaults(6, SEED, () => {}, ['signal'])
  assert.is(all.filter((injected) => injected.functional).length, 6)
  for (const { fault, refusal, seed } of all)
    assert.match(refusal ?? '', /^HGQ6/, `design ${seed}, ${faultText(fault)}`)
})
