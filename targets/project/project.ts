import { array, boolean, object, picklist, string } from 'valibot'
import { borrowedDelays } from '../../compiler/schedule/delays.js'
import type { DeviceSpec } from '../../lang/program.js'
import { controlPorts } from '../control.js'
import type { DesignFile, DesignInterface, PortInterface } from '../design.js'
import { QUARTUS_SCRIPT } from '../quartus/script.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import { VIVADO_SCRIPT } from '../vivado/script.js'
import { YOSYS_SCRIPT } from '../yosys/script.js'
import { countSchema, nameSchema, pathSchema, rounded, timeSchema } from './fields.js'
import type { SourceLanguage } from './language.js'

/** What surrounds the circuit: constraints, scripts, README. Structure comes from the templates. */
export interface Project {
  readonly top: string
  readonly interface: DesignInterface
  readonly target: { readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'> }
  readonly language: SourceLanguage
  /** Paths of the circuit's files, in the order in which a tool should read them; the top module is the last. */
  readonly sources: readonly string[]
  /** Their contents. */
  readonly texts: readonly string[]
  /** Number of test vectors; 0 when the project gets no test bench. */
  readonly vectors: number
}

const readmeSchema = object({
  top: nameSchema,
  device: string(),
  clockMhz: timeSchema,
  latency: countSchema,
  latencyNs: timeSchema,
  ports: array(
    object({ name: nameSchema, direction: string(), shape: string(), elements: countSchema, bits: countSchema }),
  ),
  controls: array(object({ name: nameSchema, direction: string() })),
  /** Empty where there is none. */
  reset: string(),
  resetsData: boolean(),
  enable: string(),
  handshake: picklist(['none', 'valid', 'valid_ready']),
  core: nameSchema,
  places: countSchema,
  fmax: object({ mhz: countSchema, low: countSchema, high: countSchema }),
  delays: string(),
  files: array(object({ path: pathSchema, purpose: string() })),
  simulate: array(string()),
  hasVivado: boolean(),
  hasQuartus: boolean(),
  hasYosys: boolean(),
})

/** `files` are those written besides the README, without the circuit's own. */
export function readme(project: Project, files: readonly DesignFile[], load: TemplateLoader): string {
  const { inputs, outputs, latencyCycles, latencyNs, clock, control, fmaxEstimate } = project.interface
  const { reset, clockEnable, handshake } = control
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
    clockMhz: rounded(1000 / clock.periodNs),
    latency: latencyCycles,
    latencyNs,
    ports: [...rows(inputs, 'in'), ...rows(outputs, 'out')],
    controls: (['in', 'out'] as const).flatMap((direction) =>
      controlPorts(control, direction).map((name) => ({ name, direction })),
    ),
    reset: reset?.kind ?? '',
    resetsData: reset?.data ?? false,
    enable: clockEnable?.port ?? '',
    handshake: handshake?.kind ?? 'none',
    core: handshake?.core.module ?? project.top,
    places: handshake?.places ?? 0,
    fmax: fmaxEstimate,
    delays: borrowedDelays(project.target.device.family) ?? '',
    files: [
      ...project.language.sourceFiles(project.sources, handshake !== null),
      ...written.map((path) => ({ path, purpose: purposeOf(path) })),
    ],
    simulate: project.vectors > 0 ? [...project.language.simulate(project)] : [],
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
