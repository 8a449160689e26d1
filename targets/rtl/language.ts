import type { FixedGraph } from '../../compiler/fixed/graph.js'
import type { DesignInterface } from '../design.js'
import type { SourceLanguage } from '../project/language.js'
import type { Stage } from './stage.js'
import type { TopInput } from './top.js'
import type { Traffic } from './traffic.js'

/** What a hardware description language brings along; the structure of the circuit is the same in all. */
export interface RtlLanguage extends SourceLanguage {
  readonly name: 'verilog' | 'vhdl'
  /** Of source files. */
  readonly extension: string
  /** Name of the template of the module around a core that does its handshake. */
  readonly stream: string
  /** A name as close to `name` as the language allows, different from all in `taken`, to which it is added. */
  identifier(name: string, taken: Set<string>): string
  /** The text of a combinational stage. */
  stageModule(stage: Stage, stages: number, graph: FixedGraph): string
  /** The text of the top module. */
  topModule(top: TopInput): string
  readonly testbench: TestbenchLanguage
}

/** The test bench of a project. */
export interface TestbenchLanguage {
  /** Name of its template. */
  readonly template: string
  /** What works the inputs and outputs of the design. */
  traffic(design: DesignInterface, vectors: number): Traffic
  /** The design's clock and control ports, connected. */
  connections(design: DesignInterface): readonly string[]
}

/** The README's words about the circuit's files: stages first, the top module last, behind the core where there is one. */
export function describeSources(
  sources: readonly string[],
  hasHandshake: boolean,
  module: string,
): readonly { readonly path: string; readonly purpose: string }[] {
  const core = sources.at(hasHandshake ? -2 : -1)
  const top = sources.at(-1)
  const [first] = sources
  if (top === undefined || core === undefined || first === undefined) throw new Error('a circuit has a top module')
  return [
    ...(hasHandshake ? [{ path: top, purpose: `the top ${module}: handshake` }] : []),
    { path: core, purpose: `${hasHandshake ? 'the core' : `the top ${module}`}: registers between the stages` },
    ...(first === core ? [] : [{ path: first, purpose: `and so on: one combinational ${module} per pipeline stage` }]),
  ]
}
