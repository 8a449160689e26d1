import { parseDesignStep } from '../../../compiler/plan/addresses.js'
import { parseSegment } from '../../../compiler/plan/segments.js'

/** Items of a list of actions that stand for one or, where actions of a kind follow each other, for several. */
export interface Folded<T> {
  /** `train/scan/segment[0..17]` or `build/target/try[0]/select..report` for several. */
  readonly address: string
  readonly items: readonly T[]
}

/**
 * Joins neighbours in a list that are alike: segments of one training, one after the other, and steps of one try of a
 * design.
 */
export function foldSteps<T>(
  items: readonly T[],
  addressOf: (item: T) => string,
  alike: (a: T, b: T) => boolean,
): readonly Folded<T>[] {
  const runs: T[][] = []
  for (const item of items) {
    const run = runs.at(-1)
    const before = run?.at(-1)
    if (run !== undefined && before !== undefined && alike(before, item) && follows(addressOf(before), addressOf(item)))
      run.push(item)
    else runs.push([item])
  }
  return runs.map((run) => ({ address: foldedAddress(run.map(addressOf)), items: run }))
}

function follows(before: string, after: string): boolean {
  const [a, b] = [parseSegment(before), parseSegment(after)]
  if (a !== null && b !== null) return a.training === b.training && b.segment === a.segment + 1
  const [x, y] = [parseDesignStep(before), parseDesignStep(after)]
  return x !== null && y !== null && x.design === y.design
}

function foldedAddress(addresses: readonly string[]): string {
  const [first = '', ...rest] = addresses
  const last = rest.at(-1) ?? ''
  const [from, to] = [parseSegment(first), parseSegment(last)]
  if (from !== null && to !== null) return `${from.training}/segment[${from.segment}..${to.segment}]`
  const end = parseDesignStep(last)
  return end === null ? first : `${first}..${end.step}`
}
