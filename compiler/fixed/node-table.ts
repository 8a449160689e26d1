import { isPoint, pointInterval } from './arithmetic.js'
import type { FixedGraph, FixedNode, FixedPort, NodeId } from './graph.js'
import type { Interval } from './interval.js'
import { atomForm, constantForm, type LinearForm, linearFormOf, tightened } from './linear.js'
import { keyOfTable, type LookupTable } from './lookup.js'
import { intervalOfNode } from './node-interval.js'
import { keyOf } from './node-key.js'
import { mapOperands, type NodeFunction, type NodeView, nodesBehind } from './nodes.js'

/** The nodes of a graph that is being built: equal ones are made once (hash-consing), each with the tightest interval known. */
export class NodeTable {
  /** Nodes made from now on belong to this operation. One that exists already keeps its origin. */
  origin = ''
  readonly #nodes: FixedNode[] = []
  readonly #ids = new Map<string, NodeId>()
  readonly #forms: (LinearForm | null)[] = []
  readonly #tables = new Map<string, LookupTable>()
  readonly #tableIds = new Map<LookupTable, number>()
  readonly #view: NodeView = {
    intervalAt: (id) => this.nodeAt(id).interval,
    nodeAt: (id) => this.nodeAt(id),
  }

  get size(): number {
    return this.#nodes.length
  }

  nodeAt(id: NodeId): FixedNode {
    const node = this.#nodes[id]
    if (node === undefined) throw new Error(`the graph has no node ${id}`)
    return node
  }

  /** The value as a sum over independent atoms, where it was kept. */
  formAt(id: NodeId): LinearForm {
    return this.#forms[id] ?? atomForm(id)
  }

  /** What interval arithmetic says of a node before it is made. */
  intervalOf(made: NodeFunction): Interval {
    return intervalOfNode(made, this.#view)
  }

  /** mantissa · 2^exponent. */
  constant(mantissa: bigint, exponent: number): NodeId {
    return this.make({ kind: 'constant', value: pointInterval(mantissa, exponent) })
  }

  /** The node, or the constant where its value is known. */
  fold(made: NodeFunction): NodeId {
    const form = linearFormOf(made, (id) => this.formAt(id))
    const interval = tightened(this.intervalOf(made), form, (atom) => this.nodeAt(atom).interval)
    if (isPoint(interval)) return this.constant(interval.low, -interval.fraction)
    return this.make(made, interval, form)
  }

  make(made: NodeFunction, interval = this.intervalOf(made), form: LinearForm | null = null): NodeId {
    const key = made.kind === 'lookup' ? this.#keyOfLookup(made) : keyOf(made)
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = this.#nodes.length
    this.#nodes.push(withInterval(made, interval, this.origin))
    this.#forms.push(made.kind === 'constant' ? constantForm(interval) : form)
    this.#ids.set(key, id)
    return id
  }

  /** The one table with these contents. */
  shared(table: LookupTable): LookupTable {
    const key = keyOfTable(table)
    const known = this.#tables.get(key)
    if (known !== undefined) return known
    this.#tables.set(key, table)
    this.#tableIds.set(table, this.#tableIds.size)
    return table
  }

  /** The graph of everything that the outputs need, and all inputs, renumbered without gaps. */
  finish(inputs: readonly FixedPort[], outputs: readonly FixedPort[]): FixedGraph {
    const live = nodesBehind(
      { nodes: this.#nodes },
      [...outputs, ...inputs].flatMap((port) => port.nodes),
    )
    const renumbered = new Map<NodeId, NodeId>()
    const nodes: FixedNode[] = []
    for (const [id, node] of this.#nodes.entries()) {
      if (!live.has(id)) continue
      renumbered.set(id, nodes.length)
      nodes.push(mapOperands(node, (operand) => lookUp(renumbered, operand)))
    }
    const renamed = (list: readonly FixedPort[]): FixedPort[] =>
      list.map((port) => ({ ...port, nodes: port.nodes.map((node) => lookUp(renumbered, node)) }))
    return { nodes, inputs: renamed(inputs), outputs: renamed(outputs) }
  }

  /** Contents are told apart by number: they are long. */
  #keyOfLookup({ node, table, grid, fraction }: NodeFunction & { readonly kind: 'lookup' }): string {
    return `t${node},${this.#tableIds.get(table)},${grid},${fraction}`
  }
}

function lookUp(map: ReadonlyMap<NodeId, NodeId>, id: NodeId): NodeId {
  const found = map.get(id)
  if (found === undefined) throw new Error(`node ${id} stands behind its user`)
  return found
}

function withInterval(made: NodeFunction, interval: Interval, origin: string): FixedNode {
  return made.kind === 'constant' ? { kind: 'constant', interval, origin } : { ...made, interval, origin }
}
