import type { FixedGraph, FixedNode, Term } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { intervalOfNode } from '../../compiler/fixed/node-interval.js'
import { type NodeFunction, operandsOf } from '../../compiler/fixed/nodes.js'
import { widthOf } from '../../compiler/fixed/type.js'
import { DEFAULT_REGISTERS, type Pipeline, type RegisterOptions } from '../../compiler/schedule/pipeline.js'
import { TestRandom } from '../fixtures/calibrated.js'

const KINDS = [
  'add',
  'add',
  'add',
  'scale',
  'multiply_constant',
  'sum',
  'multiply',
  'cast',
  'cast',
  'cast',
  'relu',
  'less',
  'select',
  'lookup',
  'constant',
] as const

export interface RandomPipelineOptions {
  readonly inputs: number
  readonly nodes: number
  readonly stages: number
  /** No wider value is made; 40 when left out. */
  readonly widest?: number
  readonly registers?: RegisterOptions
}

/**
 * A random graph of every kind of node, with operands of any sign and grid, pruned values and constants among them,
 * cut at random into stages. Unlike what the compiler makes, nothing in it is simplified.
 */
export function randomPipeline(seed: number, options: RandomPipelineOptions): Pipeline {
  const random = new TestRandom(seed)
  const nodes: FixedNode[] = []
  const stageOf: number[] = []
  const view = {
    intervalAt: (id: number) => at(nodes, id).interval,
    nodeAt: (id: number) => at(nodes, id),
  }
  const push = (node: NodeFunction, stage: number): boolean => {
    const interval = intervalOfNode(node, view)
    if (widthOf(typeOfInterval(interval)) > (options.widest ?? 40)) return false
    nodes.push({ ...node, interval, origin: `${node.kind}[${stage}]` } as FixedNode)
    stageOf.push(stage)
    return true
  }
  // Two ports, so that buses with elements of both kinds are laid out.
  const half = Math.ceil(options.inputs / 2)
  for (let index = 0; index < options.inputs; index++) {
    const [port, element] = index < half ? [0, index] : [1, index - half]
    push({ kind: 'input', port, element, type: random.type(8) }, 0)
  }
  while (nodes.length < options.nodes) {
    const node = randomNode(random, nodes)
    const earliest = Math.max(0, ...operandsOf(node).map((id) => stageOf[id] ?? 0))
    const stage = random.unit() < 0.8 ? earliest : random.integer(earliest, options.stages - 1)
    push(node, stage)
  }
  const inputs = Array.from({ length: options.inputs }, (_, id) => id)
  const outputs = Array.from({ length: 8 }, () => random.integer(0, nodes.length - 1))
  const last = Array.from({ length: 6 }, (_, index) => nodes.length - 1 - index)
  const graph: FixedGraph = {
    nodes,
    inputs: [
      { name: 'left', shape: [half], nodes: inputs.slice(0, half) },
      { name: 'reg', shape: [options.inputs - half], nodes: inputs.slice(half) },
    ],
    outputs: [
      { name: 'sums', shape: [2, 3], nodes: last },
      { name: 'n0', shape: [8], nodes: outputs },
    ],
  }
  return {
    graph,
    stageOf,
    stages: options.stages,
    registers: options.registers ?? DEFAULT_REGISTERS,
    clockPeriodNs: 2.5,
    estimatedCriticalPathNs: 1,
    registerBits: 0,
  }
}

function randomNode(random: TestRandom, nodes: readonly FixedNode[]): NodeFunction {
  // Recent nodes are likelier, so that graphs get deep.
  const pick = (): number =>
    random.unit() < 0.5 ? random.integer(0, nodes.length - 1) : Math.max(0, nodes.length - 1 - random.integer(0, 8))
  const term = (): Term => ({ node: pick(), shift: random.integer(-4, 4), negate: random.unit() < 0.4 })
  const kind = random.pick(KINDS)
  switch (kind) {
    case 'add':
      return { kind, left: term(), right: term() }
    case 'scale':
      return { kind, term: term() }
    case 'multiply_constant': {
      const mantissa = BigInt(random.integer(-40, 40) || 3)
      return { kind, node: pick(), mantissa, exponent: random.integer(-6, 3) }
    }
    case 'sum':
      return { kind, terms: Array.from({ length: random.integer(1, 5) }, term) }
    case 'multiply':
      return { kind, left: pick(), right: pick() }
    case 'cast':
      return { kind, node: pick(), type: random.type(10) }
    case 'relu':
      return { kind, node: pick() }
    case 'less':
      return { kind, left: pick(), right: pick() }
    case 'select': {
      const conditions = nodes.flatMap((node, id) => (node.kind === 'less' ? [id] : []))
      if (conditions.length === 0) return { kind: 'less', left: pick(), right: pick() }
      return { kind, condition: random.pick(conditions), whenTrue: pick(), whenFalse: pick() }
    }
    case 'lookup':
      return lookupOf(random, nodes, pick()) ?? { kind: 'relu', node: pick() }
    case 'constant': {
      const value = BigInt(random.integer(-9, 9))
      return { kind, value: { low: value, high: value, fraction: value === 0n ? 0 : random.integer(-2, 5) } }
    }
  }
}

/** Small tables, some of them of equal contents; null where the operand has too many values. */
function lookupOf(random: TestRandom, nodes: readonly FixedNode[], node: number): NodeFunction | null {
  const { low, high, fraction: grid } = at(nodes, node).interval
  const size = Number(high - low) + 1
  if (size > 200) return null
  const fraction = random.integer(-2, 5)
  const known = nodes.flatMap((other) =>
    other.kind === 'lookup' && BigInt(other.table.low) === low && other.table.entries.length === size
      ? [other.table]
      : [],
  )
  if (known.length > 0 && random.unit() < 0.5)
    return { kind: 'lookup', node, table: random.pick(known), grid, fraction }
  const [least, most] = [random.integer(-60, 0), random.integer(1, 60)]
  const entries = Array.from({ length: size }, () => random.integer(least, most))
  return { kind: 'lookup', node, table: { low: Number(low), entries }, grid, fraction }
}

function at(nodes: readonly FixedNode[], id: number): FixedNode {
  const node = nodes[id]
  if (node === undefined) throw new Error(`no node ${id}`)
  return node
}

/** Random and corner integers for the inputs of a graph: per vector, per port, per element. */
export function randomVectors(
  graph: FixedGraph,
  count: number,
  seed: number,
): readonly (readonly (readonly bigint[])[])[] {
  const random = new TestRandom(seed)
  return Array.from({ length: count }, (_, vector) =>
    graph.inputs.map((port) =>
      port.nodes.map((id) => {
        const { low, high } = at(graph.nodes, id).interval
        if (vector === 0) return low
        if (vector === 1) return high
        if (vector === 2) return 0n
        return low + BigInt(Math.floor(random.unit() * Number(high - low + 1n)))
      }),
    ),
  )
}
