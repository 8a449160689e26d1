import { array, type InferOutput, integer, minValue, number, object, pipe, strictObject, string } from 'valibot'
import { LEVELS, type Level } from './settle.js'

const count = pipe(number(), integer(), minValue(0))
const levels = strictObject({
  linear: count,
  product: count,
  structural: count,
  sat: count,
  exhaustive: count,
  vectors: count,
})

/** Output `proof` of a `prove`: how much of a design was proven, and how. There is none for a design that is wrong. */
export const proofSchema = object({
  /** What read the emitted text. */
  reader: object({ name: string(), version: string() }),
  /** Values that stand on a signal, by how it was proven that the signal holds them. */
  nodes: levels,
  registers: levels,
  /** Elements of output ports. */
  outputs: levels,
  /** How it was proven that no value leaves its interval: by the rules for intervals, affine arithmetic, or a solver. */
  ranges: strictObject({ rule: count, affine: count, sat: count, vectors: count }),
  /** `nodes` by clocked stage. */
  stages: array(object({ stage: count, levels })),
  /** `nodes` by the operation of the network that they belong to. */
  layers: array(object({ layer: string(), levels })),
  /** Where nothing but simulation vouches for a value, at most a hundred of them. */
  left: array(object({ signal: string(), layer: string(), stage: count })),
})
export type Proof = InferOutput<typeof proofSchema>
export type Levels = InferOutput<typeof levels>

export function noLevels(): Levels {
  return { linear: 0, product: 0, structural: 0, sat: 0, exhaustive: 0, vectors: 0 }
}

/** Parts of the first kind and of all kinds together. */
export interface Coverage {
  readonly proven: number
  readonly all: number
}

/** How much of a design is proven: of its values, registers and output elements together. */
export function coverageOf({ nodes, registers, outputs }: Pick<Proof, 'nodes' | 'registers' | 'outputs'>): Coverage {
  const all = [nodes, registers, outputs]
  const sum = (level: Level): number => all.reduce((total, levels) => total + levels[level], 0)
  const everything = LEVELS.reduce((total, level) => total + sum(level), 0)
  return { proven: everything - sum('vectors'), all: everything }
}
