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
  /** Programs of tools, where they are not on the PATH. With `yosys`, that one estimates instead of the one of this package. */
  readonly tools?: {
    readonly yosys?: string
    readonly vivado?: string
    readonly quartus?: string
    readonly vitis_hls?: string
  }
  /** Seconds that one run of a vendor's tool may take, of Yosys, or of the GHDL that reads VHDL for the proof. Left out: 86 400, a day. */
  readonly toolTimeout?: number
  /** Seconds to try again while no licence of a vendor's tool is free. Left out: 600. */
  readonly licenceWait?: number
  /** Prove after each pass of the compiler that it kept the function of the circuit; for debugging, takes seconds. */
  readonly checkPasses?: boolean
  /** Address of the OpenML service or of a mirror. */
  readonly openml?: string
}

/** Gives `hgq.config.ts` its type: `export default defineConfig({ jobs: 4 })`. */
export function defineConfig(config: HgqConfig): HgqConfig {
  return config
}
