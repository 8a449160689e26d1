import { accumulate, type JoiningOrder } from './accumulate.js'
import { AdderGraph } from './adder-graph.js'
import type { Attempt } from './attempt.js'
import { columnOf, type LooseTerm, outputOf } from './terms.js'
import type { CmvmOutput, CmvmProblem } from './types.js'

/** The problem whose kernel is the transpose; its inputs stand for outputs, of which nothing is known. */
export function transposedProblem({ kernel, inputs, model }: CmvmProblem): CmvmProblem {
  const dead = inputs.map(({ low, high }) => low === 0 && high === 0)
  const columns = kernel[0]?.length ?? 0
  return {
    kernel: Array.from({ length: columns }, (_, j) => kernel.map((row, i) => (dead[i] ? 0 : (row[j] as number)))),
    inputs: Array.from({ length: columns }, () => ({ low: -128, high: 127, step: 1, latency: 0 })),
    model,
    latest: null,
  }
}

/**
 * The solution that turns a solution of the transposed problem around: every edge of the graph is reversed, so an adder
 * becomes a fork and a fork a sum. The number of adders then differs by that of inputs less outputs, whatever the graph
 * (the transposition theorem of signal-flow graphs). Null where the result is too late.
 */
export function transposedAttempt(
  problem: CmvmProblem,
  { graph: old, outputs }: Attempt,
  order: JoiningOrder,
): Attempt | null {
  const graph = new AdderGraph(problem.inputs, problem.model)
  const latest = problem.latest ?? Number.POSITIVE_INFINITY
  const readers: LooseTerm[][] = Array.from({ length: old.size }, () => [])
  for (const [input, { value, shift, negate }] of outputs.entries()) {
    if (value !== null) readers[value]?.push({ value: input, shift, negate })
  }
  const results: CmvmOutput[] = []
  for (let id = old.size - 1; id >= 0; id--) {
    const column = columnOf(graph, readers[id] as LooseTerm[], latest)
    if (column === null) return null
    accumulate(graph, column, order)
    const made = outputOf(column)
    if (id < old.inputCount) {
      results[id] = made
      continue
    }
    if (made.value === null) continue
    const term = { value: made.value, shift: made.shift, negate: made.negate }
    readers[old.left[id] as number]?.push(term)
    readers[old.right[id] as number]?.push({
      value: term.value,
      shift: term.shift + (old.shift[id] as number),
      negate: term.negate !== (old.subtract[id] === 1),
    })
  }
  let latency = 0
  for (const { value } of results) if (value !== null) latency = Math.max(latency, graph.latency[value] as number)
  return latency > latest ? null : { graph, outputs: results, latency }
}
