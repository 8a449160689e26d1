import type { Bound } from '../../lang/program.js'
import type { Capacity } from '../estimate/capacity.js'
import type { NamedMetric } from './metrics.js'
import { metricName } from './metrics.js'

/**
 * When a bound can be checked: `selection` from the front, before anything is compiled; `design` from the measured
 * design, where a miss asks for the next candidate; `target` from the target alone, where no candidate would help.
 */
export type BoundPhase = 'selection' | 'design' | 'target'

/** A bound without its place in the text: what an action may read. A type, not an interface, so that it is `Plain`. */
export type PlainBound = {
  /** Name of a metric as measured, or a quantity as in `Bound`. */
  readonly quantity: string
  readonly relation: '<=' | '>='
  readonly value: number
  readonly phase: BoundPhase
  /** Metrics are asserted on the test part as well. */
  readonly isMetric: boolean
  /** Of a bound in percent: how many cells the device has. `value` is in cells, like every other. */
  readonly capacity?: number
}

/** One bound against one number. */
export type BoundCheck = {
  readonly quantity: string
  readonly relation: '<=' | '>='
  readonly limit: number
  readonly measured: number
  readonly met: boolean
  readonly phase: BoundPhase
  readonly capacity?: number
  /** How far past the bound, as a fraction of it; 0 or less when met. */
  readonly excess: number
}

/** The bounds of a build as actions read them, in the order of the budget, for a device of such a capacity; null: of no device. */
export function plainBounds(
  bounds: readonly Bound[],
  metrics: readonly NamedMetric[],
  capacity: Capacity | null,
): readonly PlainBound[] {
  return bounds.map((bound) => ({
    quantity: bound.metric === undefined ? bound.quantity : metricName(metrics, bound.metric),
    relation: bound.relation,
    ...(bound.ofDevice === true ? cellsOf(bound, capacity) : { value: bound.value }),
    phase: phaseOf(bound),
    isMetric: bound.metric !== undefined,
  }))
}

/** A share of a device in cells. */
function cellsOf(
  { quantity, value }: Bound,
  capacity: Capacity | null,
): { readonly value: number; readonly capacity: number } {
  const has = Object.entries(capacity ?? {}).find(([name]) => name === quantity)?.[1]
  if (has === undefined) throw new Error(`a device has no ${quantity} to take a share of`)
  return { value: cellsOfShare(value, has), capacity: has }
}

/** How many cells a fraction of so many is: 7 % of 100 is 7, whatever the product of doubles is. */
export function cellsOfShare(share: number, capacity: number): number {
  return Number((share * capacity).toPrecision(12))
}

function phaseOf(bound: Bound): BoundPhase {
  if (bound.metric !== undefined || bound.quantity === 'ebops') return 'selection'
  return bound.quantity === 'clock' || bound.quantity === 'interval' ? 'target' : 'design'
}

/** Checks those `bounds` whose quantity is among `numbers`. */
export function checkBounds(
  bounds: readonly PlainBound[],
  numbers: Readonly<Record<string, number>>,
): readonly BoundCheck[] {
  const checks: BoundCheck[] = []
  for (const bound of bounds) {
    const measured = numbers[bound.quantity]
    if (measured === undefined) continue
    const over = bound.relation === '<=' ? measured - bound.value : bound.value - measured
    const met = bound.relation === '<=' ? measured <= bound.value : measured >= bound.value
    checks.push({
      quantity: bound.quantity,
      relation: bound.relation,
      limit: bound.value,
      measured,
      // A metric that is not a number (no row counted) meets nothing.
      met,
      phase: bound.phase,
      ...(bound.capacity === undefined ? {} : { capacity: bound.capacity }),
      excess: Number.isNaN(over) ? Number.MAX_VALUE : over / (Math.abs(bound.value) || 1),
    })
  }
  return checks
}

/** How far a set of checks is from being met: the largest excess, 0 when all are met. */
export function distance(checks: readonly BoundCheck[]): number {
  return checks.reduce((worst, check) => (check.met ? worst : Math.max(worst, check.excess)), 0)
}

/** `lut 31 200 > 30 000 (4 % over)`, `lut 31 200 > 30 000, 40 % of the device (4 % over)`. */
export function missText(check: BoundCheck): string {
  const sign = check.relation === '<=' ? '>' : '<'
  const by = check.relation === '<=' ? 'over' : 'under'
  const percent = check.excess * 100
  const amount = percent < 1 ? 'less than 1' : percent > 1000 ? 'more than 1000' : String(Math.round(percent))
  const limit = quantityText(check.quantity, check.limit)
  const ofDevice = check.capacity === undefined ? '' : `, ${shareText(check.limit, check.capacity)} of the device`
  return `${check.quantity} ${quantityText(check.quantity, check.measured)} ${sign} ${limit}${ofDevice} (${amount} % ${by})`
}

/** How much of a device so many of its cells are: `0.49 %`. More than all of it is never said to be all of it. */
export function shareText(cells: number, capacity: number): string {
  if (cells > capacity && capacity > 0) return `${Math.ceil((cells / capacity) * 1000) / 10} %`
  return `${grouped(capacity === 0 ? 0 : Number(((cells / capacity) * 100).toPrecision(3)))} %`
}

/** A number with the unit that a reader expects: `31 200`, `42.5 ns`, `74.2 %`. */
export function quantityText(quantity: string, value: number): string {
  if (quantity === 'latency') return `${grouped(value)} ns`
  if (quantity === 'clock') return `${grouped(value)} MHz`
  if (quantity === 'interval') return `${grouped(value)} cycles`
  if (quantity.startsWith('accuracy')) return `${grouped(value * 100)} %`
  if (quantity.startsWith('resolution')) return `${grouped(value)} mrad`
  return grouped(value)
}

/** At most four significant decimals, thousands in groups of three. */
function grouped(value: number): string {
  const text =
    Math.abs(value) >= 1000 || Number.isInteger(value)
      ? String(Math.round(value))
      : String(Number(value.toPrecision(4)))
  const [whole = '', decimals] = text.split('.')
  const spaced = whole.replaceAll(/\B(?=(\d{3})+$)/g, ' ')
  return decimals === undefined ? spaced : `${spaced}.${decimals}`
}
