import type { FixedGraph, FixedPort, NodeId } from '../../compiler/fixed/graph.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import type { PortLayout } from '../../targets/design.js'
import { packRow } from '../../targets/packing.js'
import { emulate, isTooWide } from '../emulate/emulate.js'
import type { PortValues } from '../emulate/values.js'
import type { NetlistModule } from '../tools/netlist-json.js'
import { circuitOf, type NetlistCircuit } from '../verify/netlist/circuit.js'
import { evaluateCircuit } from '../verify/netlist/evaluate.js'
import { UndefinedBit } from '../verify/netlist/words.js'
import { cornerVectors, randomVectors, type Vectors } from '../verify/vectors.js'
import type { HeldPorts, Nets } from './netlist/nets.js'
import type { Obligation } from './obligation.js'
import type { Counterexample, Exact, Witness } from './settle.js'

const RANDOM_ROWS = 1024
const CORNERS = 64
const SEED = 1
const PROBE = '$probe'

/** Where the netlist came from, and how to drive it. */
export interface Bench {
  readonly nets: Nets
  readonly clock: string
  readonly held: HeldPorts
  readonly inputs: readonly PortLayout[]
}

/**
 * Looks for counterexamples by simulation: the whole netlist on random and corner inputs with the bits in question as an
 * output, beside the emulator. What it finds does happen.
 */
export function simulatedWitness(graph: FixedGraph, bench: Bench): Witness {
  let parts: readonly Vectors[] | null = null
  return (obligation) => {
    if (isTooWide(graph, obligation.node)) return null
    parts ??= [cornerVectors(graph, CORNERS), randomVectors(graph, RANDOM_ROWS, SEED)]
    for (const { rows, inputs } of parts) {
      const found = probe(bench, obligation, inputs, graph.inputs, rows)
      if (found === null) return null
      const operands = obligation.from.map(({ claim }) => claim.node).filter((id) => !isTooWide(graph, id))
      const values = emulate(probed(graph, [obligation.node, ...operands]), inputs, rows)
      const { fraction } = graph.nodes[obligation.node]?.interval ?? { fraction: 0 }
      for (let row = 0; row < rows; row++) {
        const exact = (id: NodeId): Exact => exactOf(graph, id, values.get(String(id))?.[row] ?? 0)
        const expected = exact(obligation.node)
        const pattern = found[row] ?? 0n
        const width = obligation.bits.length
        const integer = obligation.signed ? BigInt.asIntN(width, pattern) : pattern
        if (integer === expected.integer) continue
        const counterexample: Counterexample = {
          operands: operands.map((node) => ({ node, value: exact(node) })),
          expected,
          found: { integer, fraction },
        }
        return counterexample
      }
    }
    return null
  }
}

/**
 * The bits in question for every row of inputs; null for a circuit with held ports that cannot be simulated. Throws
 * `UndefinedBit` for any other that cannot.
 */
function probe(
  bench: Bench,
  { bits, time }: Obligation,
  inputs: PortValues,
  ports: readonly FixedPort[],
  rows: number,
): readonly bigint[] | null {
  const { module } = bench.nets
  const probed = { ...module, ports: { ...module.ports, [PROBE]: { direction: 'output', bits: [...bits] } } }
  const driven = new Map<string, readonly bigint[]>()
  const cycles = rows + time
  for (const [name, value] of bench.held) driven.set(name, Array<bigint>(cycles).fill(value))
  bench.inputs.forEach((port, index) => {
    const values = inputs.get(ports[index]?.name ?? '') ?? new Float64Array()
    driven.set(
      port.name,
      Array.from({ length: rows }, (_, row) => packRow(port, values, row)),
    )
  })
  const circuit = bench.held.size > 0 ? circuitOrNull(probed, bench.clock) : circuitOf(probed, bench.clock)
  return circuit === null ? null : (evaluateCircuit(circuit, driven, cycles).get(PROBE)?.slice(time) ?? [])
}

/** A register with a clock enable feeds itself, which is more than the evaluator does. */
function circuitOrNull(module: NetlistModule, clock: string): NetlistCircuit | null {
  try {
    return circuitOf(module, clock)
  } catch (error) {
    if (error instanceof UndefinedBit) return null
    throw error
  }
}

/** The graph with these nodes as its outputs. */
function probed(graph: FixedGraph, nodes: readonly NodeId[]): FixedGraph {
  const outputs = [...new Set(nodes)].map((id) => ({ name: String(id), shape: [], nodes: [id] }))
  return { ...graph, outputs }
}

function exactOf(graph: FixedGraph, id: NodeId, real: number): Exact {
  const fraction = graph.nodes[id]?.interval.fraction ?? 0
  return { integer: BigInt(Math.floor(real * powerOfTwo(fraction))), fraction }
}
