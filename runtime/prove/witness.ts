import type { FixedGraph, FixedPort, NodeId } from '../../compiler/fixed/graph.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import type { PortLayout } from '../../targets/design.js'
import { packRow } from '../../targets/packing.js'
import { emulate, isTooWide } from '../emulate/emulate.js'
import type { PortValues } from '../emulate/values.js'
import type { NetlistModule } from '../tools/netlist-json.js'
import { circuitOf } from '../verify/netlist/circuit.js'
import { evaluateCircuit } from '../verify/netlist/evaluate.js'
import { cornerVectors, randomVectors, type Vectors } from '../verify/vectors.js'
import { conesOf } from './netlist/cone.js'
import type { Nets } from './netlist/nets.js'
import type { Counterexample, Exact, Witness } from './settle.js'

const RANDOM_ROWS = 1024
const CORNERS = 64
const SEED = 1
const PROBE = '$probe'

/** Where the netlist came from, and how to drive it. */
export interface Bench {
  readonly nets: Nets
  readonly clock: string
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
    const operands = obligation.from.map(({ claim }) => claim.node).filter((id) => !isTooWide(graph, id))
    const cones = conesOf(bench.nets, PROBE, obligation.bits)
    for (const { rows, inputs } of parts) {
      const values = emulate(probed(graph, [obligation.node, ...operands]), inputs, rows)
      const { fraction } = graph.nodes[obligation.node]?.interval ?? { fraction: 0 }
      const exact = (id: NodeId, row: number): Exact => exactOf(graph, id, values.get(String(id))?.[row] ?? 0)
      for (const cone of cones) {
        const found = probe(bench, cone, obligation.time, inputs, graph.inputs, rows)
        for (let row = 0; row < rows; row++) {
          const expected = exact(obligation.node, row)
          const pattern = found[row] ?? 0n
          const width = obligation.bits.length
          const integer = obligation.signed ? BigInt.asIntN(width, pattern) : pattern
          if (integer === expected.integer) continue
          const counterexample: Counterexample = {
            operands: operands.map((node) => ({ node, value: exact(node, row) })),
            expected,
            found: { integer, fraction },
          }
          return counterexample
        }
      }
    }
    return null
  }
}

/** The bits in question for every row of inputs. Throws `UndefinedBit` for a circuit that cannot be simulated. */
function probe(
  bench: Bench,
  cone: NetlistModule,
  time: number,
  inputs: PortValues,
  ports: readonly FixedPort[],
  rows: number,
): readonly bigint[] {
  const driven = new Map<string, readonly bigint[]>()
  bench.inputs.forEach((port, index) => {
    const values = inputs.get(ports[index]?.name ?? '') ?? new Float64Array()
    driven.set(
      port.name,
      Array.from({ length: rows }, (_, row) => packRow(port, values, row)),
    )
  })
  const circuit = circuitOf(cone, bench.clock)
  return (
    evaluateCircuit(circuit, driven, rows + time)
      .get(PROBE)
      ?.slice(time) ?? []
  )
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
