import { numberOf } from '../../compiler/fixed/dyadic.js'
import type { FixedGraph, FixedPort } from '../../compiler/fixed/graph.js'
import type { Interval } from '../../compiler/fixed/interval.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'

/** By port name: rows × elements real values, row-major. */
export type PortValues = ReadonlyMap<string, Float64Array>

/**
 * The values of an input port. Throws when the port is missing, has another size than rows × elements, or holds a value
 * that is not on the grid of its element or out of its range, naming row and element: callers round and saturate first.
 */
export function portInput(graph: FixedGraph, port: FixedPort, inputs: PortValues, rows: number): Float64Array {
  const values = inputs.get(port.name)
  if (values === undefined) throw new Error(`no values for input "${port.name}"`)
  const elements = port.nodes.length
  if (values.length !== rows * elements) {
    throw new Error(`input "${port.name}" has ${values.length} values; ${rows} rows × ${elements} elements are needed`)
  }
  for (const [element, id] of port.nodes.entries()) {
    const node = graph.nodes[id]
    if (node?.kind !== 'input') throw new Error(`element ${element} of input "${port.name}" is no input`)
    const [low, high] = boundsOf(node.interval)
    const scale = powerOfTwo(node.interval.fraction)
    for (let row = 0; row < rows; row++) {
      const value = values[row * elements + element] ?? Number.NaN
      if (value >= low && value <= high && Number.isInteger(value * scale)) continue
      throw new Error(
        `input "${port.name}", row ${row}, element ${element}: ${value} is not one of the values ${low} … ${high} in steps of ${1 / scale}`,
      )
    }
  }
  return values
}

function boundsOf({ low, high, fraction }: Interval): readonly [number, number] {
  return [numberOf(low, -fraction), numberOf(high, -fraction)]
}
