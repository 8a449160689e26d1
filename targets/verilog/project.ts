import { array, boolean, type InferInput, integer, minValue, number, object, pipe, regex, string } from 'valibot'
import type { DeviceSpec } from '../../lang/program.js'
import type { DesignInterface, PortInterface } from '../design.js'
import { QUARTUS_SCRIPT } from '../quartus/script.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import { VIVADO_SCRIPT } from '../vivado/script.js'
import { YOSYS_SCRIPT } from '../yosys/script.js'

/** What surrounds the circuit: test bench, constraints, scripts, README. Structure comes from the templates. */
export interface Project {
  readonly top: string
  readonly interface: DesignInterface
  readonly target: { readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'> }
  /** Paths of the circuit's files. */
  readonly sources: readonly string[]
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
  latency: count,
  halfPeriodNs: time,
  inputBits: count,
  outputBits: count,
  ports: array(object({ name, signal: name, high: count, low: count })),
})

/** Reads `tb_data/inputs.hex` and `tb_data/expected.hex`: all ports of a side side by side, the first one lowest. */
export function testbench(project: Project, load: TemplateLoader): string {
  const inputs = placed(project.interface.inputs, 'driven')
  const outputs = placed(project.interface.outputs, 'got')
  return renderTemplate(load, 'testbench.v.njk', testbenchSchema, {
    top: project.top,
    vectors: project.vectors,
    latency: project.interface.latencyCycles,
    halfPeriodNs: nanoseconds(project.interface.clock.periodNs / 2),
    inputBits: bitsOf(project.interface.inputs),
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

const readmeSchema = object({
  top: name,
  device: string(),
  clockMhz: time,
  latency: count,
  latencyNs: time,
  ports: array(object({ name, direction: string(), shape: string(), elements: count, bits: count })),
  files: array(object({ path, purpose: string() })),
  sources: array(path),
  hasVectors: boolean(),
  hasVivado: boolean(),
  hasQuartus: boolean(),
  hasYosys: boolean(),
})

/** `files` are those written besides the README, without the circuit's own. */
export function readme(project: Project, files: readonly File[], load: TemplateLoader): string {
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
  return renderTemplate(load, 'README.md.njk', readmeSchema, {
    top: project.top,
    device: project.target.device.part,
    clockMhz: nanoseconds(1000 / clock.periodNs),
    latency: latencyCycles,
    latencyNs: nanoseconds(latencyCycles * clock.periodNs),
    ports: [...rows(inputs, 'in'), ...rows(outputs, 'out')],
    files: [
      { path: `src/${project.top}.v`, purpose: 'the top module: registers between the stages' },
      ...(project.sources.length > 1
        ? [{ path: `src/${project.top}_stage0.v`, purpose: 'and so on: one combinational module per pipeline stage' }]
        : []),
      ...written.map((path) => ({ path, purpose: purposeOf(path) })),
    ],
    sources: [...project.sources],
    hasVectors: project.vectors > 0,
    hasVivado: written.includes(VIVADO_SCRIPT),
    hasQuartus: written.includes(QUARTUS_SCRIPT),
    hasYosys: written.includes(YOSYS_SCRIPT),
  })
}

function purposeOf(path: string): string {
  if (path.startsWith('constraints/')) return /\.(xdc|sdc)$/.test(path) ? 'clock and input/output delays' : 'the clock'
  switch (path) {
    case 'interface.json':
      return 'ports, element types, scaling, clock and latency, for programs'
    case VIVADO_SCRIPT:
      return 'out-of-context synthesis, placement and routing with Vivado'
    case QUARTUS_SCRIPT:
      return 'out-of-context synthesis, placement and routing with Quartus Prime'
    case YOSYS_SCRIPT:
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
