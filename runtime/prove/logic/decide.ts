import type { Level } from '../levels.js'
import type { Aig, Literal } from './aig.js'
import { FALSE, TRUE } from './aig.js'
import { clausesOf } from './cnf.js'
import { type Effort, solve } from './solver.js'

export type Verdict =
  | { readonly kind: 'never'; readonly by: 'identity' | 'exhaustion' | 'search' }
  /** Gives the value of a literal in the case that was found. */
  | { readonly kind: 'case'; readonly valueOf: (literal: Literal) => boolean }
  /** The effort was used up. */
  | { readonly kind: 'open' }

/** How something was proven that is never the case. */
export function levelOf({ by }: Verdict & { readonly kind: 'never' }): Exclude<Level, 'vectors'> {
  return by === 'identity' ? 'structural' : by === 'search' ? 'sat' : 'exhaustive'
}

/** Up to so many free bits all cases are tried. */
const MOST_FREE_BITS = 10

/** No question may use up more, so that a hard one leaves something for the others. */
const MOST_EFFORT = 2_000_000

/** Whether all literals can be true at once. */
export function decide(aig: Aig, literals: readonly Literal[], effort: Effort): Verdict {
  const share = { left: Math.min(MOST_EFFORT, effort.left) }
  const given = share.left
  const verdict = decideWithin(aig, literals, share)
  // What is equal as it is built costs next to nothing.
  if (verdict.kind !== 'never' || verdict.by !== 'identity') effort.left -= given - share.left + aig.size
  return verdict
}

function decideWithin(aig: Aig, literals: readonly Literal[], effort: Effort): Verdict {
  const wanted = literals.filter((literal) => literal !== TRUE)
  if (wanted.includes(FALSE)) return { kind: 'never', by: 'identity' }
  const cone = aig.cone(wanted)
  const inputs = cone.filter((node) => aig.isInput(node))
  if (inputs.length <= MOST_FREE_BITS) return tryAll(aig, wanted, cone, inputs)
  const clauses = clausesOf(aig, wanted)
  const answer = solve(clauses, effort)
  switch (answer.kind) {
    case 'impossible':
      return { kind: 'never', by: 'search' }
    case 'open':
      return answer
    case 'possible': {
      const values = new Map(clauses.nodes.map((node, variable) => [node, answer.model[variable] ?? false]))
      return { kind: 'case', valueOf: evaluator(aig, (node) => values.get(node) ?? false) }
    }
  }
}

/** All cases, 32 in a word. */
function tryAll(aig: Aig, wanted: readonly Literal[], cone: readonly number[], inputs: readonly number[]): Verdict {
  const place = new Map(inputs.map((node, index) => [node, index]))
  const values = new Int32Array(aig.size)
  const wordOf = (literal: Literal): number => (values[literal >> 1] as number) ^ -(literal & 1)
  const cases = 2 ** inputs.length
  for (let start = 0; start < cases; start += 32) {
    for (const node of cone) {
      const index = place.get(node)
      values[node] =
        index === undefined
          ? wordOf(aig.left[node] as Literal) & wordOf(aig.right[node] as Literal)
          : patternOf(index, start)
    }
    let all = cases < 32 ? 2 ** cases - 1 : -1
    for (const literal of wanted) all &= wordOf(literal)
    if (all === 0) continue
    const found = start + (31 - Math.clz32(all))
    const input = (node: number): boolean => {
      const index = place.get(node)
      return index !== undefined && ((found >> index) & 1) === 1
    }
    return { kind: 'case', valueOf: evaluator(aig, input) }
  }
  return { kind: 'never', by: 'exhaustion' }
}

const PATTERNS = [0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00, 0xffff0000]

/** Bit `index` of the numbers start … start + 31. */
function patternOf(index: number, start: number): number {
  return index < 5 ? (PATTERNS[index] as number) | 0 : -((start >> index) & 1)
}

function evaluator(aig: Aig, input: (node: number) => boolean): (literal: Literal) => boolean {
  const values = new Uint8Array(aig.size)
  for (let node = 1; node < aig.size; node++) {
    const [a, b] = [aig.left[node] as Literal, aig.right[node] as Literal]
    if (a === -1) values[node] = input(node) ? 1 : 0
    else values[node] = ((values[a >> 1] as number) ^ (a & 1)) & ((values[b >> 1] as number) ^ (b & 1))
  }
  return (literal) => ((values[literal >> 1] as number) ^ (literal & 1)) === 1
}
