import { fmaxEstimate } from '../../compiler/schedule/fmax.js'
import { latencyCycles, type Pipeline } from '../../compiler/schedule/pipeline.js'
import { controlOf, FREE_RUNNING } from '../control.js'
import type { Design, DesignFile, DesignInterface, PortInterface } from '../design.js'
import { inputInterface, outputInterface } from '../ports.js'
import { picoseconds } from '../project/fields.js'
import { interfaceFile } from '../project/files.js'
import type { EmitOptions } from '../project/options.js'
import { type Flavour, flavourOf, type HlsLanguage } from './flavour.js'
import { sourceFiles } from './function.js'
import { cppIdentifier } from './names.js'
import { elementType, hlsPort } from './port.js'
import { projectFiles, readme } from './project.js'
import { vectorFiles } from './vectors.js'

/**
 * The operations of a pipeline as a project of C++ for high-level synthesis, laid out as users of hls4ml know it: one
 * function in `firmware/`, its test bench and vectors, and the script of the vendor's tool, which places its own registers;
 * of the stages nothing but their number is used. The same pipeline gives the same text. Without vectors there is neither
 * a test bench nor a script.
 */
export function emitHls(pipeline: Pipeline, language: HlsLanguage, options: EmitOptions): Design {
  const { graph } = pipeline
  const flavour = flavourOf(language)
  const taken = new Set<string>()
  const top = cppIdentifier(options.name, taken)
  const inputs = graph.inputs.map((port) => {
    const scaling = options.scaling?.inputs[port.name]
    return hlsPort(
      port,
      arrayOf(inputInterface(graph, port, cppIdentifier(port.name, taken), scaling), flavour),
      flavour,
    )
  })
  const outputs = graph.outputs.map((port) => {
    const scaling = options.scaling?.outputs[port.name]
    return hlsPort(
      port,
      arrayOf(outputInterface(graph, port, cppIdentifier(port.name, taken), scaling), flavour),
      flavour,
    )
  })
  const cycles = latencyCycles(pipeline)
  const interface_: DesignInterface = {
    version: 1,
    top,
    // As the tools call it in the RTL that they make.
    clock: { port: language === 'vitis' ? 'ap_clk' : 'clock', periodNs: pipeline.clockPeriodNs },
    latencyCycles: cycles,
    latencyNs: picoseconds(cycles * pipeline.clockPeriodNs),
    initiationInterval: 1,
    control: controlOf(FREE_RUNNING, { module: top, latencyCycles: cycles }),
    fmaxEstimate: fmaxEstimate(pipeline),
    inputs: inputs.map((port) => port.interface),
    outputs: outputs.map((port) => port.interface),
  }
  const sources = sourceFiles({ top, graph, inputs, outputs, flavour }, options.templates)
  const project = { top, interface: interface_, target: options.target, flavour, inputs, outputs }
  const extras: DesignFile[] = [interfaceFile(interface_)]
  const hasVectors = options.vectors !== undefined && options.vectors.rows > 0
  if (options.vectors !== undefined && hasVectors)
    extras.push(...projectFiles(project, options.templates), ...vectorFiles(inputs, outputs, options.vectors))
  return {
    language,
    top,
    files: [
      ...sources,
      ...extras,
      { path: 'README.md', text: readme(project, [...sources, ...extras], options.templates) },
    ],
    sources: sources.map((file) => file.path),
    latencyCycles: cycles,
    interface: interface_,
  }
}

function arrayOf(port: PortInterface, flavour: Flavour): PortInterface {
  return { ...port, array: elementType(port, flavour) }
}
