import type { FixedGraph } from '../../compiler/fixed/graph.js'
import type { SourceLanguage } from '../project/language.js'
import type { Stage } from './stage.js'
import type { TopInput } from './top.js'

/** What a hardware description language brings along; the structure of the circuit is the same in all. */
export interface RtlLanguage extends SourceLanguage {
  readonly name: 'verilog' | 'vhdl'
  /** Of source files. */
  readonly extension: string
  /** Name of the template of the test bench. */
  readonly testbench: string
  /** A name as close to `name` as the language allows, different from all in `taken`, to which it is added. */
  identifier(name: string, taken: Set<string>): string
  /** The text of a combinational stage. */
  stageModule(stage: Stage, stages: number, graph: FixedGraph): string
  /** The text of the top module. */
  topModule(top: TopInput): string
}

/** The README's words about the circuit's files: stages first, the top module last. */
export function describeSources(
  sources: readonly string[],
  module: string,
): readonly { readonly path: string; readonly purpose: string }[] {
  const top = sources.at(-1)
  const [first] = sources
  if (top === undefined || first === undefined) throw new Error('a circuit has a top module')
  const described = [{ path: top, purpose: `the top ${module}: registers between the stages` }]
  if (first === top) return described
  return [...described, { path: first, purpose: `and so on: one combinational ${module} per pipeline stage` }]
}
