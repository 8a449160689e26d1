import { array, type InferOutput, number, object, optional, record, string, union } from 'valibot'

/** A net by number, or a constant: `0`, `1`, `x`, `z`. */
const bitSchema = union([number(), string()])

/** What `write_json` of Yosys says, as far as it is used here. */
export const netlistSchema = object({
  modules: record(
    string(),
    object({
      ports: record(string(), object({ direction: string(), bits: array(bitSchema) })),
      cells: record(
        string(),
        object({
          type: string(),
          parameters: record(string(), union([string(), number()])),
          port_directions: record(string(), string()),
          connections: record(string(), array(bitSchema)),
        }),
      ),
      /** The named signals; those of flattened instances are called `instance.signal`. */
      netnames: optional(record(string(), object({ bits: array(bitSchema) }))),
    }),
  ),
})

export type NetlistBit = InferOutput<typeof bitSchema>
export type NetlistModule = InferOutput<typeof netlistSchema>['modules'][string]
export type NetlistCell = NetlistModule['cells'][string]
