import type { StrangeTarget } from '../../lang/diagnostics/messages/train-warnings.js'
import type { Dataset, DatasetPart } from '../data/dataset.js'
import { median, targetColumn } from './target-column.js'

/** How many times as far from the median as half of the column. A normal distribution has no value beyond 10 or so. */
const FACTOR = 50
/** The share in the sum of squared distances that values so far away have to have. */
const SHARE = 0.5

/**
 * The target furthest from the median of its column, where such ones make the spread of the column: a mark for a missing
 * value, most often. Medians of sizes say what is usual, as deviation and scale follow the strange ones. Undefined where
 * there is none, and for classes.
 */
export function strangeTarget(dataset: Dataset): StrangeTarget | undefined {
  if (dataset.task === 'classification') return undefined
  const { train, validation } = dataset.parts
  return strangeIn(dataset, train, 'training') ?? strangeIn(dataset, validation, 'validation')
}

function strangeIn({ targetSize }: Dataset, part: DatasetPart, name: StrangeTarget['part']): StrangeTarget | undefined {
  for (let at = 0; at < targetSize; at++) {
    const values = targetColumn(part, targetSize, at)
    const middle = median(values)
    const distances = values.map((value) => Math.abs(value - middle))
    // Where most are equal, as zeros of a sparse target are, the others say what is usual.
    const spread = median(distances) || median(distances.filter((distance) => distance > 0))
    const limit = FACTOR * spread
    let [all, far] = [0, 0]
    let furthest = 0
    for (const [row, distance] of distances.entries()) {
      const share = distance * distance
      all += share
      if (distance > limit) far += share
      if (distance > (distances[furthest] ?? 0)) furthest = row
    }
    if (all === 0 || far <= SHARE * all) continue
    const value = values[furthest] ?? 0
    return {
      column: targetSize === 1 ? 'target' : `target[${at}]`,
      value,
      median: middle,
      spread,
      count: values.filter((each) => each === value).length,
      part: name,
      rows: part.rows,
    }
  }
  return undefined
}
