import { tmpdir } from 'node:os'
import type { Pipeline } from '../../compiler/schedule/pipeline.js'
import { findTool } from '../../runtime/tools/discover.js'
import { packageTemplates } from '../../runtime/tools/templates.js'
import { synthesizeWithYosys } from '../../runtime/tools/yosys.js'
import type { SystemYosys } from '../../runtime/tools/yosys-engine.js'
import { emitVerilog } from '../../targets/verilog/emit.js'

export interface Cells {
  readonly lut: number
  readonly ff: number
}

const FAMILY = 'virtexuplus'

/** The pipeline's circuit, counted by the Yosys of the package, or by the one that is installed; null where it is not. */
export async function cellsOf(pipeline: Pipeline, yosys: 'package' | 'system'): Promise<Cells | null> {
  const system = yosys === 'system' ? await systemYosys() : undefined
  if (system === null) return null
  const device = { part: 'xcvu13p-flga2577-2-e', vendor: 'amd', family: FAMILY }
  const design = emitVerilog(pipeline, { name: 'top', target: { device }, templates: packageTemplates })
  const estimate = await synthesizeWithYosys(design, FAMILY, { system })
  if (!estimate.ok) throw new Error(estimate.error.message)
  const { lut, ff } = estimate.value.report.resources
  return { lut: lut.total, ff }
}

/** The Yosys on the PATH; null without one. */
export async function systemYosys(): Promise<SystemYosys | null> {
  const found = await findTool('yosys')
  return typeof found === 'string' ? null : { ...found, scratch: tmpdir() }
}
