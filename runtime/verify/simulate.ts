import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { simulatorMissing } from '../../lang/diagnostics/messages/tools.js'
import type { Design } from '../../targets/design.js'
import { toolVersion } from '../tools/discover.js'
import { simulateWithGhdl } from '../tools/ghdl.js'
import { simulateHls } from '../tools/hls.js'
import { simulateWithIcarus } from '../tools/icarus.js'
import type { Simulation, SimulationRequest } from '../tools/simulation.js'
import { simulateWithVerilator } from '../tools/verilator.js'
import { simulateNetlist } from './netlist/simulate.js'

/** Of Verilog; the last one comes with hgq. */
export type VerilogSimulator = 'verilator' | 'icarus' | 'netlist'

/** `vitis` and `oneapi` run as programs, with the types of that vendor. */
export type SimulatorName = VerilogSimulator | 'ghdl' | 'vitis' | 'oneapi'

/**
 * The best simulator for a design that is installed. Of Verilog: Verilator, else Icarus, else the one that hgq brings
 * along. Of VHDL there is GHDL alone; without it there is an error, for no design goes unverified. C++ runs as it is.
 */
export async function chooseSimulator(design: Design): Promise<Result<SimulatorName>> {
  switch (design.language) {
    case 'verilog': {
      if ((await toolVersion('verilator')) !== null) return { ok: true, value: 'verilator' }
      if ((await toolVersion('icarus')) !== null) return { ok: true, value: 'icarus' }
      return { ok: true, value: 'netlist' }
    }
    case 'vhdl': {
      if ((await toolVersion('ghdl')) !== null) return { ok: true, value: 'ghdl' }
      return { ok: false, error: simulatorMissing({ design: design.top }) }
    }
    case 'vitis':
    case 'oneapi':
      return { ok: true, value: design.language }
  }
}

/** Simulates the emitted sources of a design. */
export function simulate(request: SimulationRequest, simulator: SimulatorName): Promise<Result<Simulation>> {
  switch (simulator) {
    case 'verilator':
      return simulateWithVerilator(request)
    case 'icarus':
      return simulateWithIcarus(request)
    case 'ghdl':
      return simulateWithGhdl(request)
    case 'netlist':
      return simulateNetlist(request)
    case 'vitis':
    case 'oneapi':
      return simulateHls(request, simulator)
  }
}
