import { array, type InferOutput, integer, minValue, number, object, pipe, strictObject, string } from 'valibot'
import { addLevels, type Levels, levelsSchema, partsOf } from './levels.js'

const count = pipe(number(), integer(), minValue(0))
/** Output `proof` of a `prove`: how much of a design was proven, and how. There is none for a design that is wrong. */
export const proofSchema = object({
  /** What read the emitted text. */
  reader: object({ name: string(), version: string() }),
  /** Values that stand on a signal, by how it was proven that the signal holds them. */
  nodes: levelsSchema,
  registers: levelsSchema,
  /** Elements of output ports. */
  outputs: levelsSchema,
  /** Rules that resets, clock enable and handshake follow. */
  control: levelsSchema,
  /** How it was proven that no value leaves its interval: by the rules for intervals, affine arithmetic, or a solver. */
  ranges: strictObject({ rule: count, affine: count, sat: count, vectors: count }),
  /** `nodes` by clocked stage. */
  stages: array(object({ stage: count, levels: levelsSchema })),
  /** `nodes` by the operation of the network that they belong to. */
  layers: array(object({ layer: string(), levels: levelsSchema })),
  /** Where nothing but simulation vouches for a value, at most a hundred of them. */
  left: array(object({ signal: string(), layer: string(), stage: count })),
})
export type Proof = InferOutput<typeof proofSchema>

/** What a report says of a proof: how many of all values, registers, output elements and rules of control were proven, and by what. */
export interface Coverage {
  readonly parts: number
  readonly proven: number
  readonly levels: Levels
}

export function coverageOf({ nodes, registers, outputs, control }: Proof): Coverage {
  const levels = addLevels([nodes, registers, outputs, control])
  const parts = partsOf(levels)
  return { parts, proven: parts - levels.vectors, levels }
}
