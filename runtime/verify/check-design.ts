import type { FixedGraph } from '../../compiler/fixed/graph.js'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { designDiffers } from '../../lang/diagnostics/messages/tools.js'
import type { Design, PortInterface } from '../../targets/design.js'
import { packRows, unpackRow } from '../../targets/packing.js'
import { subscript } from '../../targets/ports.js'
import type { PortValues } from '../emulate/values.js'
import type { SimulationRequest } from '../tools/simulation.js'
import { type Compared, firstDifference } from './compare.js'
import { type SimulatorName, simulate } from './simulate.js'
import type { Vectors } from './vectors.js'

/** Vectors with the outputs that the emulator gives for them. */
export interface ExpectedVectors extends Vectors {
  readonly outputs: PortValues
}

/**
 * Simulates the emitted sources on all vectors and compares every output element with what the emulator says. A
 * difference is a diagnostic with the first vector, the signal and both values.
 */
export async function checkDesign(
  graph: FixedGraph,
  design: Design,
  parts: readonly ExpectedVectors[],
  simulator: SimulatorName,
  options: Pick<SimulationRequest, 'scratch' | 'signal' | 'threads'> = {},
): Promise<Result<{ readonly name: string; readonly version: string }>> {
  const names = { inputs: graph.inputs.map((port) => port.name), outputs: graph.outputs.map((port) => port.name) }
  const inputs = parts.flatMap((part) =>
    packRows(design.interface.inputs, columns(names.inputs, part.inputs), part.rows),
  )
  const result = await simulate({ ...options, design, inputs }, simulator)
  if (!result.ok) return result
  const vectors = inputs.length
  let start = 0
  for (const part of parts) {
    const rows = result.value.outputs.slice(start, start + part.rows)
    const found = unpackRows(design.interface.outputs, rows)
    const compared = names.outputs.map((name, index): Compared => {
      const elements = graph.outputs[index]?.nodes.length ?? 0
      return { port: name, elements, expected: column(part.outputs, name), found: found[index] ?? new Float64Array() }
    })
    const difference = firstDifference(compared, part.rows)
    if (difference !== null) {
      const shape = graph.outputs.find((port) => port.name === difference.port)?.shape ?? []
      const error = designDiffers({
        part: part.part,
        vector: difference.row,
        port: difference.port,
        element: subscript(shape, difference.element),
        expected: difference.expected,
        simulated: difference.found,
        simulator: result.value.simulator.name,
        mismatches: difference.rows,
        vectors: part.rows,
      })
      return { ok: false, error }
    }
    start += part.rows
  }
  if (start !== vectors) throw new Error('every vector belongs to a part')
  return { ok: true, value: result.value.simulator }
}

function columns(names: readonly string[], values: PortValues): readonly Float64Array[] {
  return names.map((name) => column(values, name))
}

function column(values: PortValues, name: string): Float64Array {
  const found = values.get(name)
  if (found === undefined) throw new Error(`there are no values for port "${name}"`)
  return found
}

function unpackRows(ports: readonly PortInterface[], rows: readonly bigint[]): readonly Float64Array[] {
  let low = 0
  return ports.map((port) => {
    const values = new Float64Array(rows.length * port.elements.length)
    const from = BigInt(low)
    rows.forEach((bits, row) => {
      unpackRow(port, BigInt.asUintN(port.bits, bits >> from), values, row)
    })
    low += port.bits
    return values
  })
}
