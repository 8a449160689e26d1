import type { Result } from '../../lang/diagnostics/diagnostic.js'
import type { TargetSpec } from '../../lang/program.js'
import { toolVersion } from '../tools/discover.js'
import { simulateHls } from '../tools/hls.js'
import { simulateWithIcarus } from '../tools/icarus.js'
import type { Simulation, SimulationRequest } from '../tools/simulation.js'
import { simulateWithVerilator } from '../tools/verilator.js'
import { simulateNetlist } from './netlist/simulate.js'

/** `vitis` and `oneapi` run as programs, with the types of that vendor. */
export type SimulatorName = 'verilator' | 'icarus' | 'netlist' | 'vitis' | 'oneapi'

/**
 * How designs in a language are simulated. Verilog by the best simulator that is installed: Verilator, else Icarus, else
 * the one that hgq brings along.
 */
export async function chooseSimulator(language: TargetSpec['language']): Promise<SimulatorName> {
  switch (language) {
    case 'verilog':
      break
    case 'vhdl':
      throw new Error('there are no designs in VHDL')
    case 'vitis':
    case 'oneapi':
      return language
  }
  if ((await toolVersion('verilator')) !== null) return 'verilator'
  if ((await toolVersion('icarus')) !== null) return 'icarus'
  return 'netlist'
}

/** Simulates the emitted sources of a design. */
export function simulate(request: SimulationRequest, simulator: SimulatorName): Promise<Result<Simulation>> {
  switch (simulator) {
    case 'verilator':
      return simulateWithVerilator(request)
    case 'icarus':
      return simulateWithIcarus(request)
    case 'netlist':
      return simulateNetlist(request)
    case 'vitis':
    case 'oneapi':
      return simulateHls(request, simulator)
  }
}
