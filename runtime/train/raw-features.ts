import type { RawFeature } from '../../lang/diagnostics/messages/train-text.js'
import type { Dataset } from '../data/dataset.js'

/** Features are of order 1 between its inverse and it. */
const LIMIT = 32
/** Rows that are looked at. */
const ROWS = 1000

/**
 * The largest feature of the training part, where features are far from order 1: that one, or all of them, as a single
 * large one is enough to break a training. Undefined where they are usual, or where the data set standardizes them.
 */
export function rawFeature({ inputs, parts }: Dataset): RawFeature | undefined {
  let largest: RawFeature | undefined
  for (const { name, mean, scale } of inputs) {
    if (mean.some((each) => each !== 0) || scale.some((each) => each !== 1)) return undefined
    const values = parts.train.inputs.get(name) ?? new Float32Array()
    const width = mean.length
    for (let element = 0; element < width; element++) {
      const typical = typicalSize(values, width, element)
      if (typical === undefined || typical <= (largest?.typical ?? 0)) continue
      largest = { column: width === 1 ? name : `${name}[${element}]`, typical }
    }
  }
  return largest === undefined || (largest.typical < LIMIT && largest.typical > 1 / LIMIT) ? undefined : largest
}

/** Of rows at equal distances; undefined for a column of zeros. */
function typicalSize(values: Float32Array, width: number, element: number): number | undefined {
  const rows = values.length / width
  const step = Math.max(1, Math.floor(rows / ROWS))
  const sizes: number[] = []
  for (let row = 0; row < rows; row += step) {
    const size = Math.abs(values[row * width + element] ?? 0)
    if (size > 0 && Number.isFinite(size)) sizes.push(size)
  }
  sizes.sort((a, b) => a - b)
  return sizes[sizes.length >> 1]
}
