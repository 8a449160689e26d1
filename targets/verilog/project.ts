import {
  array,
  boolean,
  type InferInput,
  integer,
  minValue,
  number,
  object,
  picklist,
  pipe,
  regex,
  string,
} from 'valibot'
import type { DeviceSpec } from '../../lang/program.js'
import { controlPorts } from '../control.js'
import type { DesignInterface, PortInterface } from '../design.js'
import { keepingCopies, yosysFlow } from '../families.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import { trafficPorts, trafficText } from './traffic.js'

/** What surrounds the circuit: test bench, constraints, scripts, README. Structure comes from the templates. */
export interface Project {
  readonly top: string
  readonly interface: DesignInterface
  readonly target: { readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'> }
  /** Paths of the circuit's files. */
  readonly sources: readonly string[]
  /** Their texts. */
  readonly texts: readonly string[]
  /** Number of test vectors; 0 when the project gets no test bench. */
  readonly vectors: number
}

interface File {
  readonly path: string
  readonly text: string
}

const name = pipe(string(), regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
const path = pipe(string(), regex(/^[A-Za-z0-9_./]+$/))
const count = pipe(number(), integer(), minValue(0))
const time = pipe(number(), minValue(0))

const testbenchSchema = object({
  top: name,
  vectors: pipe(count, minValue(1)),
  halfPeriodNs: time,
  inputBits: count,
  /** Highest bit of the vectors in the memory. */
  drivenHigh: count,
  outputBits: count,
  /** What works inputs and outputs, and how it is connected. */
  traffic: string(),
  controls: array(string()),
  ports: array(object({ name, signal: name, high: count, low: count })),
})

/** Reads `tb_data/inputs.hex` and `tb_data/expected.hex`: all ports of a side side by side, the first one lowest. */
export function testbench(project: Project, load: TemplateLoader): string {
  const inputs = placed(project.interface.inputs, 'driven')
  const outputs = placed(project.interface.outputs, 'got')
  return renderTemplate(load, 'testbench.v.njk', testbenchSchema, {
    top: project.top,
    vectors: project.vectors,
    halfPeriodNs: nanoseconds(project.interface.clock.periodNs / 2),
    traffic: trafficText(project.interface, Math.max(1, bitsOf(project.interface.inputs))),
    controls: [...trafficPorts(project.interface)],
    inputBits: bitsOf(project.interface.inputs),
    drivenHigh: Math.max(1, bitsOf(project.interface.inputs)) - 1,
    outputBits: bitsOf(project.interface.outputs),
    ports: [...inputs, ...outputs],
  })
}

function placed(ports: readonly PortInterface[], signal: string): InferInput<typeof testbenchSchema>['ports'] {
  let low = 0
  return withBits(ports).map((port) => {
    const place = { name: port.name, signal, high: low + port.bits - 1, low }
    low += port.bits
    return place
  })
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
  /** Control ports: one bit each. */
  controlInputs: array(name),
  controlOutputs: array(name),
})

/** A tenth of the period as uncertainty and two to four tenths for what lies outside, as the reference designs have it. */
export function constraints(project: Project, load: TemplateLoader): string {
  const { clock, control } = project.interface
  const period = clock.periodNs
  return renderTemplate(load, 'constraints.xdc.njk', constraintsSchema, {
    top: project.top,
    periodNs: nanoseconds(period),
    uncertaintyNs: nanoseconds(period * 0.1),
    holdUncertaintyNs: nanoseconds(period * 0.1),
    delayMinNs: nanoseconds(period * 0.2),
    delayMaxNs: nanoseconds(period * 0.4),
    inputs: withBits(project.interface.inputs).map((port) => port.name),
    outputs: withBits(project.interface.outputs).map((port) => port.name),
    controlInputs: [...controlPorts(control, 'in')],
    controlOutputs: [...controlPorts(control, 'out')],
  })
}

const vivadoSchema = object({
  top: name,
  part: pipe(string(), regex(/^[A-Za-z0-9_-]+$/)),
  periodNs: time,
  sources: array(path),
})

/** The script of an out-of-context synthesis in Vivado. */
export function vivadoScript(project: Project, load: TemplateLoader): string {
  return renderTemplate(load, 'build_vivado.tcl.njk', vivadoSchema, {
    top: project.top,
    part: project.target.device.part,
    periodNs: nanoseconds(project.interface.clock.periodNs),
    sources: [...project.sources],
  })
}

const yosysSchema = object({ top: name, sources: array(path), synthesis: string() })

/** Null for a family that Yosys cannot synthesize for. */
export function yosysScript(project: Project, load: TemplateLoader): string | null {
  const flow = yosysFlow(project.target.device.family)
  if (flow === null) return null
  return renderTemplate(load, 'build_yosys.ys.njk', yosysSchema, {
    top: project.top,
    sources: [...project.sources],
    synthesis: [...keepingCopies(project.top, project.texts), flow.command(project.top)].join('\n'),
  })
}

const readmeSchema = object({
  top: name,
  device: string(),
  clockMhz: time,
  latency: count,
  latencyNs: time,
  ports: array(object({ name, direction: string(), shape: string(), elements: count, bits: count })),
  controls: array(object({ name, direction: string() })),
  reset: string(),
  resetsData: boolean(),
  enable: string(),
  handshake: picklist(['none', 'valid', 'valid_ready']),
  core: string(),
  places: count,
  fmax: object({ mhz: count, low: count, high: count }),
  files: array(object({ path, purpose: string() })),
  sources: array(path),
  hasVectors: boolean(),
  hasVivado: boolean(),
  hasYosys: boolean(),
})

/** `files` are those written besides the README, without the circuit's own. */
export function readme(project: Project, files: readonly File[], load: TemplateLoader): string {
  const { inputs, outputs, latencyCycles, clock, control, fmaxEstimate } = project.interface
  const core = control.handshake?.core.module ?? project.top
  const rows = (ports: readonly PortInterface[], direction: string) =>
    ports.map((port) => ({
      name: port.name,
      direction,
      shape: port.shape.join(' x ') || 'scalar',
      elements: port.elements.length,
      bits: port.bits,
    }))
  const written = files.map((file) => file.path)
  return renderTemplate(load, 'README.md.njk', readmeSchema, {
    top: project.top,
    device: project.target.device.part,
    clockMhz: nanoseconds(1000 / clock.periodNs),
    latency: latencyCycles,
    latencyNs: nanoseconds(latencyCycles * clock.periodNs),
    ports: [...rows(inputs, 'in'), ...rows(outputs, 'out')],
    controls: (['in', 'out'] as const).flatMap((direction) =>
      controlPorts(control, direction).map((name) => ({ name, direction })),
    ),
    reset: control.reset?.kind ?? '',
    resetsData: control.reset?.data ?? false,
    enable: control.clockEnable?.port ?? '',
    handshake: control.handshake?.kind ?? 'none',
    core,
    places: control.handshake?.places ?? 0,
    fmax: fmaxEstimate,
    files: [
      ...(control.handshake === null ? [] : [{ path: `src/${project.top}.v`, purpose: 'the top module: handshake' }]),
      {
        path: `src/${core}.v`,
        purpose: `${control.handshake === null ? 'the top module' : 'the core'}: registers between the stages`,
      },
      ...(project.sources.includes(`src/${core}_stage0.v`)
        ? [{ path: `src/${core}_stage0.v`, purpose: 'and so on: one combinational module per pipeline stage' }]
        : []),
      ...written.map((path) => ({ path, purpose: purposeOf(path) })),
    ],
    sources: [...project.sources],
    hasVectors: project.vectors > 0,
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

function withBits(ports: readonly PortInterface[]): readonly PortInterface[] {
  return ports.filter((port) => port.bits > 0)
}

function bitsOf(ports: readonly PortInterface[]): number {
  return ports.reduce((sum, port) => sum + port.bits, 0)
}

/** Femtoseconds are enough: 2.7777777777777777 is printed as 2.777778. */
function nanoseconds(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
