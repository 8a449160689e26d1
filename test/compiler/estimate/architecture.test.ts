import * as assert from 'uvu/assert'
import { architectureOf } from '../../../compiler/estimate/architecture.js'
import { hasTernaryAdders } from '../../../compiler/estimate/ternary-adders.js'
import { borrowedDelays, delayModelOf } from '../../../compiler/schedule/delays.js'
import { calibrationOf } from '../../../targets/calibration.js'
import { yosysFlow } from '../../../targets/families.js'
import { suite } from '../../kit.js'

const test = suite('compiler/estimate/architecture')

/** Names of one family each: the tool's, and what people write. */
const SAME: readonly (readonly string[])[] = [
  ['virtexuplus', 'virtexuplusHBM', 'virtexuplus58g', 'Virtex UltraScale+', 'AMD UltraScale+', 'UltraScale+'],
  ['zynquplus', 'zynquplusRFSOC', 'Zynq UltraScale+ RFSoC'],
  ['kintexu', 'virtexu', 'Kintex UltraScale', 'UltraScale'],
  ['zynq', 'artix7', 'Artix-7', 'Zynq-7000', 'spartan7', '7 series'],
  ['versalaicore', 'Versal AI Core', 'versalprime', 'versalhbm'],
  ['agilex7', 'AGILEX7', 'Agilex 5', 'Intel Agilex 7'],
  ['arria10', 'Arria 10', 'ARRIA10'],
  ['stratix10', 'Stratix 10'],
  ['cyclonev', 'Cyclone V'],
  ['ecp5', 'ECP5-5G'],
  ['ice40up', 'iCE40 UltraPlus'],
]

test('however a family is written, its delays, cells, adders and calibration are the same', () => {
  const readingOf = (family: string) => ({
    architecture: architectureOf(family),
    delays: [delayModelOf(family), borrowedDelays(family)],
    flow: [yosysFlow(family)?.command('top'), yosysFlow(family)?.standIn],
    ternary: hasTernaryAdders(family),
    calibration: calibrationOf(family),
  })
  for (const [first = '', ...others] of SAME) {
    assert.is.not(architectureOf(first), null, first)
    for (const each of others) assert.equal(readingOf(each), readingOf(first), each)
  }
})

test('families apart stay apart, and of others nothing is known', () => {
  const firsts = SAME.map(([first = '']) => architectureOf(first))
  // Both of the first two are UltraScale+.
  assert.is(new Set(firsts).size, SAME.length - 1)
  for (const family of ['', 'polarfire', 'certuspro', 'spartan6', 'virtex6', 'cyclone10lp', 'max10', 'zynqish'])
    assert.is(architectureOf(family), null, family)
})
