import type { AdderGraph } from './adder-graph.js'
import type { CmvmOutput } from './types.js'

/**
 * What a register bit costs beside a look-up table, which an adder takes for each of its bits: a slice of an FPGA has two
 * registers for every look-up table, so a design is as large as its look-up tables or half its registers.
 */
export const REGISTER_COST = 1 / 2

/**
 * Bits that wait in registers when every level of an adder graph is a clocked stage: the width of each value times the
 * levels until its last reader. First every adder stands as early as it can; those whose result is narrower than what it
 * frees move later, users first. A value that goes out costs nothing from there on: who reads it is not known here.
 */
export function waitingBits(graph: AdderGraph, outputs: readonly CmvmOutput[]): number {
  const { size, inputCount } = graph
  const level = Array.from(graph.latency.subarray(0, size))
  const width = Array.from({ length: size }, (_, id) => widthOf(graph, id))
  const users: number[][] = level.map(() => [])
  for (let id = inputCount; id < size; id++) for (const operand of operandsOf(graph, id)) users[operand]?.push(id)
  const leaves = new Set(outputs.map(({ value }) => value))
  const at = (id: number): number => level[id] as number
  const lastUse = (id: number): number =>
    (users[id] as number[]).reduce((last, user) => Math.max(last, at(user)), at(id))
  for (let id = size - 1; id >= inputCount; id--) {
    const readers = users[id] as number[]
    if (leaves.has(id) || readers.length === 0) continue
    const latest = readers.reduce(
      (least, user) => Math.min(least, at(user) - delayOf(graph, user)),
      Number.POSITIVE_INFINITY,
    )
    const freed = operandsOf(graph, id)
      .filter((operand) => lastUse(operand) === at(id))
      .reduce((bits, operand) => bits + (width[operand] as number), 0)
    if (freed < (width[id] as number)) level[id] = latest
  }
  return level.reduce((bits, own, id) => bits + (width[id] as number) * (lastUse(id) - own), 0)
}

function operandsOf(graph: AdderGraph, id: number): readonly number[] {
  const [left, right] = [graph.left[id] as number, graph.right[id] as number]
  return left === right ? [left] : [left, right]
}

/** Wiring takes no level. */
function delayOf(graph: AdderGraph, id: number): number {
  return graph.costs[id] === 0 ? 0 : 1
}

function widthOf(graph: AdderGraph, id: number): number {
  return Math.max(0, (graph.top[id] as number) - (graph.bottom[id] as number) + (graph.signed[id] as number))
}
