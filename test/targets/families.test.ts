import * as assert from 'uvu/assert'
import { yosysFlow } from '../../targets/families.js'
import { identifier } from '../../targets/verilog/names.js'
import { suite } from '../kit.js'

const test = suite('targets/families and names')

test('families by the names of the vendor tools', () => {
  const code = (family: string): string | undefined =>
    /-family (\S+)/.exec(yosysFlow(family)?.command('top') ?? '')?.[1]
  for (const family of [
    'virtexuplus',
    'virtexuplusHBM',
    'zynquplus',
    'zynquplusRFSOC',
    'artixuplus',
    'UltraScale+',
    'versalaicore',
  ]) {
    assert.is(code(family), 'xcup', family)
  }
  for (const family of ['kintexu', 'virtexu', 'UltraScale']) assert.is(code(family), 'xcu', family)
  for (const family of ['zynq', 'artix7', 'kintex7', '7-series']) assert.is(code(family), 'xc7', family)
  for (const family of ['cyclonev', 'agilex7', 'stratix10', 'arria10', 'cyclone10gx']) {
    assert.is(code(family), 'cyclonev', family)
  }
  for (const family of ['polarfire', 'certuspro', 'stratixv', '']) assert.is(yosysFlow(family), null, family)
})

test('a flow without cells of the family says whose it takes', () => {
  const standIns = Object.fromEntries(
    ['virtexuplus', 'zynq', 'kintexu', 'cyclonev', 'ecp5', 'ice40up', 'gw1n', 'versalprime', 'arria10', 'agilex5'].map(
      (family) => [family, yosysFlow(family)?.standIn],
    ),
  )
  assert.equal(standIns, {
    ...{ virtexuplus: null, zynq: null, kintexu: null, cyclonev: null, ecp5: null, ice40up: null, gw1n: null },
    ...{ versalprime: 'AMD UltraScale+', arria10: 'Altera Cyclone V', agilex5: 'Altera Cyclone V' },
  })
})

test('every flow has its unit and its blocks of memory', () => {
  const flows = ['virtexuplus', 'cyclonev', 'agilex7', 'ecp5', 'ECP5-5G', 'ice40up', 'iCE40HX', 'gw1n', 'Gowin'].map(
    (family) => {
      const flow = yosysFlow(family)
      return [flow?.command('top').split(' ')[0], flow?.lutUnit, flow?.bramKilobits]
    },
  )
  assert.equal(flows, [
    ['synth_xilinx', 'LUT6', 36],
    ['synth_intel_alm', 'ALUT', 10],
    ['synth_intel_alm', 'ALUT', 20],
    ['synth_ecp5', 'LUT4', 18],
    ['synth_ecp5', 'LUT4', 18],
    ['synth_ice40', 'LUT4', 4],
    ['synth_ice40', 'LUT4', 4],
    ['synth_gowin', 'LUT4', 18],
    ['synth_gowin', 'LUT4', 18],
  ])
})

test('identifiers stay close to the name and never collide', () => {
  const taken = new Set(['clk'])
  const names = ['x', 'x', 'two words', 'module', 'n12', 'clk', '3d', '', 'größe', 'stage0', 'q_']
  assert.equal(
    names.map((name) => identifier(name, taken)),
    ['x', 'x_2', 'two_words', 'module_port', 'n12_port', 'clk_port', 'p_3d', 'p_', 'gr_e', 'stage0_port', 'q'],
  )
})
