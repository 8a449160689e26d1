import { permutation, randomKey } from '../../compiler/numeric/random.js'

/** Steps of one epoch: batches of equal size as near to `batch` as the rows allow, so every row is seen once. */
export function stepsPerEpoch(rows: number, batch: number): number {
  return Math.max(1, Math.round(rows / batch))
}

/** The order of the rows in an epoch, counted from 1: (seed, epoch) alone decides it. */
export function epochOrder(seed: number, epoch: number, rows: number): Uint32Array {
  return permutation(randomKey(seed, 'shuffle', epoch), rows)
}

/** Which of the ordered rows step `index` of the `steps` of an epoch takes. */
export function rowsOfStep(
  index: number,
  steps: number,
  rows: number,
): { readonly first: number; readonly rows: number } {
  const first = Math.floor((index * rows) / steps)
  return { first, rows: Math.floor(((index + 1) * rows) / steps) - first }
}
