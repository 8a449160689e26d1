import { lowestBit, powerOfTwo } from '../../numeric/exponent.js'
import { AdderGraph } from './adder-graph.js'
import type { Attempt } from './attempt.js'
import type { CmvmProblem } from './types.js'

/** Chains of up to so many adders are searched without a gap. */
const MOST_ADDERS = 3

/** An odd multiple of the input: the odd part of u ± v · 2^shift, both earlier in the chain. Differences are positive. */
interface Link {
  readonly value: number
  /** Places in the chain. */
  readonly u: number
  readonly v: number
  readonly subtract: boolean
  readonly shift: number
}

/**
 * The cheapest of all shortest chains of adders that multiply one input by one constant, where three are enough: every
 * constant below 683 has such a chain, and no chain that is found can be shortened (Dempster and Macleod 1994; Gustafsson,
 * Dempster and Wanhammar 2002). Null for other problems, longer chains, and where no shortest chain is in time.
 */
export function singleConstant(problem: CmvmProblem): Attempt | null {
  const used = problem.kernel.flatMap((row, input) => (row.some((entry) => entry !== 0) ? [{ row, input }] : []))
  const [only] = used
  const factor = only?.row[0]
  if (used.length !== 1 || only?.row.length !== 1 || factor === undefined) return null
  const unit = powerOfTwo(lowestBit(factor))
  const target = Math.abs(factor) / unit
  if (target === 1 || target > MOST_TARGET) return null
  let best: Attempt | null = null
  for (const chain of shortestChains(target)) {
    const made = build(problem, only.input, chain, lowestBit(factor), factor < 0)
    if (made !== null && (best === null || made.graph.cost < best.graph.cost)) best = made
  }
  return best
}

/** Beyond, intermediate values leave the integers that bit operations hold. */
const MOST_TARGET = (1 << 24) - 1

/** All chains of the least number of adders that end in an odd constant; none where more than `MOST_ADDERS` are needed. */
function shortestChains(target: number): readonly (readonly Link[])[] {
  const limit = 4 * target
  for (let adders = 1; adders <= MOST_ADDERS; adders++) {
    const found: Link[][] = []
    extend([1], [], adders, target, limit, found)
    if (found.length > 0) return found
  }
  return []
}

function extend(
  values: readonly number[],
  links: readonly Link[],
  adders: number,
  target: number,
  limit: number,
  found: Link[][],
): void {
  for (let u = 0; u < values.length; u++) {
    for (let v = 0; v < values.length; v++) {
      if (adders === 1) {
        for (const link of linksTo(target, values, u, v)) found.push([...links, link])
        continue
      }
      const seen = new Set(values)
      for (const link of combinations(values, u, v, limit)) {
        if (seen.has(link.value)) continue
        seen.add(link.value)
        extend([...values, link.value], [...links, link], adders - 1, target, limit, found)
      }
    }
  }
}

/** All links from u and a v that is shifted up, or not at all, to odd values up to a limit. */
function combinations(values: readonly number[], u: number, v: number, limit: number): readonly Link[] {
  const x = values[u] as number
  const y = values[v] as number
  const made: Link[] = []
  // Odd ± even is odd; without a shift, which of the two comes first makes no difference.
  for (let shift = u > v ? 0 : 1; y * powerOfTwo(shift) - x <= limit; shift++) {
    const scaled = y * powerOfTwo(shift)
    if (oddPart(x + scaled) <= limit) made.push({ value: oddPart(x + scaled), u, v, subtract: false, shift })
    if (x !== scaled) made.push(difference(x, scaled, u, v, shift))
  }
  return made
}

/** The same links as far as they lead to `target`, without trying every shift. */
function linksTo(target: number, values: readonly number[], u: number, v: number): readonly Link[] {
  const x = values[u] as number
  const y = values[v] as number
  const made: Link[] = []
  if (u > v) {
    if (oddPart(x + y) === target) made.push({ value: target, u, v, subtract: false, shift: 0 })
    if (x !== y && oddPart(Math.abs(x - y)) === target) made.push(difference(x, y, u, v, 0))
  }
  for (const [scaled, subtract] of [
    [target - x, false],
    [target + x, true],
    [x - target, true],
  ] as const) {
    const factor = scaled / y
    if (!(factor >= 2) || !Number.isInteger(factor) || oddPart(factor) !== 1) continue
    const shift = lowestBit(factor)
    made.push(subtract ? difference(x, scaled, u, v, shift) : { value: target, u, v, subtract, shift })
  }
  return made
}

/** |x − scaled|, where `scaled` is v shifted. */
function difference(x: number, scaled: number, u: number, v: number, shift: number): Link {
  const value = oddPart(Math.abs(x - scaled))
  return x > scaled ? { value, u, v, subtract: true, shift } : { value, u: v, v: u, subtract: true, shift: -shift }
}

function oddPart(value: number): number {
  return value / powerOfTwo(lowestBit(value))
}

function build(
  problem: CmvmProblem,
  input: number,
  chain: readonly Link[],
  exponent: number,
  negative: boolean,
): Attempt | null {
  const graph = new AdderGraph(problem.inputs, problem.model)
  /** Of each place in the chain: ±made · 2^shift is its multiple of the input. */
  const places = [{ made: input, shift: 0, negate: false }]
  for (const { u, v, subtract, shift, value } of chain) {
    const x = places[u] as (typeof places)[number]
    const y = places[v] as (typeof places)[number]
    // Signs of the operands are known, so that one adder serves: x ± y as it is, or the other way round.
    const minus = subtract !== (x.negate !== y.negate)
    const made = graph.add(x.made, y.made, y.shift + shift - x.shift, minus)
    const factor = graph.coefficient(made, input)
    places.push({ made, shift: lowestBit(value) - lowestBit(factor), negate: factor < 0 })
  }
  const last = places[places.length - 1] as (typeof places)[number]
  const latency = graph.latency[last.made] as number
  if (problem.latest !== null && latency > problem.latest) return null
  const output = { value: last.made, shift: last.shift + exponent, negate: last.negate !== negative }
  return { graph, outputs: [output], latency }
}
