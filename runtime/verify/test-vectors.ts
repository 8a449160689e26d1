import type { FixedGraph } from '../../compiler/fixed/graph.js'
import type { TestVectors } from '../../targets/design.js'
import { emulate } from '../emulate/emulate.js'
import { cornerVectors, randomVectors } from './vectors.js'

/** Random and corner vectors with the emulator's outputs, for the test bench that comes with a design. */
export function testVectors(graph: FixedGraph, seed: number, random = 256): TestVectors {
  const parts = [cornerVectors(graph, 64), randomVectors(graph, random, seed)]
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  const inputs = new Map<string, Float64Array>()
  for (const port of graph.inputs) {
    const joined = new Float64Array(rows * port.nodes.length)
    let start = 0
    for (const part of parts) {
      const values = part.inputs.get(port.name) ?? new Float64Array()
      joined.set(values, start)
      start += values.length
    }
    inputs.set(port.name, joined)
  }
  return { rows, inputs, outputs: emulate(graph, inputs, rows) }
}
