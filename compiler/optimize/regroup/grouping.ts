import { type Extent, type Sums, widthOf } from './forms.js'

/** A sum that is there already, so that it takes no adder. */
export interface Source {
  /** The terms that it is the sum of, as a set. */
  readonly set: number
  /** The level behind which it is ready. */
  readonly from: number
  readonly width: number
  /** How many of its bits are held in registers behind a level in any case, for others that read them. */
  readonly heldAt: (level: number) => number
}

/** What adders and registers cost, and when the sum is wanted. */
export interface Demands {
  /** Levels of adders per stage; a register stands behind every level that is a multiple of it. */
  readonly levels: number
  readonly registerCost: number
  /** The level behind which the sum of all terms is read. */
  readonly due: number
  /** Bits that are held from when the sum is ready until then. */
  readonly dueWidth: number
}

/** A tree of adders, by the sets of terms that are summed up. */
export type Tree =
  | { readonly kind: 'source'; readonly source: Source; /** The level at which it is read. */ readonly at: number }
  | { readonly kind: 'adder'; readonly left: Tree; readonly right: Tree }

export interface Grouping {
  readonly tree: Tree
  /** The level behind which the sum is ready. */
  readonly level: number
  readonly cost: number
}

/**
 * The cheapest tree of two-operand adders for a sum, adder bits and register bits together: dynamic programming over all
 * sets of terms and levels. `allowed` restricts the sets in which sums are made, and how they are split. Null where no
 * tree is in time.
 */
export function cheapestGrouping(
  sums: Sums,
  extents: readonly Extent[],
  sources: readonly Source[],
  demands: Demands,
  allowed?: ReadonlyMap<number, number>,
): Grouping | null {
  const { levels, registerCost, due } = demands
  const first = sources.reduce((least, { from }) => Math.min(least, from), due)
  const count = due - first + 1
  const size = extents.length
  const all = size - 1
  // Of each set and level: cost when ready at it or before, without and with the register behind it; where it comes from.
  const ready = new Float64Array(size * count).fill(Number.POSITIVE_INFINITY)
  const kept = new Float64Array(size * count).fill(Number.POSITIVE_INFINITY)
  // The part of a sum that is made at this level, SOURCE, or WAITS when it was ready before.
  const origin = new Int32Array(size * count).fill(WAITS)
  const sourceOf = new Map<number, Source>()
  for (const source of sources) if (!sourceOf.has(source.set)) sourceOf.set(source.set, source)
  const isBoundary = (level: number): boolean => level > 0 && level % levels === 0
  for (let set = 1; set < size; set++) {
    const source = sourceOf.get(set)
    const width = widthOf(extents[set] as Extent)
    const wires = source === undefined ? sums.wires(set) : { term: 0, count: 0 }
    const wired = sourceOf.get(1 << wires.term)
    const waiting = (level: number): number => {
      if (source !== undefined) return Math.max(0, source.width - source.heldAt(level))
      const low = Math.min(wires.count, width)
      return width - low + Math.max(0, wired === undefined || wired.width === 0 ? 0 : low - wired.heldAt(level))
    }
    const splits = splitsOf(set, allowed)
    const bits = splits.map((part) => adderBits(sums, extents, part, set ^ part))
    for (let at = 0; at < count; at++) {
      const level = first + at
      const here = set * count + at
      if (at > 0) ready[here] = kept[here - 1] as number
      if (source !== undefined && level === source.from && (ready[here] as number) > 0) {
        ready[here] = 0
        origin[here] = SOURCE
      }
      for (const [n, part] of splits.entries()) {
        const own = bits[n] as number
        const rest = set ^ part
        const cost =
          own === 0
            ? (ready[part * count + at] as number) + (ready[rest * count + at] as number)
            : at === 0
              ? Number.POSITIVE_INFINITY
              : own + (kept[part * count + at - 1] as number) + (kept[rest * count + at - 1] as number)
        if (cost < (ready[here] as number)) {
          ready[here] = cost
          origin[here] = part
        }
      }
      kept[here] = (ready[here] as number) + (isBoundary(level) ? registerCost * waiting(level) : 0)
    }
  }
  let best = -1
  let least = Number.POSITIVE_INFINITY
  let waiting = 0
  for (let at = count - 1; at >= 0; at--) {
    const here = all * count + at
    if (origin[here] !== WAITS && (ready[here] as number) + waiting < least) [best, least] = [at, (ready[here] as number) + waiting]
    if (isBoundary(first + at - 1)) waiting += registerCost * demands.dueWidth
  }
  if (best < 0) return null
  const treeOf = (set: number, at: number): Tree => {
    let made = at
    while (origin[set * count + made] === WAITS) made--
    const part = origin[set * count + made] as number
    if (part === SOURCE) return { kind: 'source', source: sourceOf.get(set) as Source, at: first + at }
    const before = adderBits(sums, extents, part, set ^ part) === 0 ? made : made - 1
    return { kind: 'adder', left: treeOf(part, before), right: treeOf(set ^ part, before) }
  }
  return { tree: treeOf(all, best), level: first + best, cost: least }
}

const WAITS = 0
const SOURCE = -1

/** One part of each way to split a set in two. */
function splitsOf(set: number, allowed: ReadonlyMap<number, number> | undefined): readonly number[] {
  if (allowed !== undefined) {
    const part = allowed.get(set)
    return part === undefined ? [] : [part]
  }
  const splits: number[] = []
  // The part with the set's lowest term.
  const lowest = set & -set
  const others = set ^ lowest
  for (let part = (others - 1) & others; others !== 0; part = (part - 1) & others) {
    splits.push(part | lowest)
    if (part === 0) break
  }
  return splits
}

/** Look-up tables of an adder: from where the operands overlap, or the subtracted one begins, to the top; 0 for wiring. */
function adderBits(sums: Sums, extents: readonly Extent[], part: number, rest: number): number {
  const [a, b] = [extents[part] as Extent, extents[rest] as Extent]
  const subtracted = sums.isNegated(part) === sums.isNegated(rest) ? null : sums.isNegated(part) ? a : b
  const overlap = Math.max(a.bottom, b.bottom)
  if (subtracted === null && !a.signed && !b.signed && Math.min(a.top, b.top) <= overlap) return 0
  const from = subtracted === null ? overlap : Math.min(overlap, subtracted.bottom)
  return Math.max(1, (extents[part | rest] as Extent).top - from)
}
