import type { Circuit } from '../design.js'

/** What scripts and README of a project have to know about the language of its circuit. */
export interface SourceLanguage {
  /** The commands that run the test bench of a circuit from the project's folder. */
  simulate(circuit: Pick<Circuit, 'top' | 'sources'>): readonly string[]
  /** What the README says of the circuit's files. */
  sourceFiles(
    sources: readonly string[],
    hasHandshake: boolean,
  ): readonly { readonly path: string; readonly purpose: string }[]
}
