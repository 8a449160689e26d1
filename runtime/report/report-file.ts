import * as v from 'valibot'
import { reportSchema } from '../../targets/report.js'
import type { Front } from '../train/front.js'
import { boundCheckSchema, count, estimatesSchema, metrics, networkFigures, targetNumbersSchema } from './schema.js'

/** Output `choice` of a `select`: which network of the front, and how many more there are. */
export const choiceSchema = v.strictObject({
  /** Number of the training among those of the build. */
  training: count,
  epoch: count,
  /** Place among the networks that meet the budget before synthesis, best first. */
  attempt: count,
  /** How many networks meet it. */
  eligible: count,
  /** How many the front has. */
  front: count,
  ...networkFigures,
})
export type Choice = v.InferOutput<typeof choiceSchema>

/** Output `report` of a `report`: the numbers of one tried design and how they stand to the budget. */
export const measuredDesignSchema = v.strictObject({
  choice: choiceSchema,
  validation: metrics,
  /** Null for a design that breaks the budget: the test part is used for the chosen one alone. */
  test: v.nullable(metrics),
  lut: count,
  ff: count,
  dsp: count,
  bram: targetNumbersSchema.entries.bram,
  capacity: targetNumbersSchema.entries.capacity,
  resources: targetNumbersSchema.entries.resources,
  estimates: estimatesSchema,
  implementation: v.nullable(reportSchema),
  /** Of the estimate; null where there is none. */
  depth: v.nullable(count),
  stages: count,
  latency_cycles: count,
  latency_ns: v.number(),
  clock_mhz: v.number(),
  fmax_estimate_mhz: targetNumbersSchema.entries.fmax_estimate_mhz,
  verified: targetNumbersSchema.entries.verified,
  proven: targetNumbersSchema.entries.proven,
  unproven: targetNumbersSchema.entries.unproven,
  /** Against everything but the test part. */
  budget: v.array(boundCheckSchema),
  budget_on_test: v.array(boundCheckSchema),
})
export type MeasuredDesign = v.InferOutput<typeof measuredDesignSchema>

/** JSON as the actions write it: indented, keys as given, a line end at the end. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)
}

/** Reads what `encodeJson` wrote. Throws when it is not of the schema, which is a bug: contents were verified before. */
export function decodeJson<Schema extends v.GenericSchema>(schema: Schema, content: Uint8Array): v.InferOutput<Schema> {
  return v.parse(schema, JSON.parse(new TextDecoder().decode(content)))
}

/** What a report reads of an `Estimate`, output `synthesis` of a `synthesize` with Yosys. */
export const synthesisSchema = v.object({ report: reportSchema, depth: count })

/** What a report reads of a `Verification`. */
export const verificationSchema = v.object({ vectors: count, mismatches: count, wraps: count })

/** What the `front` step wrote. */
export function decodeFront(content: Uint8Array): Front {
  // Written by the `front` step; the store has verified the bytes.
  return JSON.parse(new TextDecoder().decode(content)) as Front
}
