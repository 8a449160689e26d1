import type { Pipeline } from '../../compiler/schedule/pipeline.js'
import type { Design, DesignFile, DesignInterface, PortInterface } from '../design.js'
import { inputInterface, outputInterface } from '../ports.js'
import { interfaceFile, vectorFiles } from '../project/files.js'
import type { EmitOptions } from '../project/options.js'
import { type Project, readme } from '../project/project.js'
import { toolFiles } from '../tool-files.js'
import type { RtlLanguage } from './language.js'
import { signalsOf } from './signals.js'
import { stagesOf } from './stage.js'
import { testbench } from './testbench.js'

/**
 * A pipeline as a project at register-transfer level: one combinational module per stage, a top module with the registers
 * between them, and around it a test bench, constraints and scripts. Ports of the module are called as the network calls
 * them, as far as the language allows; the interface lists them in the order of the graph. The same pipeline gives the
 * same text.
 */
export function emitRtl(pipeline: Pipeline, options: EmitOptions, language: RtlLanguage): Design {
  const { graph } = pipeline
  const top = language.identifier(options.name, new Set())
  const taken = new Set(['clk', top])
  const inputs = graph.inputs.map((port) =>
    inputInterface(graph, port, language.identifier(port.name, taken), options.scaling?.inputs[port.name]),
  )
  const outputs = graph.outputs.map((port) =>
    outputInterface(graph, port, language.identifier(port.name, taken), options.scaling?.outputs[port.name]),
  )
  const interface_: DesignInterface = {
    version: 1,
    top,
    clock: { port: 'clk', periodNs: pipeline.clockPeriodNs },
    latencyCycles: pipeline.stages,
    initiationInterval: 1,
    inputs,
    outputs,
  }
  const circuit = circuitFiles(pipeline, top, inputs, outputs, language)
  const sources = circuit.map((file) => file.path)
  const project: Project = {
    top,
    interface: interface_,
    target: options.target,
    language,
    sources,
    vectors: options.vectors?.rows ?? 0,
  }
  const extras = projectFiles(project, pipeline, options, language)
  return {
    top,
    language: language.name,
    files: [...circuit, ...extras, { path: 'README.md', text: readme(project, extras, options.templates) }],
    sources,
    latencyCycles: pipeline.stages,
    interface: interface_,
  }
}

function circuitFiles(
  pipeline: Pipeline,
  top: string,
  inputs: readonly PortInterface[],
  outputs: readonly PortInterface[],
  language: RtlLanguage,
): readonly DesignFile[] {
  const { graph } = pipeline
  const signals = signalsOf(pipeline)
  const stages = stagesOf(top, pipeline.stages, signals)
  const file = (module: string, text: string): DesignFile => ({ path: `src/${module}.${language.extension}`, text })
  return [
    ...stages
      .filter((stage) => stage.outputs.length > 0)
      .map((stage) => file(stage.module, language.stageModule(stage, pipeline.stages, graph))),
    file(top, language.topModule({ name: top, graph, inputs, outputs, signals, stages })),
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
