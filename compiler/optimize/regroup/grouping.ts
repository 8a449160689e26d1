import type { Sums } from './sums.js'

/** A term of a sum: when it is there, and what it costs to hold it. */
export interface Source {
  /** The level of adders behind which it is ready. */
  readonly from: number
  readonly width: number
  /** How many of its bits are in registers behind a level in any case, for others that read them. */
  readonly heldAt: (level: number) => number
}

export interface Demands {
  /** Levels per stage: behind every level that is a multiple of it there are registers. */
  readonly levels: number
  /** Of one bit, in look-up tables. */
  readonly registerCost: number
  /** The level behind which the whole sum is read at last, and the bits that are held when it is ready before. */
  readonly due: number
  readonly dueWidth: number
}

/** A tree of adders over the terms; a term is read behind level `at`. */
export type Tree =
  | { readonly kind: 'term'; readonly term: number; readonly at: number }
  | { readonly kind: 'adder'; readonly left: Tree; readonly right: Tree }

export interface Grouping {
  readonly tree: Tree
  /** The level behind which the sum is ready. */
  readonly level: number
  /** Adder bits and registers. */
  readonly cost: number
}

const WAITS = 0
const TERM = -1

/**
 * The cheapest tree of two-operand adders for the sum of some terms, look-up tables and registers together: dynamic
 * programming over all sets of terms and all levels. A sum at level n takes two sums that are there behind level n - 1;
 * whatever waits behind the last level of a stage is registered. `splits` says into which sets sums are split, and asks
 * for the cost of that one tree; left out, all are tried. Null where no tree is in time.
 */
export function cheapestGrouping(
  sums: Sums,
  sources: readonly Source[],
  demands: Demands,
  splits?: ReadonlyMap<number, number>,
): Grouping | null {
  const { levels, registerCost, due, dueWidth } = demands
  const first = sources.reduce((least, { from }) => Math.min(least, from), due)
  const count = due - first + 1
  const { size } = sums
  const all = size - 1
  // By set and level: what a sum costs that is there, and what with the registers behind the level.
  const ready = new Float64Array(size * count).fill(Number.POSITIVE_INFINITY)
  const kept = new Float64Array(size * count).fill(Number.POSITIVE_INFINITY)
  // One of the two sets of which it is made at that level; WAITS where it was ready before, or is not.
  const origin = new Int32Array(size * count).fill(WAITS)
  const earliest = new Int32Array(size).fill(count)
  const isBoundary = (level: number): boolean => level > 0 && level % levels === 0
  const offer = (set: number, at: number, cost: number, part: number): void => {
    const here = set * count + at
    if (cost >= (ready[here] as number)) return
    ready[here] = cost
    origin[here] = part
    if (at < (earliest[set] as number)) earliest[set] = at
  }
  /** From each level on that has an offer, what is ready may wait. */
  const settle = (set: number, waitingAt: (level: number) => number): void => {
    for (let at = earliest[set] as number; at < count; at++) {
      const here = set * count + at
      const before = at === 0 ? Number.POSITIVE_INFINITY : (kept[here - 1] as number)
      if (before <= (ready[here] as number)) {
        ready[here] = before
        origin[here] = WAITS
      }
      kept[here] = (ready[here] as number) + (isBoundary(first + at) ? registerCost * waitingAt(first + at) : 0)
    }
  }
  for (let set = 1; set < size; set++) {
    if ((set & (set - 1)) === 0) {
      const { from, width, heldAt } = sources[31 - Math.clz32(set)] as Source
      if (from <= due) offer(set, from - first, 0, TERM)
      settle(set, (level) => Math.max(0, width - heldAt(level)))
      continue
    }
    const next = (part: number): number => (splits === undefined ? nextPart(set, part) : 0)
    for (let part = splits === undefined ? next(set) : (splits.get(set) ?? 0); part !== 0; part = next(part)) {
      const [a, b] = [part * count, (set ^ part) * count]
      const start = Math.max(earliest[part] as number, earliest[set ^ part] as number)
      if (start >= count) continue
      const bits = sums.adderBits(part, set ^ part)
      if (bits === 0) {
        for (let at = start; at < count; at++)
          offer(set, at, (ready[a + at] as number) + (ready[b + at] as number), part)
      } else {
        for (let at = start + 1; at < count; at++) {
          offer(set, at, bits + (kept[a + at - 1] as number) + (kept[b + at - 1] as number), part)
        }
      }
    }
    const width = Math.max(0, (sums.top[set] as number) - (sums.bottom[set] as number))
    const low = Math.min(sums.wires[set] as number, width)
    const { width: lowWidth, heldAt } = sources[sums.lowest[set] as number] as Source
    const wires = Math.min(low, lowWidth)
    settle(set, (level) => width - low + Math.max(0, wires - heldAt(level)))
  }
  let [best, cost, waiting] = [-1, Number.POSITIVE_INFINITY, 0]
  for (let at = count - 1; at >= 0; at--) {
    if (isBoundary(first + at)) waiting += registerCost * dueWidth
    const here = all * count + at
    if (origin[here] !== WAITS && (ready[here] as number) + waiting < cost) {
      best = at
      cost = (ready[here] as number) + waiting
    }
  }
  if (best < 0) return null
  const treeOf = (set: number, at: number): Tree => {
    let made = at
    while (origin[set * count + made] === WAITS) made--
    const part = origin[set * count + made] as number
    if (part === TERM) return { kind: 'term', term: 31 - Math.clz32(set), at: first + at }
    const before = sums.adderBits(part, set ^ part) === 0 ? made : made - 1
    return { kind: 'adder', left: treeOf(part, before), right: treeOf(set ^ part, before) }
  }
  return { tree: treeOf(all, best), level: first + best, cost }
}

/** The parts of a set with its lowest term, but for the set itself, one after the other; 0 behind the last. */
function nextPart(set: number, part: number): number {
  const lowest = set & -set
  const others = set ^ lowest
  const rest = part & others
  return rest === 0 ? 0 : ((rest - 1) & others) | lowest
}
