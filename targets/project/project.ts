import { array, boolean, object, pipe, regex, string } from 'valibot'
import type { DeviceSpec } from '../../lang/program.js'
import type { DesignFile, DesignInterface, PortInterface } from '../design.js'
import { yosysFlow } from '../families.js'
import { withBits } from '../ports.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import { count, name, nanoseconds, path, time } from './fields.js'
import type { SourceLanguage } from './language.js'

/** What surrounds the circuit: constraints, scripts, README. Structure comes from the templates. */
export interface Project {
  readonly top: string
  readonly interface: DesignInterface
  readonly target: { readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'> }
  readonly language: SourceLanguage
  /** Paths of the circuit's files, in the order in which a tool should read them; the top module is the last. */
  readonly sources: readonly string[]
  /** Number of test vectors; 0 when the project gets no test bench. */
  readonly vectors: number
}

const constraintsSchema = object({
  top: name,
  periodNs: time,
  uncertaintyNs: time,
  holdUncertaintyNs: time,
  delayMinNs: time,
  delayMaxNs: time,
  inputs: array(name),
  outputs: array(name),
})

/** A tenth of the period as uncertainty and two to four tenths for what lies outside, as the reference designs have it. */
export function constraints(project: Project, load: TemplateLoader): string {
  const period = project.interface.clock.periodNs
  return renderTemplate(load, 'project/templates/constraints.xdc.njk', constraintsSchema, {
    top: project.top,
    periodNs: nanoseconds(period),
    uncertaintyNs: nanoseconds(period * 0.1),
    holdUncertaintyNs: nanoseconds(period * 0.1),
    delayMinNs: nanoseconds(period * 0.2),
    delayMaxNs: nanoseconds(period * 0.4),
    inputs: withBits(project.interface.inputs).map((port) => port.name),
    outputs: withBits(project.interface.outputs).map((port) => port.name),
  })
}

/** A command of a script, without what it is about. */
const command = pipe(string(), regex(/^[a-z0-9_ -]+$/))

const vivadoSchema = object({
  top: name,
  part: pipe(string(), regex(/^[A-Za-z0-9_-]+$/)),
  periodNs: time,
  read: command,
  sources: array(path),
})

/** The script of an out-of-context synthesis in Vivado. */
export function vivadoScript(project: Project, load: TemplateLoader): string {
  return renderTemplate(load, 'project/templates/build_vivado.tcl.njk', vivadoSchema, {
    top: project.top,
    part: project.target.device.part,
    periodNs: nanoseconds(project.interface.clock.periodNs),
    read: project.language.vivadoRead,
    sources: [...project.sources],
  })
}

const yosysSchema = object({ top: name, read: command, sources: array(path), synthesis: string() })

/** Null for a family that Yosys cannot synthesize for, and for a language that it does not read. */
export function yosysScript(project: Project, load: TemplateLoader): string | null {
  const flow = yosysFlow(project.target.device.family)
  const read = project.language.yosysRead
  if (flow === null || read === null) return null
  return renderTemplate(load, 'project/templates/build_yosys.ys.njk', yosysSchema, {
    top: project.top,
    read,
    sources: [...project.sources],
    synthesis: flow.command(project.top),
  })
}

const readmeSchema = object({
  top: name,
  device: string(),
  clockMhz: time,
  latency: count,
  latencyNs: time,
  ports: array(object({ name, direction: string(), shape: string(), elements: count, bits: count })),
  files: array(object({ path, purpose: string() })),
  simulate: array(string()),
  hasVivado: boolean(),
  hasYosys: boolean(),
})

/** `files` are those written besides the README, without the circuit's own. */
export function readme(project: Project, files: readonly DesignFile[], load: TemplateLoader): string {
  const { inputs, outputs, latencyCycles, clock } = project.interface
  const rows = (ports: readonly PortInterface[], direction: string) =>
    ports.map((port) => ({
      name: port.name,
      direction,
      shape: port.shape.join(' x ') || 'scalar',
      elements: port.elements.length,
      bits: port.bits,
    }))
  const written = files.map((file) => file.path)
  return renderTemplate(load, 'project/templates/README.md.njk', readmeSchema, {
    top: project.top,
    device: project.target.device.part,
    clockMhz: nanoseconds(1000 / clock.periodNs),
    latency: latencyCycles,
    latencyNs: nanoseconds(latencyCycles * clock.periodNs),
    ports: [...rows(inputs, 'in'), ...rows(outputs, 'out')],
    files: [
      ...project.language.sourceFiles(project.sources),
      ...written.map((path) => ({ path, purpose: purposeOf(path) })),
    ],
    simulate: project.vectors > 0 ? [...project.language.simulate(project)] : [],
    hasVivado: written.includes('build_vivado.tcl'),
    hasYosys: written.includes('build_yosys.ys'),
  })
}

function purposeOf(path: string): string {
  if (path.startsWith('constraints/')) return 'clock and input/output delays'
  switch (path) {
    case 'interface.json':
      return 'ports, element types, scaling, clock and latency, for programs'
    case 'build_vivado.tcl':
      return 'out-of-context synthesis, placement and routing with Vivado'
    case 'build_yosys.ys':
      return 'estimate of the resources with Yosys'
    case 'tb_data/inputs.hex':
      return 'input vectors of the test bench'
    case 'tb_data/expected.hex':
      return 'the outputs they must give'
    default:
      return path.startsWith('sim/') ? 'self-checking test bench' : 'part of the project'
  }
}
