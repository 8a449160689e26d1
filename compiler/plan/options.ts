import type { DataSource, TargetSpec } from '../../lang/program.js'

/** What a plan is made for, beside the Program. */
export interface PlanOptions {
  /** Names of builds; every one when left out. */
  readonly builds?: readonly string[]
  /** Names of targets; those of each build when left out. A build that has none of them is not planned. */
  readonly targets?: readonly string[]
  /** Paths of the files that a source reads, relative to the pipeline. */
  readonly dataFiles: (source: DataSource) => readonly string[]
  /** Architecture and operating system, for engines whose results depend on them. */
  readonly platform: string
  /** Which simulator shall run Verilog in verification. Left out: the first that is installed. */
  readonly simulator?: string | undefined
  /** Whether Yosys knows the family of a target's device. Left out: it knows every one. */
  readonly hasEstimate?: ((target: TargetSpec) => boolean) | undefined
  /**
   * Versions of the tools that targets name, of a Yosys that is not that of the package, and of a GHDL that is installed, by
   * name: parts of keys.
   */
  readonly toolVersions?: Readonly<Partial<Record<string, string>>> | undefined
  /** Prove after each pass of the compiler that it kept the function. */
  readonly checkPasses?: boolean | undefined
}
