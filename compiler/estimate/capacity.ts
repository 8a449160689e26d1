import type { TargetSpec } from '../../lang/program.js'
import { architectureOf } from './architecture.js'

/** How many cells of each kind a device has, in those that the tool of its target counts. */
export type Capacity = {
  readonly lut: number
  readonly ff: number
  readonly dsp: number
  /** Blocks of the family's own size. */
  readonly bram: number
}

/** Intel, Stratix 10 Logic Array Blocks and Adaptive Logic Modules User Guide: look-up tables of an adaptive logic module. */
const ALUTS_PER_ALM = 2

/** What there is room for. Devices of Altera are declared in adaptive logic modules, which Quartus counts; Yosys counts their look-up tables. */
export function capacityOf({ device, tool }: Pick<TargetSpec, 'device' | 'tool'>): Capacity {
  const { lut, ff, dsp, bram } = device.resources
  return { lut: tool === 'yosys' && hasAdaptiveModules(device.family) ? ALUTS_PER_ALM * lut : lut, ff, dsp, bram }
}

function hasAdaptiveModules(family: string): boolean {
  switch (architectureOf(family)) {
    case 'agilex':
    case 'stratix10':
    case 'arria10':
    case 'cyclone10gx':
    case 'stratixv':
    case 'arriav':
    case 'cyclonev':
      return true
    case 'uplus':
    case 'ultrascale':
    case 'series7':
    case 'versal':
    case 'ecp5':
    case 'ice40':
    case 'gowin':
    case null:
      return false
  }
}
