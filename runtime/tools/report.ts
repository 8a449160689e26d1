/** What a synthesis tool said of a design. A section that is missing from the tool's output is an error, not a zero. */
export interface SynthesisReport {
  readonly tool: { readonly name: string; readonly version: string }
  /** Estimates come from a tool that is not the vendor's. */
  readonly estimate: boolean
  readonly lut: number
  readonly ff: number
  readonly dsp: number
  readonly bram: number
  /** Longest chain of cells between registers. */
  readonly depth: number
  readonly cells: { readonly [type: string]: number }
}
