import * as assert from 'uvu/assert'
import { adderGraphScale, calibrationOf, scaled } from '../../targets/calibration.js'
import { suite } from '../kit.js'

const test = suite('targets/calibration')

/** Designs whose counts were published after routing on VU13P: Vivado's LUT and FF, Yosys 0.23's LUT and FF, cost of da4ml. */
const ROUTED = [
  { lut: 10_182, ff: 10_480, yosysLut: 10_815, yosysFf: 11_388, cost: 9_968.5 },
  { lut: 10_921, ff: 11_183, yosysLut: 11_233, yosysFf: 11_949, cost: 10_340 },
  { lut: 5_974, ff: 5_775, yosysLut: 6_476, yosysFf: 6_550, cost: 5_764 },
] as const
/** LUT and cost of published graph networks, the least and the greatest ratio and the largest design among them. */
const LARGE = [
  { lut: 97_822, cost: 100_961 },
  { lut: 192_063, cost: 169_650.5 },
  { lut: 295_715, cost: 301_646 },
] as const

test('the ranges of UltraScale+ hold the designs that they were made from', () => {
  const calibration = calibrationOf('virtexuplus')
  if (calibration === null) throw new Error('UltraScale+ is calibrated')
  const holds = (range: { low: number; high: number }, count: number): boolean =>
    range.low <= count && count <= range.high
  for (const design of ROUTED) {
    assert.ok(holds(scaled(design.yosysLut, calibration.yosys.lut), design.lut), `${design.lut} from synthesis`)
    assert.ok(holds(scaled(design.yosysFf, calibration.yosys.ff), design.ff), `${design.ff} from synthesis`)
    assert.ok(
      holds(scaled(design.cost, adderGraphScale(calibration, design.cost)), design.lut),
      `${design.lut} from cost`,
    )
  }
  for (const { lut, cost } of LARGE) {
    assert.ok(holds(scaled(cost, adderGraphScale(calibration, cost)), lut), `${lut} from cost`)
  }
})

test('a family that was compared with nothing has no ranges', () => {
  for (const family of ['zynq', 'kintexu', 'agilex7', 'ecp5', '']) assert.is(calibrationOf(family), null, family)
})

test('ends are rounded outwards, and decimal fractions are exact', () => {
  assert.equal(scaled(10_000, { low: 0.8648, central: 0.94, high: 1.0152 }), { low: 8648, central: 9400, high: 10_152 })
  assert.equal(scaled(3, { low: 0.5, central: 0.9, high: 1.1 }), { low: 1, central: 3, high: 4 })
  assert.equal(scaled(100, { low: 1.05, central: 1.05, high: 1.05 }), { low: 105, central: 105, high: 105 })
})
