import type { Dimension } from '../../lang/units.js'
import { BASE_UNITS, toBase } from '../../lang/units.js'
import type { Capacity } from '../estimate/capacity.js'
import { type BoundCheck, cellsOfShare } from './budget.js'

/** What is counted: a budget has whole numbers of it. */
const WHOLE = ['ebops', 'lut', 'ff', 'dsp', 'bram', 'interval']

/** Significant digits of what is measured, as messages show it. */
const DIGITS = 4

/**
 * What it would take: the bounds that a design of such measured values would meet, as they are written in a budget. There is
 * none for what is not a number, nor where it takes more than the device has; null: no device is known yet.
 */
export function relaxations(misses: readonly BoundCheck[], device: Capacity | null): readonly string[] {
  return misses
    .filter((check) => Number.isFinite(check.measured) && !exceedsDevice(check, device))
    .map((check) => `${nameInBudget(check)} ${check.relation} ${writtenValue(check)}`)
}

/** Whether a design has more cells of the kind that a bound is about than its device. */
export function exceedsDevice({ quantity, measured }: BoundCheck, device: Capacity | null): boolean {
  return Object.entries(device ?? {}).some(([name, capacity]) => name === quantity && measured > capacity)
}

/** Without the arguments that tell two metrics of one kind apart: those are the trainings', a budget has the kind alone. */
function nameInBudget({ quantity }: BoundCheck): string {
  return quantity.replace(/\(.*$/, '')
}

/** The measured value rounded away from what was asked for, so that the bound as written is met. */
function writtenValue(check: BoundCheck): string {
  const { relation, measured, capacity } = check
  const up = relation === '<='
  const meets = (limit: number): boolean => (up ? measured <= limit : measured >= limit)
  const name = nameInBudget(check)
  if (capacity !== undefined) {
    const percent = shortened((measured / capacity) * 100, up, (written) =>
      meets(cellsOfShare(inBase(written, '%'), capacity)),
    )
    return `${literal(percent)} %`
  }
  if (WHOLE.includes(name)) return literal(up ? Math.ceil(measured) : Math.floor(measured))
  const dimension = dimensionOf(name)
  if (dimension === null) return literal(shortened(measured, up, meets))
  const unit = BASE_UNITS[dimension]
  const inUnit = measured / inBase(1, unit)
  return `${literal(shortened(inUnit, up, (written) => meets(inBase(written, unit))))} ${unit}`
}

/** Of a quantity or metric of a budget that is not counted; null: a number without a unit. */
function dimensionOf(name: string): Dimension | null {
  switch (name) {
    case 'latency':
      return 'time'
    case 'clock':
      return 'frequency'
    case 'accuracy':
      return 'fraction'
    case 'resolution':
      return 'angle'
    default:
      return null
  }
}

function inBase(value: number, unit: string): number {
  const base = toBase(value, unit)
  if (base === undefined) throw new Error(`${unit} is no unit`)
  return base
}

/** A number of few digits near `value`, beside it on the side of those that meet the bound. */
function shortened(value: number, up: boolean, meets: (written: number) => boolean): number {
  const [mantissa = '', exponent = ''] = value.toExponential(DIGITS - 1).split('e')
  const digits = Number(mantissa.replace('.', ''))
  const withDigits = (each: number): number => Number(`${each}e${Number(exponent) - (DIGITS - 1)}`)
  const nearest = withDigits(digits)
  return meets(nearest) ? nearest : withDigits(digits + (up ? 1 : -1))
}

/** A number as the language reads it: `31_200`, `3.2e-7`. */
function literal(value: number): string {
  const text = String(value)
  return /^\d+$/.test(text) ? text.replaceAll(/\B(?=(\d{3})+$)/g, '_') : text
}
