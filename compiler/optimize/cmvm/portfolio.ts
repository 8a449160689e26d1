import type { JoiningOrder } from './accumulate.js'
import type { SharingStyle } from './pair-weight.js'
import type { AdderModel, CmvmProblem } from './types.js'

/** One way to go about a problem. */
export interface Plan {
  /** Solves the transposed kernel and turns the graph around. */
  readonly transposed: boolean
  /** Extra depth of the column tree (`decompose`); null leaves the columns alone. */
  readonly tree: number | null
  readonly style: SharingStyle
  readonly order: JoiningOrder
  /** Levels kept free at the end, for adders that take longer than one. */
  readonly margin: number
}

/** Pairs of terms that are counted before anything is shared, up to which so many plans are tried. */
const EFFORT: readonly (readonly [pairs: number, plans: number])[] = [
  [3_000, 32],
  [12_000, 12],
  [40_000, 6],
  [150_000, 4],
  [4_000_000, 3],
  [20_000_000, 2],
]

/** The plans to try, best first; fewer for larger problems. Which are good was found by measuring (test/bench/cmvm.ts). */
export function plansFor({ model, latest }: CmvmProblem, pairs: number): readonly Plan[] {
  return plansOf(model, latest !== null, pairs)
}

/** How many plans there are for a problem with a bound on depth. */
export function planCount(model: AdderModel, pairs: number): number {
  return plansOf(model, true, pairs).length
}

function plansOf(model: AdderModel, bounded: boolean, pairs: number): readonly Plan[] {
  const count = EFFORT.find(([most]) => pairs <= most)?.[1] ?? 1
  const plans = model.adderSize !== null ? fewestBits(bounded) : plansForAdders(bounded)
  // Values of one level meet, and what is ready first is joined first, so that less waits.
  if (model.registerCost !== undefined) {
    return plans.slice(0, count).flatMap((each): readonly Plan[] =>
      [0, 100].flatMap((skew) => {
        const style = { ...each.style, skew }
        return [
          { ...each, style },
          { ...each, style, order: 'earliest' },
        ] as const
      }),
    )
  }
  if (model.carrySize === null || !bounded) return plans.slice(0, count)
  // Adders may take several levels: what is planned for one level each only fits with levels to spare, or by luck.
  return [0, 1, 2, 3, 4, 6].flatMap((margin) =>
    plans.slice(0, count).flatMap((each): readonly Plan[] => [
      { ...each, margin },
      { ...each, margin, order: 'earliest' },
      { ...each, margin, order: 'earliest', style: { ...each.style, skew: 10_000 } },
    ]),
  )
}

function plansForAdders(bounded: boolean): readonly Plan[] {
  if (!bounded) return fewestAdders()
  const counting = fewestAdders().filter(({ transposed }) => !transposed)
  return fewestBits(bounded).flatMap((each, n) => {
    const other = counting[n]
    return other === undefined ? [each] : [each, other]
  })
}

/** For adders that all cost the same, without a bound on depth: deep trees of columns, and the transposed problem. */
function fewestAdders(): readonly Plan[] {
  const depth: SharingStyle = { weight: 'depth', skew: 0, seed: null, lookahead: 8, regret: 0.03 }
  const first: readonly Plan[] = [
    plan({ tree: 3, style: { ...depth, seed: 1, regret: 0.015 } }),
    plan({ transposed: true, tree: 4, style: { ...depth, regret: 0.02 } }),
    plan({ tree: 4, style: depth }),
    plan({ transposed: true, tree: 4, style: { ...depth, seed: 2 } }),
    plan({ tree: 3, style: { ...depth, lookahead: 4 } }),
    plan({ transposed: true, tree: 3, style: { ...depth, lookahead: 4 } }),
    plan({ tree: 3, style: { ...depth, seed: 2 } }),
    plan({ tree: 4, style: { ...depth, seed: 1 } }),
    plan({ transposed: true, tree: 4, style: { ...depth, seed: 1 } }),
    plan({ tree: 3, style: { ...depth, seed: 3, regret: 0.02 } }),
    plan({ tree: null, style: depth }),
    plan({ transposed: true, tree: null, style: depth }),
    plan({ tree: 0, style: { ...depth, seed: 3 } }),
  ]
  // In which order the rest is joined makes no difference to the number of adders.
  return [...first, ...variations(first, 7)].map((each) => ({ ...each, order: 'earliest' }))
}

/** For adders that cost their bits, or where time is short. */
function fewestBits(bounded: boolean): readonly Plan[] {
  const overlap: SharingStyle = { weight: 'overlap', skew: 0, seed: null, lookahead: 0, regret: 0.03 }
  const first: Plan[] = [
    plan({ tree: 0, style: overlap }),
    plan({ tree: null, style: { ...overlap, lookahead: 4 } }),
    plan({ tree: null, style: { ...overlap, seed: 2 } }),
    plan({ tree: null, style: overlap, order: 'earliest' }),
    plan({ tree: 1, style: { ...overlap, lookahead: 4 } }),
    plan({ tree: null, style: { ...overlap, weight: 'saving' } }),
    plan({ tree: 3, style: { ...overlap, lookahead: 4 } }),
    plan({ tree: null, style: { ...overlap, weight: 'count', skew: 100 } }),
  ]
  if (!bounded) first.push(plan({ transposed: true, tree: null, style: overlap }))
  return [...first, ...variations(first, 7)]
}

/** The same plans with other choices among equals. */
function variations(plans: readonly Plan[], rounds: number): readonly Plan[] {
  return Array.from({ length: rounds }, (_, round) =>
    plans.map((each, n) => ({ ...each, style: { ...each.style, seed: 1000 + 17 * round + n } })),
  ).flat()
}

function plan(of: Pick<Plan, 'tree' | 'style'> & Partial<Plan>): Plan {
  return { transposed: false, order: 'cheapest', margin: 0, ...of }
}
