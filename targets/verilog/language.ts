import { describeSources, type RtlLanguage } from '../rtl/language.js'
import { identifier } from './names.js'
import { stageModule } from './stage.js'
import { topModule } from './top.js'
import { connections, traffic } from './traffic.js'

/** Verilog-2001. */
export const VERILOG: RtlLanguage = {
  name: 'verilog',
  extension: 'v',
  stream: 'verilog/templates/stream.v.njk',
  testbench: { template: 'verilog/templates/testbench.v.njk', traffic, connections },
  identifier,
  stageModule,
  topModule,
  simulate: ({ sources, top }) => [`iverilog -g2012 -o tb ${sources.join(' ')} sim/tb_${top}.v && vvp -n tb`],
  sourceFiles: (sources, hasHandshake) => describeSources(sources, hasHandshake, 'module'),
}
