import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import type { DesignFile } from '../../../targets/design.js'
import type { Implementation } from '../../../targets/implementation.js'
import type { Report } from '../../../targets/report.js'

export type VendorToolName = 'vivado' | 'quartus' | 'vitis_hls'

/** Reads a file that the tool left, by its path in the project; undefined where there is none. */
export type ReadResult = (path: string) => Promise<string | undefined>

/** What differs between the vendors' tools. */
export interface VendorTool {
  readonly name: VendorToolName
  /** As the user knows it. */
  readonly title: string
  /** What it is for, as in `needed to implement the design`. */
  readonly purpose: { readonly infinitive: string; readonly gerund: string }
  /** How it runs its script in the folder of the project; `program` may be another one of the vendor's. */
  command(program: string): readonly string[]
  /** The path of its script in the project. */
  readonly script: string
  /** What it needs beside the project. */
  readonly files?: readonly DesignFile[]
  /** A line with a real error; others only say that there was one. */
  readonly error: RegExp
  /** A line that begins a phase, which it names. */
  readonly phase: RegExp
  /** Errors that a licence will cure which comes free. */
  readonly licence: RegExp
  /** What cures an error. */
  readonly cures: readonly { readonly error: RegExp; readonly cure: string }[]
  /** Paths of the reports that are kept, where the tool wrote them. */
  reports(implementation: Implementation): readonly string[]
  /** The numbers of a run that ended well. */
  read(implementation: Implementation, result: ReadResult): Promise<Result<Report>>
}
