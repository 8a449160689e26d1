import * as assert from 'uvu/assert'
import type { DeviceSpec } from '../../lang/program.js'
import { toolFiles } from '../../targets/tool-files.js'
import type { ToolProject } from '../../targets/tool-project.js'
import { plainInterface } from '../fixtures/interface.js'
import { suite } from '../kit.js'
import { templates, vu13p } from './fixtures.js'

const test = suite('targets/tool-files')

const element = { k: 1 as const, i: 3, f: 2, offset: 0, width: 6, mean: 0, scale: 1 }
const port = (name: string, bits: number) => ({ name, shape: [1], bits, elements: [element] })

function project(device: Partial<DeviceSpec>, sources: readonly string[] = ['src/net.v']): ToolProject {
  return {
    top: 'net',
    interface: plainInterface('net', [port('x', 6), port('pruned', 0)], [port('y', 6)], {
      periodNs: 2.5,
      latencyCycles: 3,
    }),
    target: { device: { ...vu13p.device, ...device } },
    sources,
    texts: sources.map(() => ''),
  }
}

function files(device: Partial<DeviceSpec>, sources?: readonly string[]): ReadonlyMap<string, string> {
  return new Map(toolFiles(project(device, sources), templates).map(({ path, text }) => [path, text]))
}

test('each vendor and family gets the constraints and scripts that its tools read', () => {
  for (const [device, paths] of [
    [{}, ['constraints/net.xdc', 'build_vivado.tcl', 'build_yosys.ys']],
    [{ family: 'versalaicore' }, ['constraints/net.xdc', 'build_vivado.tcl', 'build_yosys.ys']],
    [{ vendor: 'altera', family: 'agilex7' }, ['constraints/net.sdc', 'build_quartus.tcl', 'build_yosys.ys']],
    [{ vendor: 'altera', family: 'cyclonev' }, ['constraints/net.sdc', 'build_quartus.tcl', 'build_yosys.ys']],
    [{ vendor: 'lattice', family: 'ecp5' }, ['constraints/net.lpf', 'build_yosys.ys']],
    [{ vendor: 'lattice', family: 'ice40up' }, ['constraints/net.pcf', 'build_yosys.ys']],
    [{ vendor: 'lattice', family: 'certuspro' }, ['constraints/net.sdc']],
    [{ vendor: 'gowin', family: 'gw1n' }, ['constraints/net.sdc', 'build_yosys.ys']],
    [{ vendor: 'microchip', family: 'polarfire' }, ['constraints/net.sdc']],
  ] as const)
    assert.equal([...files(device).keys()], paths, JSON.stringify(device))
})

test('constraints of every format have the clock, and those that know ports only ports that exist', () => {
  const xdc = files({}).get('constraints/net.xdc') ?? ''
  assert.match(xdc, 'create_clock -name clk -period 2.5 [get_ports clk]')
  assert.match(xdc, 'set_clock_uncertainty -setup 0.25 [get_clocks clk]')
  assert.match(xdc, 'set_input_delay -clock clk -max 1 [get_ports {x[*]}]')
  assert.match(xdc, 'set_output_delay -clock clk -min 0.5 [get_ports {y[*]}]')
  assert.not.match(xdc, 'pruned')
  const intel = files({ vendor: 'altera', family: 'agilex7' }).get('constraints/net.sdc') ?? ''
  assert.match(intel, 'derive_clock_uncertainty')
  assert.match(intel, 'set_clock_uncertainty -add -setup -to [get_clocks clk] 0.25')
  assert.not.match(intel, /set_clock_uncertainty -(setup|hold)/)
  const lpf = files({ vendor: 'lattice', family: 'ecp5' }).get('constraints/net.lpf') ?? ''
  assert.match(lpf, 'FREQUENCY PORT "clk" 400 MHZ;')
  const pcf = files({ vendor: 'lattice', family: 'ice40up' }).get('constraints/net.pcf') ?? ''
  assert.match(pcf, 'set_frequency clk 400\n')
})

test('scripts read each source in its language', () => {
  const sources = ['src/tables.mem', 'src/net_stage0.vhd', 'src/net.v']
  const vivado = files({}, sources).get('build_vivado.tcl') ?? ''
  for (const line of ['read_mem src/tables.mem', 'read_vhdl -vhdl2008 src/net_stage0.vhd', 'read_verilog src/net.v'])
    assert.match(vivado, `  ${line}\n`)
  const quartus = files({ vendor: 'altera', family: 'arria10' }, sources).get('build_quartus.tcl') ?? ''
  assert.match(quartus, '-name VHDL_FILE ../src/net_stage0.vhd -hdl_version VHDL_2008\n')
  assert.match(quartus, '-name VERILOG_FILE ../src/net.v\n')
  assert.match(quartus, 'set_instance_assignment -name VIRTUAL_PIN ON -to {x[*]}')
  assert.not.match(quartus, /VIRTUAL_PIN ON -to \{(clk|pruned)/)
  assert.not.ok(files({}, sources).has('build_yosys.ys'), 'Yosys reads no VHDL by itself')
})

test('what is no name, part or path does not get into a script', () => {
  assert.throws(() => files({ part: 'xc; exec rm' }), /Invalid format/)
  assert.throws(() => files({}, ['src/a b.v']), /Invalid format/)
  assert.throws(() => files({}, ['src/[exec].v']), /Invalid format/)
})
