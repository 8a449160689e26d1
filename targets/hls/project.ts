import { array, boolean, object, picklist, string } from 'valibot'
import { borrowedDelays } from '../../compiler/schedule/delays.js'
import type { DeviceSpec } from '../../lang/program.js'
import type { DesignFile, DesignInterface } from '../design.js'
import { countSchema, nameSchema, partSchema, rounded, timeSchema } from '../project/fields.js'
import { renderTemplate, type TemplateLoader } from '../templates.js'
import type { Flavour } from './flavour.js'
import type { HlsPort } from './port.js'

/** What surrounds the function: test bench, script of the tool, README. Structure comes from the templates. */
export interface HlsProject {
  readonly top: string
  readonly interface: DesignInterface
  readonly target: { readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'> }
  readonly flavour: Flavour
  readonly inputs: readonly HlsPort[]
  readonly outputs: readonly HlsPort[]
}

const portSchema = object({ name: nameSchema, typeName: nameSchema, size: countSchema })
const language = picklist(['vitis', 'oneapi'])

const testSchema = object({
  top: nameSchema,
  language,
  inputs: array(portSchema),
  outputs: array(portSchema),
  arguments: string(),
})

const kernelSchema = object({
  top: nameSchema,
  guard: nameSchema,
  inputs: array(portSchema),
  outputs: array(portSchema),
  ports: array(portSchema),
  elements: string(),
  parameters: string(),
})

const buildSchema = object({
  top: nameSchema,
  part: partSchema,
  periodNs: timeSchema,
  uncertaintyNs: timeSchema,
  clockMhz: timeSchema,
})

/** The test bench and what the vendor's tool starts from. */
export function projectFiles(project: HlsProject, load: TemplateLoader): readonly DesignFile[] {
  const { top, flavour } = project
  const [inputs, outputs] = [project.inputs.map(placed), project.outputs.map(placed)]
  const ports = [...inputs, ...outputs]
  const period = project.interface.clock.periodNs
  const build = {
    top,
    part: project.target.device.part,
    periodNs: rounded(period),
    // As the constraints of the RTL have it.
    uncertaintyNs: rounded(period * 0.1),
    clockMhz: rounded(1000 / period),
  }
  const bench: DesignFile = {
    path: `${top}_test.cpp`,
    text: renderTemplate(load, 'hls/templates/test.cpp.njk', testSchema, {
      top,
      language: flavour.language,
      inputs,
      outputs,
      arguments: ports.map((port) => port.name).join(', '),
    }),
  }
  switch (flavour.language) {
    case 'vitis':
      return [
        bench,
        { path: 'build_prj.tcl', text: renderTemplate(load, 'hls/templates/build_prj.tcl.njk', buildSchema, build) },
      ]
    case 'oneapi':
      return [
        bench,
        {
          path: `firmware/${top}_kernel.h`,
          text: renderTemplate(load, 'hls/templates/kernel.h.njk', kernelSchema, {
            top,
            guard: top.toUpperCase(),
            inputs,
            outputs,
            ports,
            elements: ports.map((port) => `${port.name}.element`).join(', '),
            parameters: [
              ...inputs.map((port) => `const ${port.typeName} *${port.name}`),
              ...outputs.map((port) => `${port.typeName} *${port.name}`),
            ].join(', '),
          }),
        },
        { path: 'CMakeLists.txt', text: renderTemplate(load, 'hls/templates/CMakeLists.txt.njk', buildSchema, build) },
      ]
  }
}

const readmeSchema = object({
  top: nameSchema,
  language,
  tool: string(),
  device: string(),
  clockMhz: timeSchema,
  latency: countSchema,
  latencyNs: timeSchema,
  delays: string(),
  hasVectors: boolean(),
  ports: array(object({ name: nameSchema, direction: string(), shape: string(), size: countSchema, type: string() })),
  files: array(object({ path: string(), purpose: string() })),
})

/** `files` are all of the project but the README. */
export function readme(project: HlsProject, files: readonly DesignFile[], load: TemplateLoader): string {
  const { top, flavour } = project
  const { latencyCycles, clock } = project.interface
  const rows = (ports: readonly HlsPort[], direction: string) =>
    ports.map((port) => ({
      name: port.name,
      direction,
      shape: port.port.shape.join(' x ') || 'scalar',
      size: port.port.nodes.length,
      type: flavour.typeName(port.type),
    }))
  return renderTemplate(load, 'hls/templates/README.md.njk', readmeSchema, {
    top,
    language: flavour.language,
    tool: flavour.language === 'vitis' ? 'Vitis HLS' : "oneAPI's compiler for FPGAs",
    device: project.target.device.part,
    clockMhz: rounded(1000 / clock.periodNs),
    latency: latencyCycles,
    latencyNs: rounded(latencyCycles * clock.periodNs),
    delays: borrowedDelays(project.target.device.family) ?? '',
    hasVectors: files.some((file) => file.path === `${top}_test.cpp`),
    ports: [...rows(project.inputs, 'in'), ...rows(project.outputs, 'out')],
    files: files.map(({ path }) => ({ path, purpose: purposeOf(path, top) })),
  })
}

function purposeOf(path: string, top: string): string {
  switch (path) {
    case 'firmware/defines.h':
      return 'types of the arguments'
    case 'firmware/shift.h':
      return 'multiplication by a power of two'
    case `firmware/${top}.h`:
      return 'the function: its declaration'
    case `firmware/${top}.cpp`:
      return 'the function: its operations'
    case `firmware/${top}_kernel.h`:
      return 'the function as a kernel between pipes'
    case `${top}_test.cpp`:
      return 'self-checking test bench'
    case 'tb_data/tb_input_features.dat':
      return 'input vectors of the test bench'
    case 'tb_data/tb_output_predictions.dat':
      return 'the outputs they must give'
    case 'build_prj.tcl':
      return 'simulation, synthesis, co-simulation and export with Vitis HLS'
    case 'CMakeLists.txt':
      return 'emulation, report, simulation and hardware with the oneAPI compiler'
    case 'interface.json':
      return 'ports, element types, scaling, clock and latency, for programs'
    default:
      return 'part of the project'
  }
}

function placed(port: HlsPort): { readonly name: string; readonly typeName: string; readonly size: number } {
  return { name: port.name, typeName: port.typeName, size: port.port.nodes.length }
}
