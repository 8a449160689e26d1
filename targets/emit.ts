import type { Pipeline } from '../compiler/schedule/pipeline.js'
import type { TargetSpec } from '../lang/program.js'
import type { Design, EmittedLanguage } from './design.js'
import type { EmitOptions } from './project/options.js'
import { emitVerilog } from './verilog/emit.js'
import { emitVhdl } from './vhdl/emit.js'

/** Whether designs in a language of targets can be made. */
export function isEmitted(language: TargetSpec['language']): language is EmittedLanguage {
  switch (language) {
    case 'verilog':
    case 'vhdl':
      return true
    case 'vitis':
    case 'oneapi':
      return false
  }
}

/** A pipeline as a project in a language. The same pipeline gives the same text. */
export function emitDesign(pipeline: Pipeline, language: EmittedLanguage, options: EmitOptions): Design {
  switch (language) {
    case 'verilog':
      return emitVerilog(pipeline, options)
    case 'vhdl':
      return emitVhdl(pipeline, options)
  }
}
