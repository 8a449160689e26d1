import * as v from 'valibot'

// The JSON of `hgq show --json`, documented in docs/; its form is versioned by `v` and only ever grows.

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** Values of metrics by name: `accuracy` as a fraction, `resolution` in mrad, `mse` and `mae` in units of the target. */
const metrics = v.record(v.string(), v.number())

/** The numbers of one design: what selection saw, what was measured, what was proven. */
export const targetNumbersSchema = v.strictObject({
  /** On the validation part, which chooses. */
  validation: metrics,
  /** On the test part, which is used once, for the chosen design. */
  test: metrics,
  /** Effective bit operations from assigned widths. */
  ebops: v.number(),
  /** From widths enclosed by the non-zero bits of the final constants. */
  ebops_exact: v.number(),
  lut: count,
  ff: count,
  dsp: count,
  bram: count,
  /** The tool that counted, and whether that is an estimate: true of any tool but the vendor's. */
  resources: v.strictObject({ tool: v.string(), version: v.string(), estimate: v.boolean() }),
  /** Clocked stages; a new input is taken every cycle. */
  stages: count,
  /** From an input to its output, registers and handshake included. */
  latency_cycles: count,
  latency_ns: v.number(),
  clock_mhz: v.number(),
  /** What the delay model says of the slowest stage, and the band in which a routed design is expected, MHz. */
  fmax_estimate_mhz: v.strictObject({ mhz: count, low: count, high: count }),
  mean_bits: v.strictObject({ weight: v.number(), activation: v.number() }),
  /** Vectors through inference, emulator and Verilog, how many differed, and values that wrapped on validation and test data. */
  verified: v.strictObject({ vectors: count, mismatches: count, wraps: count }),
  /** Relative to the folder of the pipeline. */
  paths: v.strictObject({ folder: v.string(), report: v.string(), sources: v.array(v.string()) }),
})
export type TargetNumbers = v.InferOutput<typeof targetNumbersSchema>

/** One network of a front. */
export const frontPointSchema = v.strictObject({
  training: v.string(),
  epoch: count,
  validation: metrics,
  ebops: v.number(),
  ebops_exact: v.number(),
  mean_bits: v.strictObject({ weight: v.number(), activation: v.number() }),
})
export type FrontRow = v.InferOutput<typeof frontPointSchema>

export const showSchema = v.strictObject({
  v: v.literal(1),
  build: v.string(),
  /** By name of the target. */
  targets: v.record(v.string(), targetNumbersSchema),
  /** By rising EBOPs. */
  front: v.array(frontPointSchema),
})
export type Show = v.InferOutput<typeof showSchema>
