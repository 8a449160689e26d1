/** What `hgq.config.ts` may set. None of it changes a result; it says where and how builds run. */
export interface HgqConfig {
  /** Folder of the store, relative to the configuration file. Left out: `.hgq` beside the pipeline. */
  readonly cacheDir?: string
  /** Steps that may run at once. Left out: one per processor core. */
  readonly jobs?: number
  /** Threads that one training may use. Left out: one per processor core. */
  readonly threads?: number
  /** How progress is shown. Left out: `tty` on a terminal, else `plain`. */
  readonly reporter?: 'tty' | 'plain' | 'ndjson'
  /** What runs the emitted Verilog in verification. Left out: the first that is installed; `netlist` comes with the package. */
  readonly simulator?: 'verilator' | 'icarus' | 'netlist'
  /** Prove after each pass of the compiler that it kept the function of the circuit; for debugging, takes seconds. */
  readonly checkPasses?: boolean
  /** Address of the OpenML service or of a mirror. */
  readonly openml?: string
}

/** Gives `hgq.config.ts` its type: `export default defineConfig({ jobs: 4 })`. */
export function defineConfig(config: HgqConfig): HgqConfig {
  return config
}
