import type { Pipeline } from '../../compiler/schedule/pipeline.js'
import type { Design } from '../design.js'
import type { EmitOptions } from '../project/options.js'
import { emitRtl } from '../rtl/emit.js'
import { VERILOG } from './language.js'

/** A pipeline as a project of Verilog-2001. */
export function emitVerilog(pipeline: Pipeline, options: EmitOptions): Design {
  return emitRtl(pipeline, options, VERILOG)
}
