import { describeSources, type RtlLanguage } from '../rtl/language.js'
import { identifier } from './names.js'
import { stageModule } from './stage.js'
import { topModule } from './top.js'

/** Verilog-2001. */
export const VERILOG: RtlLanguage = {
  name: 'verilog',
  extension: 'v',
  testbench: 'verilog/templates/testbench.v.njk',
  identifier,
  stageModule,
  topModule,
  simulate: ({ sources, top }) => [`iverilog -g2012 -o tb ${sources.join(' ')} sim/tb_${top}.v && vvp -n tb`],
  sourceFiles: (sources) => describeSources(sources, 'module'),
}
