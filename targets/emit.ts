import type { Pipeline } from '../compiler/schedule/pipeline.js'
import type { TargetSpec } from '../lang/program.js'
import type { Design } from './design.js'
import type { EmitOptions } from './project/options.js'
import { emitVerilog } from './verilog/emit.js'

/** The languages of which there is an emitter. */
export type EmittedLanguage = Extract<TargetSpec['language'], 'verilog'>

/** Whether designs in a language of targets can be made. */
export function isEmitted(language: TargetSpec['language']): language is EmittedLanguage {
  switch (language) {
    case 'verilog':
      return true
    case 'vhdl':
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
  }
}
