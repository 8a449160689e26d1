import { fmaxEstimate } from '../../compiler/schedule/fmax.js'
import { latencyCycles, type Pipeline } from '../../compiler/schedule/pipeline.js'
import { CONTROL_PORTS, controlOf, coreControl, FREE_RUNNING, latencyWith } from '../control.js'
import type { Design, DesignFile, DesignInterface } from '../design.js'
import { inputInterface, outputInterface } from '../ports.js'
import { picoseconds } from '../project/fields.js'
import { interfaceFile, vectorFiles } from '../project/files.js'
import type { EmitOptions } from '../project/options.js'
import { type Project, readme } from '../project/project.js'
import { toolFiles } from '../tool-files.js'
import type { RtlLanguage } from './language.js'
import { signalsOf } from './signals.js'
import { stagesOf } from './stage.js'
import { STREAM_NAMES, streamModule } from './stream.js'
import { testbench } from './testbench.js'

/**
 * A pipeline as a project at register-transfer level: one combinational module per stage, a module with the registers
 * between them, where there is a handshake one around that, and around it a test bench, constraints and scripts. Ports of
 * the module are called as the network calls them, as far as the language allows; the interface lists them in the order of
 * the graph. The same pipeline gives the same text.
 */
export function emitRtl(pipeline: Pipeline, options: EmitOptions, language: RtlLanguage): Design {
  const { graph } = pipeline
  const spec = options.control ?? FREE_RUNNING
  const core = { module: language.identifier(options.name, new Set()), latencyCycles: latencyCycles(pipeline) }
  const control = controlOf(spec, core)
  const top = control.handshake === null ? core.module : `${core.module}_stream`
  const taken = new Set([...CONTROL_PORTS, core.module, top, ...(control.handshake === null ? [] : STREAM_NAMES)])
  const inputs = graph.inputs.map((port) =>
    inputInterface(graph, port, language.identifier(port.name, taken), options.scaling?.inputs[port.name]),
  )
  const outputs = graph.outputs.map((port) =>
    outputInterface(graph, port, language.identifier(port.name, taken), options.scaling?.outputs[port.name]),
  )
  const cycles = latencyWith(spec.handshake, core.latencyCycles)
  const interface_: DesignInterface = {
    version: 1,
    top,
    clock: { port: 'clk', periodNs: pipeline.clockPeriodNs },
    latencyCycles: cycles,
    latencyNs: picoseconds(cycles * pipeline.clockPeriodNs),
    initiationInterval: 1,
    control,
    fmaxEstimate: fmaxEstimate(pipeline),
    inputs,
    outputs,
  }
  const circuit = circuitFiles(pipeline, core.module, interface_, options, language)
  const sources = circuit.map((file) => file.path)
  const project: Project = {
    top,
    interface: interface_,
    target: options.target,
    language,
    sources,
    texts: circuit.map((file) => file.text),
    vectors: options.vectors?.rows ?? 0,
  }
  const extras = projectFiles(project, pipeline, options, language)
  return {
    top,
    language: language.name,
    files: [...circuit, ...extras, { path: 'README.md', text: readme(project, extras, options.templates) }],
    sources,
    latencyCycles: cycles,
    interface: interface_,
  }
}

/** The stages, what strings them together, and what is around that. */
function circuitFiles(
  pipeline: Pipeline,
  core: string,
  interface_: DesignInterface,
  { control: spec, templates }: EmitOptions,
  language: RtlLanguage,
): readonly DesignFile[] {
  const { graph, registers } = pipeline
  const { inputs, outputs } = interface_
  const signals = signalsOf(pipeline)
  const stages = stagesOf(core, pipeline.stages, signals, spec?.fanOut)
  const control = coreControl(interface_.control)
  const file = (module: string, text: string): DesignFile => ({ path: `src/${module}.${language.extension}`, text })
  const wrapper = streamModule(interface_, language.stream, templates)
  return [
    ...stages
      .filter((stage) => stage.outputs.length > 0)
      .map((stage) => file(stage.module, language.stageModule(stage, pipeline.stages, graph))),
    file(core, language.topModule({ name: core, graph, inputs, outputs, signals, stages, registers, control })),
    ...(wrapper === null ? [] : [file(interface_.top, wrapper)]),
  ]
}

function projectFiles(
  project: Project,
  pipeline: Pipeline,
  options: EmitOptions,
  language: RtlLanguage,
): readonly DesignFile[] {
  const { templates, vectors } = options
  const files: DesignFile[] = [interfaceFile(project.interface)]
  if (vectors !== undefined && vectors.rows > 0) {
    files.push(
      { path: `sim/tb_${project.top}.${language.extension}`, text: testbench(project, language.testbench, templates) },
      ...vectorFiles(project.interface, pipeline.graph, vectors),
    )
  }
  return [...files, ...toolFiles(project, templates)]
}
