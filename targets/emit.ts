import type { Pipeline } from '../compiler/schedule/pipeline.js'
import type { TargetSpec } from '../lang/program.js'
import type { Design } from './design.js'
import { emitHls } from './hls/emit.js'
import type { EmitOptions } from './project/options.js'
import { emitVerilog } from './verilog/emit.js'
import { emitVhdl } from './vhdl/emit.js'

/** A pipeline as a project in a language. The same pipeline gives the same text. */
export function emitDesign(pipeline: Pipeline, language: TargetSpec['language'], options: EmitOptions): Design {
  switch (language) {
    case 'verilog':
      return emitVerilog(pipeline, options)
    case 'vhdl':
      return emitVhdl(pipeline, options)
    case 'vitis':
    case 'oneapi':
      return emitHls(pipeline, language, options)
  }
}
