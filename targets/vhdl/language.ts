import { describeSources, type RtlLanguage } from '../rtl/language.js'
import { identifier } from './names.js'
import { stageModule } from './stage.js'
import { topModule } from './top.js'
import { connections, traffic } from './traffic.js'

/** VHDL-2008 with numeric_std. */
export const VHDL: RtlLanguage = {
  name: 'vhdl',
  extension: 'vhd',
  stream: 'vhdl/templates/stream.vhd.njk',
  testbench: { template: 'vhdl/templates/testbench.vhd.njk', traffic, connections },
  identifier,
  stageModule,
  topModule,
  simulate: ({ sources, top }) => [
    `ghdl -a --std=08 ${sources.join(' ')} sim/tb_${top}.vhd`,
    `ghdl --elab-run --std=08 tb_${top} --ieee-asserts=disable`,
  ],
  sourceFiles: (sources, hasHandshake) => describeSources(sources, hasHandshake, 'entity'),
}
