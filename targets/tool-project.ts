import { type InferInput, minValue, number, object, picklist, pipe, regex, string } from 'valibot'
import type { DeviceSpec } from '../lang/program.js'
import type { DesignInterface, PortInterface } from './design.js'

/** What scripts and constraints read of a project, whatever the language of its sources. */
export interface ToolProject {
  readonly top: string
  readonly interface: DesignInterface
  readonly target: { readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'> }
  /** Paths of the circuit's files, in the order in which a tool should read them. */
  readonly sources: readonly string[]
}

// What templates of scripts may hold: nothing in them can be taken for a command.
export const nameSchema = pipe(string(), regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
export const pathSchema = pipe(string(), regex(/^[A-Za-z0-9_./-]+$/))
export const partSchema = pipe(string(), regex(/^[A-Za-z0-9_-]+$/))
export const timeSchema = pipe(number(), minValue(0))
export const sourceSchema = object({ path: pathSchema, language: picklist(['verilog', 'vhdl', 'memory']) })

/** The sources with their languages, which their names tell. */
export function sourcesOf(project: ToolProject): InferInput<typeof sourceSchema>[] {
  return project.sources.map((path) => ({
    path,
    language: /\.vhdl?$/.test(path) ? 'vhdl' : /\.(mem|hex|mif)$/.test(path) ? 'memory' : 'verilog',
  }))
}

/** The ports that the module has: one without bits is left out of it. */
export function portsWithBits(ports: readonly PortInterface[]): readonly PortInterface[] {
  return ports.filter((port) => port.bits > 0)
}

/** Femtoseconds are enough: 2.7777777777777777 is printed as 2.777778. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

export function isAmd(project: ToolProject): boolean {
  return /amd|xilinx/i.test(project.target.device.vendor)
}

export function isAltera(project: ToolProject): boolean {
  return /altera|intel/i.test(project.target.device.vendor)
}
