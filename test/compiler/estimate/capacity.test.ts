import * as assert from 'uvu/assert'
import { capacityOf } from '../../../compiler/estimate/capacity.js'
import type { DeviceSpec } from '../../../lang/program.js'
import { suite } from '../../kit.js'

const test = suite('what a device has room for')

function device(family: string): DeviceSpec {
  const resources = { lut: 1000, ff: 4000, dsp: 10, bram: 20, uram: 5 }
  return { name: 'chip', part: '', vendor: '', family, speedGrade: '', resources }
}

test('cells are those of the data sheet where the tool counts them', () => {
  for (const family of ['virtexuplus', 'ECP5', 'of nobody'])
    assert.equal(capacityOf({ device: device(family), tool: 'yosys' }), { lut: 1000, ff: 4000, dsp: 10, bram: 20 })
  assert.is(capacityOf({ device: device('Stratix 10'), tool: 'quartus' }).lut, 1000)
})

test('Yosys counts two look-up tables in an adaptive logic module', () => {
  for (const family of ['arria10', 'Stratix 10', 'Agilex 7', 'Cyclone V'])
    assert.is(capacityOf({ device: device(family), tool: 'yosys' }).lut, 2000)
})
