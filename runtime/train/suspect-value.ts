import type { Dataset, DatasetPart } from '../data/dataset.js'
import { networkTargets } from './targets.js'

/** A number in the data, or in what is taught in place of their targets, that no training stands. */
export interface SuspectValue {
  /** `x[3]`: input and element; `target` or `target[1]`; `the taught target`, `the taught probability of 'red'`. */
  readonly column: string
  /** It is what a teacher says. */
  readonly isTaught: boolean
  /** As the data have it: before it was standardized or divided by a scale. */
  readonly value: number
  /** Half of the finite values of that column, without their signs, are below. */
  readonly median: number
  /** It was standardized, so `value` has a rounding error. */
  readonly isRounded: boolean
}

/** How many times as large as is usual a value has to be. */
const FACTOR = 1e6

/**
 * The worst number among the features and targets of some rows of a part, as the network gets them: one that is not
 * finite, or else one that is a million times as large as half of its column, and above a million. Undefined where all
 * are usual. `taught`, where it is not null, is what is learned in place of the targets; they are looked at only where
 * something of it is unusual, which may have come from them.
 */
export function suspectValue(
  dataset: Dataset,
  part: DatasetPart,
  rows: Uint32Array,
  taught: Float32Array | null,
): SuspectValue | undefined {
  const inputs = inputTables(dataset, part)
  const targets = targetTable(dataset, part)
  if (taught === null) return worstOf([...inputs, targets], rows)
  const taughtTable = tableOfTaught(dataset, part, taught)
  const own = worstOf([taughtTable], rows) === undefined ? [] : [targets]
  return worstOf([...inputs, ...own, taughtTable], rows)
}

/** Of several that are as bad, the first. */
function worstOf(tables: readonly Table[], rows: Uint32Array): SuspectValue | undefined {
  let worst: (SuspectValue & { readonly ratio: number }) | undefined
  for (const { values, width, nameOf, unit, isTaught = false } of tables) {
    for (let element = 0; element < width; element++) {
      const found = greatest(values, width, element, rows)
      // Most columns end here: nothing is sorted for them.
      if (Math.abs(found) <= FACTOR) continue
      const usual = medianSize(values, width, element, NETWORK)
      const ratio = Number.isFinite(found) ? Math.abs(found) / Math.max(1, usual) : Number.POSITIVE_INFINITY
      if (!(ratio > FACTOR && (worst === undefined || ratio > worst.ratio))) continue
      const own = unit(element)
      const median = medianSize(values, width, element, own)
      const value = own.scale * found + own.mean
      worst = { column: nameOf(element), isTaught, value, median, isRounded: own.isRounded, ratio }
    }
  }
  if (worst === undefined) return undefined
  const { ratio: _ratio, ...found } = worst
  return found
}

interface Table {
  readonly isTaught?: boolean
  readonly values: Float32Array
  readonly width: number
  readonly nameOf: (element: number) => string
  /** Of the data. */
  readonly unit: (element: number) => Unit
}

/** What a number was before: `scale` · number + `mean`. */
interface Unit {
  readonly scale: number
  readonly mean: number
  readonly isRounded: boolean
}

const NETWORK: Unit = { scale: 1, mean: 0, isRounded: false }

function inputTables({ inputs }: Dataset, part: DatasetPart): readonly Table[] {
  return [...part.inputs].map(([name, values]) => {
    const width = values.length / part.rows
    const input = inputs.find((each) => each.name === name)
    const unit = (element: number): Unit => {
      const [scale, mean] = [input?.scale[element] ?? 1, input?.mean[element] ?? 0]
      return { scale, mean, isRounded: scale !== 1 || mean !== 0 }
    }
    return { values, width, unit, nameOf: (element) => (width === 1 ? name : `${name}[${element}]`) }
  })
}

function targetTable(dataset: Dataset, part: DatasetPart): Table {
  const { targetSize, targetScale } = dataset
  const nameOf = (element: number): string => (targetSize === 1 ? 'target' : `target[${element}]`)
  // A power of two.
  const unit = (element: number): Unit => ({ ...NETWORK, scale: targetScale[element] ?? 1 })
  return { values: networkTargets(dataset, part.targets), width: targetSize, nameOf, unit }
}

function tableOfTaught(dataset: Dataset, part: DatasetPart, taught: Float32Array): Table {
  const { classes } = dataset
  if (dataset.task === 'regression') {
    const { nameOf, ...table } = targetTable(dataset, { ...part, targets: taught })
    return { ...table, isTaught: true, nameOf: (element) => `the taught ${nameOf(element)}` }
  }
  const width = taught.length / part.rows
  // A single one is that of the second class.
  const nameOf = (element: number): string =>
    `the taught probability of '${classes[width === 1 ? classes.length - 1 : element]}'`
  return { values: taught, width, nameOf, unit: () => NETWORK, isTaught: true }
}

/** The value furthest from 0 in a column of some rows; the first that is not a number before all others. */
function greatest(values: Float32Array, width: number, element: number, rows: Uint32Array): number {
  let found = 0
  for (const row of rows) {
    const value = values[row * width + element] ?? 0
    if (Number.isNaN(value)) return value
    if (Math.abs(value) > Math.abs(found)) found = value
  }
  return found
}

function medianSize(values: Float32Array, width: number, element: number, { scale, mean }: Unit): number {
  const sizes: number[] = []
  for (let at = element; at < values.length; at += width) sizes.push(Math.abs(scale * (values[at] ?? 0) + mean))
  const finite = sizes.filter(Number.isFinite).sort((a, b) => a - b)
  return finite[finite.length >> 1] ?? 0
}
