import { lowestBit, powerOfTwo } from '../../numeric/exponent.js'
import { AdderGraph } from './adder-graph.js'
import type { CmvmOperation, CmvmOutput, CmvmProblem, CmvmSolution } from './types.js'

/** The widest integer that doubles hold with every smaller one. */
const EXACT_BITS = 53

/**
 * Proves a solution: the linear form of every output over the inputs equals its column of the kernel, exactly, and
 * intervals, latencies and costs are those that follow from the operations. Throws an error that names the first fault.
 */
export function checkSolution(problem: CmvmProblem, solution: CmvmSolution): void {
  const afresh = solutionOf(problem, solution.operations, solution.outputs)
  for (const [n, operation] of solution.operations.entries()) {
    const expected = afresh.operations[n] as CmvmOperation
    for (const key of ['low', 'high', 'step', 'latency', 'cost'] as const) {
      if (operation[key] !== expected[key]) {
        throw new Error(`operation ${n} has ${key} ${operation[key]}, not ${expected[key]}`)
      }
    }
  }
  for (const key of ['cost', 'latency'] as const) {
    if (solution[key] !== afresh[key]) throw new Error(`${key} is ${afresh[key]}, not ${solution[key]}`)
  }
}

/** What a list of operations computes: it is checked against the kernel, and intervals, latencies and costs are worked out. */
export function solutionOf(
  problem: CmvmProblem,
  operations: readonly Pick<CmvmOperation, 'left' | 'right' | 'shift' | 'subtract'>[],
  outputs: readonly CmvmOutput[],
): CmvmSolution {
  const graph = new AdderGraph(problem.inputs, problem.model)
  const greatest = Float64Array.from(problem.inputs, ({ low, high }) => Math.max(Math.abs(low), Math.abs(high)))
  const made = operations.map(({ left, right, shift, subtract }, n): CmvmOperation => {
    const id = graph.size
    if (!(left >= 0 && left < id && right >= 0 && right < id)) throw new Error(`operation ${n} reads a later value`)
    graph.add(left, right, shift, subtract)
    checkExact(problem, graph, greatest, id, n)
    return {
      left,
      right,
      shift,
      subtract,
      low: graph.low[id] as number,
      high: graph.high[id] as number,
      step: powerOfTwo(graph.bottom[id] as number),
      latency: graph.latency[id] as number,
      cost: graph.costs[id] as number,
    }
  })
  const columns = problem.kernel[0]?.length ?? 0
  if (outputs.length !== columns) throw new Error(`${outputs.length} outputs for ${columns} columns`)
  let latency = 0
  for (const [column, { value, shift, negate }] of outputs.entries()) {
    const factor = negate ? -powerOfTwo(shift) : powerOfTwo(shift)
    for (const [row, entries] of problem.kernel.entries()) {
      const input = problem.inputs[row]
      // What is always 0 may be multiplied by anything.
      if (input?.low === 0 && input.high === 0) continue
      const found = value === null ? 0 : factor * graph.coefficient(value, row)
      const wanted = entries[column] as number
      if (found !== wanted) throw new Error(`output ${column} takes input ${row} times ${found}, not ${wanted}`)
    }
    if (value !== null) latency = Math.max(latency, graph.latency[value] as number)
  }
  return { operations: made, outputs, cost: graph.cost, latency }
}

/** Sums of doubles are exact as long as the magnitudes of all their terms together fit into 53 bits of the common grid. */
function checkExact(
  { inputs }: CmvmProblem,
  graph: AdderGraph,
  greatest: Float64Array,
  id: number,
  operation: number,
): void {
  let magnitude = 0
  for (let row = 0; row < greatest.length; row++) {
    magnitude += Math.abs(graph.coefficient(id, row)) * (greatest[row] as number)
  }
  // The grid of the operands, which that of the sum cannot be finer than.
  if (magnitude < powerOfTwo((graph.bottom[id] as number) + EXACT_BITS)) return
  let bottom = Number.POSITIVE_INFINITY
  for (const [row, { low, high, step }] of inputs.entries()) {
    const coefficient = graph.coefficient(id, row)
    if (coefficient === 0 || greatest[row] === 0) continue
    bottom = Math.min(bottom, lowestBit(coefficient) + lowestBit(low === high ? low : step))
  }
  if (magnitude > 0 && magnitude >= powerOfTwo(bottom + EXACT_BITS)) {
    throw new Error(`operation ${operation} needs more than ${EXACT_BITS} bits`)
  }
}
