import * as assert from 'uvu/assert'
import { yosysFlow } from '../../../targets/families.js'
import { yosysCells, yosysReport } from '../../../targets/yosys/statistics.js'
import { suite } from '../../kit.js'

const test = suite('targets/yosys/statistics')

const text = (cells: Readonly<Record<string, number>>): string =>
  JSON.stringify({
    creator: 'Yosys 0.55',
    modules: { '\\net': { num_cells: 1, num_cells_by_type: cells } },
    design: {},
  })

function resources(family: string, cells: Readonly<Record<string, number>>) {
  const flow = yosysFlow(family)
  if (flow === null) throw new Error(`no flow for ${family}`)
  return yosysReport(cells, flow, '0.55').resources
}

test('cells by type, in the order of their names', () => {
  const result = yosysCells(text({ LUT6: 3, FDRE: 2 }), 'net')
  assert.equal(result.ok && Object.entries(result.value), [
    ['FDRE', 2],
    ['LUT6', 3],
  ])
})

test('statistics without the module, or that are none, are errors', () => {
  for (const bad of ['', '{', '{}', text({}).replace('net', 'other')]) {
    const result = yosysCells(bad, 'net')
    assert.is(!result.ok && result.error.code, 'HGQ6104', bad)
  }
  const empty = yosysCells('{"modules": {}}', 'net')
  assert.is(!empty.ok && empty.error.code, 'HGQ5005')
})

test('AMD: inverters, wide multiplexers and LUT1 are free, shift registers are memory, half blocks count half', () => {
  const counted = resources('virtexuplus', {
    ...{ LUT1: 9, LUT2: 1, LUT6: 2, INV: 5, MUXF7: 4, CARRY4: 6, SRL16E: 7, FDRE: 8, FDSE_1: 1 },
    ...{ RAMB36E2: 1, RAMB18E2: 1, DSP48E2: 2 },
  })
  assert.equal(counted, {
    lut: { unit: 'LUT6', total: 10, logic: 3, memory: 7 },
    ff: 9,
    dsp: 2,
    bram: { blocks: 1.5, kilobits: 36 },
    uram: null,
    carry: 6,
  })
})

test('ECP5: a carry cell takes two look-up tables', () => {
  const counted = resources('ecp5', { LUT4: 10, CCU2C: 3, TRELLIS_FF: 4, PFUMX: 2, MULT18X18D: 1, DP16KD: 1 })
  assert.equal(counted.lut, { unit: 'LUT4', total: 16, logic: 16, memory: 0 })
  assert.equal([counted.ff, counted.dsp, counted.bram.blocks, counted.bram.kilobits], [4, 1, 1, 18])
})

test('iCE40, Gowin, Cyclone V', () => {
  assert.is(resources('ice40up', { SB_LUT4: 7, SB_CARRY: 5, SB_DFFSR: 2 }).lut.total, 7)
  assert.is(resources('ice40', { SB_DFFSR: 2, SB_DFF: 1 }).ff, 3)
  assert.is(resources('gw1n', { LUT2: 1, LUT4: 2, ALU: 3, MUX2_LUT5: 9, DFFRE: 2 }).lut.total, 6)
  assert.equal(resources('cyclonev', { MISTRAL_ALUT6: 2, MISTRAL_ALUT_ARITH: 3, MISTRAL_NOT: 4 }).lut, {
    unit: 'ALUT',
    total: 5,
    logic: 5,
    memory: 0,
  })
})
