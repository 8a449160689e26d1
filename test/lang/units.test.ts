import * as assert from 'uvu/assert'
import { BASE_UNITS, type Dimension, dimensionOf, toBase, UNITS, unitsOf } from '../../lang/units.js'
import { suite } from '../kit.js'

const test = suite('units')

test('values in base units are the nearest doubles', () => {
  assert.is(toBase(95, '%'), 0.95)
  assert.is(toBase(0.1, '%'), 0.001)
  assert.is(toBase(1, 'ps'), 0.001)
  assert.is(toBase(2.5, 'us'), 2500)
  assert.is(toBase(360, 'MHz'), 360)
  assert.is(toBase(0.36, 'GHz'), 360)
  assert.is(toBase(30, 'mrad'), 30)
  assert.is(toBase(8, 'kEBOPs'), 8000)
  assert.is(toBase(1, 'parsec'), undefined)
})

test('the base unit of each dimension is one of its units and needs no conversion, but for percents', () => {
  for (const [dimension, unit] of Object.entries(BASE_UNITS)) {
    assert.is(dimensionOf(unit), dimension)
    assert.is(toBase(3, unit), unit === '%' ? 0.03 : 3)
  }
})

test('every unit belongs to a dimension that lists it or its plural', () => {
  for (const unit of UNITS.values()) assert.ok(unitsOf(unit.dimension).length > 0)
  const plain: Dimension[] = ['bits', 'epochs', 'steps']
  assert.equal(plain.map(unitsOf), [['bit'], ['epochs'], ['steps']])
})
