import type { FixedGraph, NodeId } from '../../fixed/graph.js'
import { delayModelOf, nodeDelays, sumDelay } from '../../schedule/delays.js'
import { nodeLevels } from '../../schedule/levels.js'
import { budgetOf, cutGraph, type ScheduleOptions } from '../../schedule/schedule.js'
import { placeEarly, type TimingGraph, TOLERANCE_NS, timingGraph } from '../../schedule/timing.js'
import type { Fusion } from './fusions.js'
import { type Passage, PathsByLevels } from './paths.js'

/** Of fusions made together, some without which the graph is not slower than its cut allows; none where none is too slow. */
export type Guard = (chosen: readonly Fusion[]) => readonly Fusion[]

/**
 * Holds a graph with fusions against the cut of the one without: by the clock, it must fit into as many stages, each within
 * the clock's budget or, where that graph did not keep it, within the one it had. By levels, which a fusion never makes
 * more, no path through a fused adder that a stage can hold may take longer than the clock's budget. Null where the graph
 * cannot be cut as asked at all.
 */
export function guardOf(graph: FixedGraph, options: ScheduleOptions): Guard | null {
  const model = delayModelOf(options.family)
  const inNs = timingGraph(graph, nodeDelays(graph, model))
  const cut = cutGraph(graph, inNs, options)
  if (!cut.ok) return null
  const { levels } = options
  const clock = budgetOf(options, model)
  const fused = (timing: TimingGraph, chosen: readonly Fusion[], cost: (fusion: Fusion) => number): TimingGraph => {
    const delays = [...timing.delays]
    for (const fusion of chosen) {
      delays[fusion.inner] = 0
      delays[fusion.outer] = cost(fusion)
    }
    return { ...timing, delays }
  }
  const delayOf = ({ terms }: Fusion): number => sumDelay(terms, graph, model)
  if (levels === undefined) {
    const { stages, budget } = cut.value
    return (chosen) => slowByClock(fused(inNs, chosen, delayOf), chosen, stages, Math.max(clock, budget))
  }
  const inLevels = { ...inNs, delays: nodeLevels(graph) }
  return (chosen) => {
    const paths = new PathsByLevels(
      fused(inNs, chosen, delayOf),
      fused(inLevels, chosen, () => 1),
      levels,
      chosen,
    )
    return leastOfEach(paths.longerThan(clock + TOLERANCE_NS))
  }
}

function slowByClock(
  timing: TimingGraph,
  chosen: readonly Fusion[],
  stages: number,
  budget: number,
): readonly Fusion[] {
  const { stageOf, arrival } = placeEarly(timing, budget)
  const byOuter = new Map(chosen.map((fusion) => [fusion.outer, fusion]))
  const isLate = (id: NodeId): boolean =>
    (stageOf[id] ?? 0) >= stages || (timing.delays[id] ?? 0) > budget + TOLERANCE_NS
  const isLater = (a: NodeId, b: NodeId): boolean => {
    const [first, second] = [stageOf[a] ?? 0, stageOf[b] ?? 0]
    return first !== second ? first > second : (arrival[a] ?? 0) > (arrival[b] ?? 0)
  }
  const paths: Passage[][] = []
  for (let id = 0; id < timing.size; id++) {
    const operands = timing.operands[id] ?? []
    if (!isLate(id) || operands.some(isLate)) continue
    // Back along what each node waited for: without its fusions the node would be as early as it was before them.
    const path: Passage[] = []
    for (let at: NodeId | undefined = id; at !== undefined; ) {
      const before: NodeId | undefined = lastOf(timing.operands[at] ?? [], isLater)
      const fusion = byOuter.get(at)
      if (fusion !== undefined) path.push({ fusion, throughInner: before === fusion.inner })
      at = before
    }
    paths.push(path)
  }
  return leastOfEach(paths)
}

function lastOf(ids: readonly NodeId[], isLater: (a: NodeId, b: NodeId) => boolean): NodeId | undefined {
  return ids.reduce<NodeId | undefined>((last, id) => (last === undefined || isLater(id, last) ? id : last), undefined)
}

/**
 * Fusions of which every path has one, of those that make it longer where it has such: those that save least for the number
 * of paths that they are on.
 */
function leastOfEach(paths: readonly (readonly Passage[])[]): readonly Fusion[] {
  const candidates = paths.map((path) => {
    const longer = path.filter(({ throughInner }) => !throughInner)
    return (longer.length > 0 ? longer : path).map(({ fusion }) => fusion)
  })
  const times = new Map<Fusion, number>()
  for (const fusion of candidates.flat()) times.set(fusion, (times.get(fusion) ?? 0) + 1)
  const price = (fusion: Fusion): number => fusion.saved / (times.get(fusion) ?? 1)
  const givenUp = new Set<Fusion>()
  for (const path of candidates) {
    const [first, ...rest] = path
    if (first === undefined || path.some((fusion) => givenUp.has(fusion))) continue
    givenUp.add(rest.reduce((least, each) => (price(each) < price(least) ? each : least), first))
  }
  return [...givenUp]
}
