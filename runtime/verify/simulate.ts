import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { toolVersion } from '../tools/discover.js'
import { simulateWithIcarus } from '../tools/icarus.js'
import type { Simulation, SimulationRequest } from '../tools/simulation.js'
import { simulateWithVerilator } from '../tools/verilator.js'
import { simulateNetlist } from './netlist/simulate.js'

export type SimulatorName = 'verilator' | 'icarus' | 'netlist'

/** The best simulator that is installed: Verilator, else Icarus, else the one that hgq brings along. */
export async function chooseSimulator(): Promise<SimulatorName> {
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
  }
}
