import * as v from 'valibot'
import { reportSchema } from '../../targets/report.js'
import { levelsSchema } from '../prove/levels.js'

// The JSON of `hgq show --json`, documented in docs/; its form is versioned by `v` and only ever grows.

export const count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** Values of metrics by name: `accuracy` as a fraction, `resolution` in mrad, `mse` and `mae` in units of the target. */
export const metrics = v.record(v.string(), v.number())

/** What is known of a network of a front before there is a design of it. */
export const networkFigures = {
  validation: metrics,
  /** Effective bit operations from assigned widths. */
  ebops: v.number(),
  /** From widths enclosed by the non-zero bits of the final constants. */
  ebops_exact: v.number(),
  mean_bits: v.strictObject({ weight: v.number(), activation: v.number() }),
}

/** One bound of a budget against one number. */
export const boundCheckSchema = v.strictObject({
  quantity: v.string(),
  relation: v.picklist(['<=', '>=']),
  limit: v.number(),
  measured: v.number(),
  met: v.boolean(),
  phase: v.picklist(['selection', 'design', 'target']),
  /** Of a bound in percent: how many cells the device has. */
  capacity: v.exactOptional(count),
  excess: v.number(),
})

/** A network whose design was measured, and what the budget said to it. */
export const triedNetworkSchema = v.strictObject({
  training: v.string(),
  epoch: count,
  validation: metrics,
  ebops: v.number(),
  checks: v.array(boundCheckSchema),
})
export type TriedNetwork = v.InferOutput<typeof triedNetworkSchema>

/** How a network came to be chosen. */
export const choiceNumbersSchema = v.strictObject({
  /** Networks of the front. */
  front: count,
  /** Those that meet the bounds known before synthesis. */
  eligible: count,
  /** The best of those by the validation part, in order; the last one is chosen. */
  tried: v.array(triedNetworkSchema),
})
export type ChoiceNumbers = v.InferOutput<typeof choiceNumbersSchema>
/** A count of the vendor's tool as it is expected. */
const range = v.strictObject({ low: count, central: count, high: count })

/** What is expected of the vendor's tool, before it has run. */
export const estimatesSchema = v.strictObject({
  /** Of the device, as the vendor's tool calls it. */
  family: v.string(),
  /** The devices whose delays stages and Fmax are estimated with, where none of the family are at hand; null where they are its own. */
  borrowed_delays: v.nullable(v.string()),
  /** The tool that the ranges are about: `Vivado`; null where estimates for the family were never compared with one. */
  vendor_tool: v.nullable(v.string()),
  /** From the adder graph, before synthesis: its cost, the bits that are registered. */
  adder_graph: v.strictObject({
    cost: v.number(),
    /** Sums of three that are one adder. */
    ternary_adders: count,
    /** The cost with two adders for each of them. */
    two_input_cost: v.number(),
    register_bits: count,
    lut_range: v.nullable(range),
    ff_range: v.nullable(range),
  }),
  /** From Yosys; null where it does not know the family. `lut` leaves out what is in `lut_memory`: shift registers. */
  synthesis: v.nullable(
    v.strictObject({
      tool: v.string(),
      version: v.string(),
      /** The devices whose cells were counted, where Yosys has none of the family's own; else null. */
      borrowed_cells: v.nullable(v.string()),
      lut: count,
      lut_memory: count,
      ff: count,
      dsp: count,
      bram: v.number(),
      lut_range: v.nullable(range),
      ff_range: v.nullable(range),
      dsp_range: v.nullable(range),
    }),
  ),
  /** `lut` and `ff` of the design, and the ranges of `synthesis`, divided among its layers; each column adds up. */
  layers: v.array(
    v.strictObject({
      layer: v.string(),
      cost: v.number(),
      register_bits: count,
      lut: count,
      ff: count,
      lut_range: v.nullable(range),
      ff_range: v.nullable(range),
    }),
  ),
})
export type Estimates = v.InferOutput<typeof estimatesSchema>

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
  /** Blocks; those of AMD may be used by half. */
  bram: v.pipe(v.number(), v.minValue(0)),
  /** What the device has, in the cells that are counted above. */
  capacity: v.strictObject({ lut: count, ff: count, dsp: count, bram: count }),
  /** What the design is written in. Of C++ for high-level synthesis the stages, and cells and latency that no tool measured, are those of the same operations as Verilog. */
  language: v.picklist(['verilog', 'vhdl', 'vitis', 'oneapi']),
  /** The tool that counted, and whether that is an estimate: true of any tool but the vendor's, and of high-level synthesis. */
  resources: v.strictObject({ tool: v.string(), version: v.string(), estimate: v.boolean() }),
  /** What is expected of the vendor's tool. */
  estimates: estimatesSchema,
  /** What it measured; null where it did not run. */
  implementation: v.nullable(reportSchema),
  /** Clocked stages of the pipeline. */
  stages: count,
  /** From an input to its output, registers and handshake included. */
  latency_cycles: count,
  latency_ns: v.number(),
  clock_mhz: v.number(),
  /** What the delay model says of the slowest stage, and the band in which a routed design is expected, MHz. */
  fmax_estimate_mhz: v.strictObject({ mhz: count, low: count, high: count }),
  mean_bits: v.strictObject({ weight: v.number(), activation: v.number() }),
  /** Vectors through inference, emulator and the emitted text, how many differed, and values that wrapped on validation and test data. */
  verified: v.strictObject({ vectors: count, mismatches: count, wraps: count }),
  choice: choiceNumbersSchema,
  /**
   * How many values, registers, output elements and rules of control of the emitted circuit were proven, of how many, and by
   * what; the others are covered by the vectors alone. Null where `unproven` says why there is no proof.
   */
  proven: v.nullable(v.strictObject({ parts: count, proven: count, levels: levelsSchema })),
  /** Why nothing was proven: the tool that reads the language is missing, or high-level synthesis makes the circuit. */
  unproven: v.nullable(
    v.strictObject({ reason: v.picklist(['tool_missing', 'high_level_synthesis']), tool: v.nullable(v.string()) }),
  ),
  /** Relative to the folder of the pipeline. */
  paths: v.strictObject({ folder: v.string(), report: v.string(), sources: v.array(v.string()) }),
})
export type TargetNumbers = v.InferOutput<typeof targetNumbersSchema>

/** One network of a front. */
export const frontPointSchema = v.strictObject({
  training: v.string(),
  epoch: count,
  ...networkFigures,
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
