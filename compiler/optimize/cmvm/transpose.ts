import type { JoiningOrder } from './accumulate.js'
import { type Attempt, type Bench, latencyOf } from './attempt.js'
import { type LooseTerm, NO_BOUND } from './terms.js'
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
  { graph, sharing, accumulator }: Bench,
  { graph: old, outputs }: Attempt,
  order: JoiningOrder,
  latest: number | null,
): Attempt | null {
  const { columns } = sharing
  const bound = latest ?? NO_BOUND
  graph.clear()
  const readers: LooseTerm[][] = Array.from({ length: old.size }, () => [])
  for (const [input, { value, shift, negate }] of outputs.entries()) {
    if (value !== null) readers[value]?.push({ value: input, shift, negate })
  }
  const results: CmvmOutput[] = []
  for (let id = old.size - 1; id >= 0; id--) {
    columns.clear()
    if (!columns.add(graph, readers[id] as LooseTerm[], bound)) return null
    accumulator.sumUp(graph, columns, 0, order)
    const { value, shift, negate } = columns.outputOf(0)
    if (id < old.inputCount) {
      results[id] = { value, shift, negate }
      continue
    }
    if (value === null) continue
    readers[old.left[id] as number]?.push({ value, shift, negate })
    readers[old.right[id] as number]?.push({
      value,
      shift: shift + (old.shift[id] as number),
      negate: negate !== (old.subtract[id] === 1),
    })
  }
  const latency = latencyOf(graph, results)
  return latest !== null && latency > latest ? null : { graph, outputs: results, latency }
}
