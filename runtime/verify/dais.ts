import { importDais } from '../../compiler/dais/import.js'
import type { DaisProgram } from '../../compiler/dais/program.js'
import type { FixedGraph, FixedPort } from '../../compiler/fixed/graph.js'
import type { FixedType } from '../../compiler/fixed/type.js'
import { emulate, isTooWide } from '../emulate/emulate.js'
import type { PortValues } from '../emulate/values.js'
import { cornerVectors, randomVectors, type Vectors } from './vectors.js'

const RANDOM_VECTORS = 8192
const SEED = 1

/** Where a program and a design differ: the first vector and its first output. */
export interface DaisDifference {
  readonly output: number
  readonly inputs: string
  readonly expected: number
  readonly found: number
}

/**
 * Runs a program beside a graph on random and on corner vectors; outputs are compared bit for bit. The program has as many
 * inputs and outputs as the graph has elements (`flatShape`).
 */
export function compareWithDais(
  graph: FixedGraph,
  program: DaisProgram,
): {
  readonly difference: DaisDifference | null
  readonly rows: number
  /** An output of the program that doubles do not hold; nothing was compared then. */
  readonly tooWide: number | null
} {
  const other = importDais(program, inputTypes(graph))
  const wide = other.outputs.flatMap((port) => port.nodes).findIndex((id) => isTooWide(other, id))
  if (wide >= 0) return { difference: null, rows: 0, tooWide: wide }
  let rows = 0
  for (const vectors of [randomVectors(graph, RANDOM_VECTORS, SEED), cornerVectors(graph)]) {
    const difference = firstDifference(graph, other, vectors)
    if (difference !== null) return { difference, rows, tooWide: null }
    rows += vectors.rows
  }
  return { difference: null, rows, tooWide: null }
}

/** Number of elements over all input ports, and over all output ports. */
export function flatShape({ inputs, outputs }: FixedGraph): { readonly inputs: number; readonly outputs: number } {
  return { inputs: elementsOf(inputs), outputs: elementsOf(outputs) }
}

function elementsOf(ports: readonly FixedPort[]): number {
  return ports.reduce((sum, port) => sum + port.nodes.length, 0)
}

function inputTypes(graph: FixedGraph): readonly FixedType[] {
  return graph.inputs
    .flatMap((port) => port.nodes)
    .map((id) => {
      const node = graph.nodes[id]
      if (node?.kind !== 'input') throw new Error(`node ${id} of an input port is no input`)
      return node.type
    })
}

function firstDifference(graph: FixedGraph, other: FixedGraph, { inputs, rows }: Vectors): DaisDifference | null {
  const flat = sideBySide(graph.inputs, inputs, rows)
  const expected = sideBySide(graph.outputs, emulate(graph, inputs, rows), rows)
  const found = emulate(other, new Map([['x', flat]]), rows).get('y') ?? new Float64Array()
  const at = expected.findIndex((value, n) => value !== found[n])
  if (at < 0) return null
  const { inputs: width, outputs } = flatShape(graph)
  const row = Math.floor(at / outputs)
  return {
    output: at % outputs,
    inputs: [...flat.subarray(row * width, (row + 1) * width)].join(', '),
    expected: expected[at] ?? Number.NaN,
    found: found[at] ?? Number.NaN,
  }
}

/** Rows of all ports, one port beside the other. */
function sideBySide(ports: readonly FixedPort[], values: PortValues, rows: number): Float64Array {
  const width = elementsOf(ports)
  const flat = new Float64Array(width * rows)
  let start = 0
  for (const { name, nodes } of ports) {
    const own = values.get(name) ?? new Float64Array()
    for (let row = 0; row < rows; row++) {
      flat.set(own.subarray(row * nodes.length, (row + 1) * nodes.length), row * width + start)
    }
    start += nodes.length
  }
  return flat
}
