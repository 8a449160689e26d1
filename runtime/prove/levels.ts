import { type InferOutput, integer, minValue, number, pipe, strictObject } from 'valibot'

/** How a part of a design was proven; `vectors` is what was not, and is covered by simulation alone. */
export const LEVELS = ['linear', 'product', 'structural', 'sat', 'exhaustive', 'vectors'] as const
export type Level = (typeof LEVELS)[number]

const count = pipe(number(), integer(), minValue(0))

/** Numbers of parts by level. */
export const levelsSchema = strictObject({
  linear: count,
  product: count,
  structural: count,
  sat: count,
  exhaustive: count,
  vectors: count,
})
export type Levels = InferOutput<typeof levelsSchema>

export function noLevels(): Levels {
  return { linear: 0, product: 0, structural: 0, sat: 0, exhaustive: 0, vectors: 0 }
}

/** All parts together. */
export function partsOf(levels: Levels): number {
  return LEVELS.reduce((sum, level) => sum + levels[level], 0)
}

export function addLevels(all: readonly Levels[]): Levels {
  const sum = noLevels()
  for (const levels of all) for (const level of LEVELS) sum[level] += levels[level]
  return sum
}
