import * as assert from 'uvu/assert'
import { identifier } from '../../../targets/vhdl/names.js'
import { suite } from '../../kit.js'

const test = suite('targets/vhdl/names')

function named(names: readonly string[], taken: readonly string[] = ['clk']): readonly string[] {
  const all = new Set(taken)
  return names.map((name) => identifier(name, all))
}

test('identifiers stay close to the name', () => {
  assert.equal(named(['x', 'two words', 'q_', '_q', 'a__b', 'a-_-b', 'größe', '3d', '', '__', 'Muon']), [
    'x',
    'two_words',
    'q',
    'q_2',
    'a_b',
    'a_b_2',
    'gr_e',
    'p_3d',
    'p',
    'p_2',
    'Muon',
  ])
})

test('capital letters make no other name', () => {
  assert.equal(named(['x', 'X', 'X', 'net'], ['clk', 'Net']), ['x', 'X_2', 'X_3', 'net_2'])
})

test('words of the language and what the emitter uses are left alone, however they are written', () => {
  assert.equal(named(['signal', 'Signal', 'OUT', 'signed', 'ieee', 'clk', 'CLK', 'n12', 'N3_q1', 'stage0', 'reg']), [
    'signal_port',
    'Signal_port_2',
    'OUT_port',
    'signed_port',
    'ieee_port',
    'clk_port',
    'CLK_port_2',
    'n12_port',
    'N3_q1_port',
    'stage0_port',
    'reg_port',
  ])
})

test('words of Verilog and what GHDL makes of the emitted text are left alone as well', () => {
  assert.equal(named(['wire', 'Always', 'n5_o', 'stage0_n5', 'n5_a', 'core_y']), [
    'wire_port',
    'Always_port',
    'n5_o_port',
    'stage0_n5_port',
    'n5_a',
    'core_y_port',
  ])
})
