import type { DatasetPart } from '../data/dataset.js'

/** Target `at` of every row of a part, of which a row has `size`, in physical units. */
export function targetColumn({ targets }: DatasetPart, size: number, at: number): Float64Array {
  return Float64Array.from({ length: targets.length / size }, (_, row) => targets[row * size + at] ?? 0)
}

/** The greater of the two in the middle of an even count; 0 of nothing. */
export function median(values: Float64Array): number {
  return values.slice().sort()[values.length >> 1] ?? 0
}
