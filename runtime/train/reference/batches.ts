import { permutation, randomKey } from '../../../compiler/numeric/random.js'
import type { DatasetPart } from '../../data/dataset.js'

/** Rows of one step, gathered from a part of the data set. */
export interface Batch {
  readonly rows: number
  readonly inputs: ReadonlyMap<string, Float32Array>
  readonly targets: Float32Array
}

/** Steps of one epoch: batches of equal size as near to `batch` as the rows allow, so every row is seen once. */
export function stepsPerEpoch(rows: number, batch: number): number {
  return Math.max(1, Math.round(rows / batch))
}

/** The batches of one epoch in an order that (seed, epoch) alone decides. */
export function* batchesOf(part: DatasetPart, batch: number, seed: number, epoch: number): Generator<Batch> {
  const order = permutation(randomKey(seed, 'shuffle', epoch), part.rows)
  const steps = stepsPerEpoch(part.rows, batch)
  for (let step = 0; step < steps; step++) {
    const start = Math.floor((step * part.rows) / steps)
    const end = Math.floor(((step + 1) * part.rows) / steps)
    yield gatherRows(part, order.subarray(start, end))
  }
}

/** These rows of a part, in this order. */
export function gatherRows(part: DatasetPart, rows: Uint32Array): Batch {
  const inputs = new Map<string, Float32Array>()
  for (const [name, values] of part.inputs) inputs.set(name, gather(values, values.length / part.rows, rows))
  return { rows: rows.length, inputs, targets: gather(part.targets, part.targets.length / part.rows, rows) }
}

function gather(values: Float32Array, size: number, rows: Uint32Array): Float32Array {
  const result = new Float32Array(rows.length * size)
  for (const [position, row] of rows.entries())
    result.set(values.subarray(row * size, (row + 1) * size), position * size)
  return result
}
