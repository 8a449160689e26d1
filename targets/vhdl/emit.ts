import type { Pipeline } from '../../compiler/schedule/pipeline.js'
import type { Design } from '../design.js'
import type { EmitOptions } from '../project/options.js'
import { emitRtl } from '../rtl/emit.js'
import { VHDL } from './language.js'

/** A pipeline as a project of VHDL-2008. */
export function emitVhdl(pipeline: Pipeline, options: EmitOptions): Design {
  return emitRtl(pipeline, options, VHDL)
}
