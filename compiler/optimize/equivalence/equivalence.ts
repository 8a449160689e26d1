import { type Column, codesAt, evaluateNodes } from '../../fixed/evaluate.js'
import type { FixedGraph, FixedNode, NodeId } from '../../fixed/graph.js'
import { equalInOneVariable } from './one-variable.js'
import { type Known, Values } from './values.js'
import { firstDifference, type Vectors, vectorsFor } from './vectors.js'

/** How far the equality of two graphs is known. */
export interface Equivalence {
  /** Elements of all outputs. */
  readonly outputs: number
  /** Those that are equal for every input; the others are on the rows that were tried. */
  readonly proved: number
  readonly rows: number
}

/** Rows of inputs for what is not proved otherwise. */
const ROWS = 256

/**
 * Compares two graphs of the same ports. Every node's value is written as an affine form over atoms that both graphs share
 * (inputs, and operations that are not linear on equal values), node by node, so that linear maps are compared
 * symbolically and the rest by induction. A node of the second graph that matches none of the first, but has the values of
 * one on trial rows, is proved against it by trying every value of a sum that both are functions of. Outputs that are left
 * are compared on corner and random rows, or on all where these are few.
 *
 * Throws on a difference, naming output, element and the inputs that show it. Takes the intervals of both graphs as right,
 * but for the rows: values out of them throw as well. See `checkFixedGraph`.
 */
export function checkEquivalence(before: FixedGraph, after: FixedGraph): Equivalence {
  checkPorts(before, after)
  const vectors = vectorsFor(before, ROWS)
  const [old, made] = [columnsOf(before, vectors), columnsOf(after, vectors)]
  const values = new Values()
  const oldValues = valuesOf(values, before, () => null)
  const twins = new Twins(old, made)
  const madeValues = valuesOf(values, after, (id, known) => {
    for (const twin of twins.of(id)) {
      const candidate = oldValues[twin]
      if (candidate !== undefined && equalInOneVariable(values, candidate.form, known.form)) return candidate
    }
    return null
  })
  let [outputs, proved] = [0, 0]
  for (const [index, port] of before.outputs.entries()) {
    for (const [element, id] of port.nodes.entries()) {
      const other = after.outputs[index]?.nodes[element] ?? -1
      outputs++
      const row = firstDifference(old[id] as Column, made[other] as Column)
      if (row >= 0) throw new Error(`output "${port.name}"[${element}] differs for ${describe(before, vectors, row)}`)
      const [left, right] = [oldValues[id], madeValues[other]]
      const same = left !== undefined && right !== undefined && values.keyOf(left.form) === values.keyOf(right.form)
      if (same || vectors.complete) proved++
    }
  }
  return { outputs, proved, rows: vectors.rows }
}

function valuesOf(
  values: Values,
  graph: FixedGraph,
  twinOf: (id: NodeId, known: Known) => Known | null,
): readonly Known[] {
  const found: Known[] = []
  const at = (id: NodeId): Known => {
    const known = found[id]
    if (known === undefined) throw new Error(`node ${id} stands behind its user`)
    return known
  }
  for (const [id, node] of graph.nodes.entries()) {
    const before = values.size
    const known = values.of(node, at)
    // A new atom: nothing of the graph before computes this in the same way.
    found.push(values.size > before ? (twinOf(id, known) ?? known) : known)
  }
  return found
}

/** Nodes of the graph before that have the same values on all rows. */
class Twins {
  readonly #byValues = new Map<string, NodeId[]>()
  readonly #fraction: number
  constructor(
    old: readonly Column[],
    readonly made: readonly Column[],
  ) {
    this.#fraction = [...old, ...made].reduce((most, { fraction }) => Math.max(most, fraction), 0)
    for (const [id, column] of old.entries()) {
      const key = this.#key(column)
      const list = this.#byValues.get(key)
      if (list === undefined) this.#byValues.set(key, [id])
      else list.push(id)
    }
  }

  of(id: NodeId): readonly NodeId[] {
    return this.#byValues.get(this.#key(this.made[id] as Column)) ?? []
  }

  #key(column: Column): string {
    return codesAt(column, this.#fraction).join()
  }
}

function columnsOf(graph: FixedGraph, vectors: Vectors): readonly Column[] {
  const columns = evaluateNodes(graph, vectors.codes)
  for (const [id, node] of graph.nodes.entries()) {
    const row = outOfInterval(node, columns[id] as Column)
    if (row >= 0) throw new Error(`node ${id} (${node.kind}) leaves its interval for ${describe(graph, vectors, row)}`)
  }
  return columns
}

/** The first row whose value is not in the node's interval or off its grid; -1 for none. */
function outOfInterval({ interval }: FixedNode, column: Column): number {
  const fraction = Math.max(column.fraction, interval.fraction)
  const finer = BigInt(fraction - interval.fraction)
  const [low, high] = [interval.low << finer, interval.high << finer]
  const mask = (1n << finer) - 1n
  return codesAt(column, fraction).findIndex((code) => code < low || code > high || (code & mask) !== 0n)
}

function checkPorts(before: FixedGraph, after: FixedGraph): void {
  for (const side of ['inputs', 'outputs'] as const) {
    const text = (graph: FixedGraph): string =>
      JSON.stringify(graph[side].map(({ name, shape, nodes }) => [name, shape, nodes.length]))
    if (text(before) !== text(after)) throw new Error(`the ${side} are not the same`)
  }
}

/** The integers of all inputs in one row. */
function describe(graph: FixedGraph, vectors: Vectors, row: number): string {
  return graph.inputs
    .map((port, index) => {
      const codes = port.nodes.map((_, element) => vectors.codes[index]?.[element]?.[row] ?? 0n)
      return `"${port.name}" = [${codes.join(', ')}]`
    })
    .join(', ')
}
