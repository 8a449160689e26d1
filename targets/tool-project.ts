import { type InferInput, object, picklist } from 'valibot'
import type { DeviceSpec } from '../lang/program.js'
import type { DesignInterface } from './design.js'
import { pathSchema } from './project/fields.js'

/** What scripts and constraints read of a project, whatever the language of its sources. */
export interface ToolProject {
  readonly top: string
  readonly interface: DesignInterface
  readonly target: { readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'> }
  /** Paths of the circuit's files, in the order in which a tool should read them. */
  readonly sources: readonly string[]
  /** Their contents. */
  readonly texts: readonly string[]
}

export const sourceSchema = object({ path: pathSchema, language: picklist(['verilog', 'vhdl', 'memory']) })

/** The sources with their languages, which their names tell. */
export function sourcesOf(project: ToolProject): InferInput<typeof sourceSchema>[] {
  return project.sources.map((path) => ({
    path,
    language: /\.vhdl?$/.test(path) ? 'vhdl' : /\.(mem|hex|mif)$/.test(path) ? 'memory' : 'verilog',
  }))
}

export function isAmd(project: ToolProject): boolean {
  return /amd|xilinx/i.test(project.target.device.vendor)
}

export function isAltera(project: ToolProject): boolean {
  return /altera|intel/i.test(project.target.device.vendor)
}
