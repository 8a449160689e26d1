import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import { emulate } from '../../../runtime/emulate/emulate.js'
import type { PortValues } from '../../../runtime/emulate/values.js'
import { inferNetwork } from '../../../runtime/infer/infer.js'
import type { ExpectedVectors } from '../../../runtime/verify/check-design.js'
import { type Compared, firstDifference } from '../../../runtime/verify/compare.js'
import { cornerVectors, firstRows, randomVectors, type Vectors } from '../../../runtime/verify/vectors.js'
import { evaluateExactly } from '../../fixtures/exact/evaluate.js'
import { numberOfExact } from '../../fixtures/exact/number.js'
import type { QuantizedNetwork } from '../../fixtures/quantized-network.js'

/** Rows for the slow reading in rational numbers. */
const EXACT_ROWS = 16

/** Corner vectors, and random ones to make up `count`. */
export function vectorsOf(graph: FixedGraph, count: number, seed: number): readonly Vectors[] {
  const corners = firstRows(cornerVectors(graph), count)
  const rest = count - corners.rows
  return rest === 0 ? [corners] : [corners, randomVectors(graph, rest, seed)]
}

/**
 * What the optimized graph gives for the vectors, after everything that runs without a tool has given the same: rational
 * arithmetic on some rows, exact inference, the emulator of the graph as lowered and of the optimized one. Else the text
 * of the first difference.
 */
export function agreeInSoftware(
  network: QuantizedNetwork,
  optimized: FixedGraph,
  vectors: readonly Vectors[],
): readonly ExpectedVectors[] | string {
  const { calibrated, lowered } = network
  const expected: ExpectedVectors[] = []
  for (const { part, rows, inputs } of vectors) {
    const outputs = emulate(optimized, inputs, rows)
    const differs = (what: string, others: PortValues, count: number): string | null => {
      const difference = firstDifference(comparedPorts(lowered, others, outputs), count)
      if (difference === null) return null
      const { port, row, element, expected: wanted, found } = difference
      return `${part} vector ${row}, ${port}[${element}]: ${wanted} by ${what}, ${found} by the emulator of the optimized graph`
    }
    const few = Math.min(rows, EXACT_ROWS)
    const found =
      differs('the emulator of the graph as lowered', emulate(lowered, inputs, rows), rows) ??
      differs('rational arithmetic', exactOutputs(network, inputs, rows, few), few) ??
      inference(network, optimized, inputs, rows, part)
    if (found !== null) return found
    expected.push({ part, rows, inputs, outputs })
  }
  if (calibrated.graph.outputs.length !== optimized.outputs.length) return 'an output was lost'
  return expected
}

function comparedPorts(graph: FixedGraph, expected: PortValues, found: PortValues): readonly Compared[] {
  return graph.outputs.map(({ name, nodes }) => ({
    port: name,
    elements: nodes.length,
    expected: expected.get(name) ?? new Float64Array(),
    found: found.get(name) ?? new Float64Array(),
  }))
}

/** Inference takes float32 as a data set has it, so the emulator gets what its ports made of that. */
function inference(
  { calibrated }: QuantizedNetwork,
  optimized: FixedGraph,
  inputs: PortValues,
  rows: number,
  part: string,
): string | null {
  const given = new Map([...inputs].map(([name, values]) => [name, Float32Array.from(values)]))
  const inferred = inferNetwork(calibrated, given, rows)
  const outputs = emulate(optimized, inferred.ports, rows)
  const difference = firstDifference(comparedPorts(optimized, inferred.outputs, outputs), rows)
  if (difference === null) return null
  const { port, row, element, expected, found } = difference
  return `${part} vector ${row}, ${port}[${element}]: ${expected} by exact inference, ${found} by the emulator`
}

function exactOutputs(
  { calibrated }: QuantizedNetwork,
  inputs: PortValues,
  rows: number,
  count: number,
): Map<string, Float64Array> {
  const outputs = new Map<string, number[]>()
  for (let row = 0; row < count; row++) {
    const own = new Map(
      [...inputs].map(([name, values]) => {
        const elements = values.length / rows
        return [name, [...values.subarray(row * elements, (row + 1) * elements)]] as const
      }),
    )
    for (const [name, values] of evaluateExactly(calibrated, own))
      outputs.set(name, [...(outputs.get(name) ?? []), ...values.map(numberOfExact)])
  }
  return new Map([...outputs].map(([name, values]) => [name, Float64Array.from(values)]))
}
