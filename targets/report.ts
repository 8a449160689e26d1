import * as v from 'valibot'

// The numbers of one run of a synthesis tool, whichever it was. Every number has one unit; a section that the tool does
// not give at this stage is null. A section that the tool should have given and did not is an error of the parser, never
// a zero here.

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const amount = v.pipe(v.number(), v.minValue(0))

/** How far the flow had come when the numbers were read; `csynth` is the estimate of high-level synthesis. */
const STAGES = ['csynth', 'synthesis', 'placed', 'routed'] as const

const resourcesSchema = v.strictObject({
  /** Look-up tables: `total` in cells of `unit`; how many of them compute and how many are memory, where the tool says so. */
  lut: v.strictObject({
    unit: v.picklist(['LUT6', 'LUT4', 'ALM', 'ALUT']),
    total: count,
    logic: v.nullable(count),
    memory: v.nullable(count),
  }),
  ff: count,
  dsp: count,
  /** Memory blocks of `kilobits` each: AMD counts tiles of 36 kb, of which a half may be used. */
  bram: v.strictObject({ blocks: amount, kilobits: v.picklist([36, 20, 18, 10, 4]) }),
  /** Large memory blocks of 288 kb, of families that have them. */
  uram: v.nullable(count),
  /** Carry cells (CARRY4, CARRY8), where the tool says so. */
  carry: v.nullable(count),
})

const timingSchema = v.strictObject({
  /** The clock asked for, ns. */
  period_ns: amount,
  /** Worst slack of set-up, ns; negative where the clock is missed. */
  slack_ns: v.number(),
  /** Worst slack of hold, ns. */
  hold_slack_ns: v.nullable(v.number()),
  /** 1000 / (period - slack), MHz. */
  fmax_mhz: amount,
})

const latencySchema = v.strictObject({
  min_cycles: count,
  max_cycles: count,
  /** Cycles from one input to the next. */
  min_interval: count,
  max_interval: count,
})

const powerSchema = v.strictObject({ total_w: amount, dynamic_w: amount, static_w: amount })

export const reportSchema = v.strictObject({
  tool: v.strictObject({ name: v.string(), version: v.string() }),
  /** As the tool names it; null where it worked for a family alone. */
  part: v.nullable(v.string()),
  stage: v.picklist(STAGES),
  /** True of any tool but the vendor's, and of high-level synthesis. */
  estimate: v.boolean(),
  resources: resourcesSchema,
  timing: v.nullable(timingSchema),
  latency: v.nullable(latencySchema),
  power: v.nullable(powerSchema),
})

/** What a synthesis tool said of a design. Plain JSON. */
export type Report = v.InferOutput<typeof reportSchema>
export type Stage = Report['stage']
export type Resources = Report['resources']
export type Timing = v.InferOutput<typeof timingSchema>
export type Latency = v.InferOutput<typeof latencySchema>
export type Power = v.InferOutput<typeof powerSchema>

/** Timing with its fastest clock. Three decimals, as the tools print slack. */
export function timingOf(periodNs: number, slackNs: number, holdSlackNs: number | null): Timing {
  const fmax = 1000 / (periodNs - slackNs)
  return {
    period_ns: periodNs,
    slack_ns: slackNs,
    hold_slack_ns: holdSlackNs,
    fmax_mhz: Math.round(fmax * 1000) / 1000,
  }
}
