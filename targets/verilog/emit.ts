import { fmaxEstimate } from '../../compiler/schedule/fmax.js'
import { latencyCycles, type Pipeline } from '../../compiler/schedule/pipeline.js'
import type { ControlSpec, DeviceSpec } from '../../lang/program.js'
import { CONTROL_PORTS, controlOf, coreControl, FREE_RUNNING, latencyWith } from '../control.js'
import type { Design, DesignInterface, PortInterface, PortScaling, TestVectors } from '../design.js'
import { hexLines, packRows } from '../packing.js'
import { inputInterface, outputInterface } from '../ports.js'
import type { TemplateLoader } from '../templates.js'
import { identifier } from './names.js'
import { constraints, type Project, readme, testbench, vivadoScript, yosysScript } from './project.js'
import { signalsOf } from './signals.js'
import { stageModule, stagesOf } from './stage.js'
import { STREAM_NAMES, streamModule } from './stream.js'
import { topModule } from './top.js'

export interface EmitOptions {
  /** Name of the top module; characters that Verilog does not allow are replaced. */
  readonly name: string
  readonly target: { readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'> }
  readonly scaling?: PortScaling
  readonly templates: TemplateLoader
  /** Left out: the pipeline runs freely. */
  readonly control?: ControlSpec
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
  const core = { module: identifier(options.name, new Set()), latencyCycles: latencyCycles(pipeline) }
  const control = controlOf(options.control ?? FREE_RUNNING, core)
  const top = control.handshake === null ? core.module : `${core.module}_stream`
  const taken = new Set([...CONTROL_PORTS, core.module, top, ...(control.handshake === null ? [] : STREAM_NAMES)])
  const inputs = graph.inputs.map((port) =>
    inputInterface(graph, port, identifier(port.name, taken), options.scaling?.inputs[port.name]),
  )
  const outputs = graph.outputs.map((port) =>
    outputInterface(graph, port, identifier(port.name, taken), options.scaling?.outputs[port.name]),
  )
  const cycles = latencyWith(options.control?.handshake ?? 'none', core.latencyCycles)
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
  const circuit = circuitFiles(pipeline, core.module, interface_, options.control?.fanOut)
  const wrapper = streamModule(interface_, options.templates)
  if (wrapper !== null) circuit.push({ path: `src/${top}.v`, text: wrapper })
  const sources = circuit.map((file) => file.path)
  const project: Project = {
    top,
    interface: interface_,
    target: options.target,
    sources,
    texts: circuit.map((file) => file.text),
    vectors: options.vectors?.rows ?? 0,
  }
  const extras = projectFiles(project, pipeline, options)
  return {
    top,
    files: [...circuit, ...extras, { path: 'README.md', text: readme(project, extras, options.templates) }],
    sources,
    latencyCycles: cycles,
    interface: interface_,
  }
}

/** The core: its stages and what strings them together. */
function circuitFiles(
  pipeline: Pipeline,
  core: string,
  { inputs, outputs, control }: DesignInterface,
  fanOut: number | undefined,
): File[] {
  const { graph, registers } = pipeline
  const signals = signalsOf(pipeline)
  const stages = stagesOf(core, pipeline.stages, signals, fanOut)
  const own = coreControl(control)
  return [
    ...stages
      .filter((stage) => stage.outputs.length > 0)
      .map((stage) => ({ path: `src/${stage.module}.v`, text: stageModule(stage, pipeline.stages, graph) })),
    {
      path: `src/${core}.v`,
      text: topModule({ name: core, graph, inputs, outputs, signals, stages, registers, control: own }),
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

/** Products of decimal fractions have last digits that say nothing. */
function picoseconds(ns: number): number {
  return Math.round(ns * 1000) / 1000
}

/** JSON with one line per element: as easy to read as to parse. */
function interfaceText(interface_: DesignInterface): string {
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
