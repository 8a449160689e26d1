import type { Pipeline } from '../../compiler/schedule/pipeline.js'
import type { DeviceSpec } from '../../lang/program.js'
import type { Design, DesignInterface, PortInterface, PortScaling, TestVectors } from '../design.js'
import { hexLines, packRows } from '../packing.js'
import { inputInterface, outputInterface } from '../ports.js'
import type { TemplateLoader } from '../templates.js'
import { identifier } from './names.js'
import { constraints, type Project, readme, testbench, vivadoScript, yosysScript } from './project.js'
import { signalsOf } from './signals.js'
import { stageModule, stagesOf } from './stage.js'
import { topModule } from './top.js'

export interface EmitOptions {
  /** Name of the top module; characters that Verilog does not allow are replaced. */
  readonly name: string
  readonly target: { readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'> }
  readonly scaling?: PortScaling
  readonly templates: TemplateLoader
  /** Left out: the project gets no test bench. */
  readonly vectors?: TestVectors
}

interface File {
  readonly path: string
  readonly text: string
}

/**
 * A pipeline as a project of Verilog-2001: one combinational module per stage, a top module with the registers between
 * them, and around it a test bench, constraints and scripts. Ports of the module are called as the network calls them,
 * as far as Verilog allows; the interface lists them in the order of the graph. The same pipeline gives the same text.
 */
export function emitVerilog(pipeline: Pipeline, options: EmitOptions): Design {
  const { graph } = pipeline
  const top = identifier(options.name, new Set())
  const taken = new Set(['clk', top])
  const inputs = graph.inputs.map((port) =>
    inputInterface(graph, port, identifier(port.name, taken), options.scaling?.inputs[port.name]),
  )
  const outputs = graph.outputs.map((port) =>
    outputInterface(graph, port, identifier(port.name, taken), options.scaling?.outputs[port.name]),
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
  const circuit = circuitFiles(pipeline, top, inputs, outputs)
  const sources = circuit.map((file) => file.path)
  const project: Project = {
    top,
    interface: interface_,
    target: options.target,
    sources,
    vectors: options.vectors?.rows ?? 0,
  }
  const extras = projectFiles(project, pipeline, options)
  return {
    language: 'verilog',
    top,
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
): readonly File[] {
  const { graph } = pipeline
  const signals = signalsOf(pipeline)
  const stages = stagesOf(top, pipeline.stages, signals)
  return [
    ...stages
      .filter((stage) => stage.outputs.length > 0)
      .map((stage) => ({ path: `src/${stage.module}.v`, text: stageModule(stage, pipeline.stages, graph) })),
    {
      path: `src/${top}.v`,
      text: topModule({ name: top, graph, inputs, outputs, signals, stages }),
    },
  ]
}

function projectFiles(project: Project, pipeline: Pipeline, options: EmitOptions): readonly File[] {
  const { top } = project
  const load = options.templates
  const files: File[] = [{ path: 'interface.json', text: interfaceText(project.interface) }]
  if (options.vectors !== undefined && options.vectors.rows > 0) {
    files.push(
      { path: `sim/tb_${top}.v`, text: testbench(project, load) },
      ...vectorFiles(project, pipeline, options.vectors),
    )
  }
  const amd = /amd|xilinx/i.test(options.target.device.vendor)
  // Both formats share the few commands that are used.
  files.push({ path: `constraints/${top}.${amd ? 'xdc' : 'sdc'}`, text: constraints(project, load) })
  if (amd) {
    files.push({ path: 'build_vivado.tcl', text: vivadoScript(project, load) })
  }
  const yosys = yosysScript(project, load)
  if (yosys !== null) files.push({ path: 'build_yosys.ys', text: yosys })
  return files
}

/** JSON with one line per element: as easy to read as to parse. */
export function interfaceText(interface_: DesignInterface): string {
  const text = JSON.stringify(interface_, null, 2)
  const flat = text.replace(/\{[^{}[\]]*\}|\[[^{}[\]]*\]/g, (inner) => inner.replace(/\s*\n\s*/g, ' '))
  return `${flat}\n`
}

function vectorFiles(project: Project, pipeline: Pipeline, vectors: TestVectors): readonly File[] {
  const file = (
    path: string,
    ports: readonly PortInterface[],
    names: readonly string[],
    values: ReadonlyMap<string, Float64Array>,
  ): File[] => {
    const bits = ports.reduce((sum, port) => sum + port.bits, 0)
    if (bits === 0) return []
    const columns = names.map((name) => {
      const column = values.get(name)
      if (column === undefined) throw new Error(`the test vectors lack port "${name}"`)
      return column
    })
    return [{ path, text: hexLines(packRows(ports, columns, vectors.rows), bits) }]
  }
  const { inputs, outputs } = pipeline.graph
  return [
    ...file(
      'tb_data/inputs.hex',
      project.interface.inputs,
      inputs.map((port) => port.name),
      vectors.inputs,
    ),
    ...file(
      'tb_data/expected.hex',
      project.interface.outputs,
      outputs.map((port) => port.name),
      vectors.outputs,
    ),
  ]
}
