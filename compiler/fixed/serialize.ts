import type { FixedGraph, FixedNode, FixedPort, NodeId, Term } from './graph.js'
import type { Interval } from './interval.js'
import type { LookupTable } from './lookup.js'
import type { FixedType } from './type.js'

const FORMAT = 'hgq fixed graph 1'

/**
 * Canonical JSON of a graph: the same graph always gives the same text. One node to a line, as
 * `[kind, …operation, low, high, fraction, origin]` with integers of any size as decimal strings, the origin as an index
 * into `origins` and a table as one into `tables`, which holds each as `[low, entries]`. A term is `[node, shift, negate]`.
 */
export function encodeFixedGraph(graph: FixedGraph): string {
  const tables = tablesOf(graph)
  const origins: string[] = []
  const originIndex = new Map<string, number>()
  const lines = graph.nodes.map((node) => {
    let origin = originIndex.get(node.origin)
    if (origin === undefined) {
      origin = origins.push(node.origin) - 1
      originIndex.set(node.origin, origin)
    }
    const { low, high, fraction } = node.interval
    return JSON.stringify([...encodeOperation(node, tables), String(low), String(high), fraction, origin])
  })
  return [
    `{"format":${JSON.stringify(FORMAT)},`,
    `"inputs":${JSON.stringify(graph.inputs.map(encodePort))},`,
    `"outputs":${JSON.stringify(graph.outputs.map(encodePort))},`,
    `"origins":${JSON.stringify(origins)},`,
    `"tables":[${[...tables.keys()].map(({ low, entries }) => `\n${JSON.stringify([low, entries])}`).join()}],`,
    `"nodes":[${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n`}]}\n`,
  ].join('\n')
}

/** The graph of a text that `encodeFixedGraph` wrote. Throws for any other text. */
export function decodeFixedGraph(text: string): FixedGraph {
  const value = new Reader(JSON.parse(text), 'graph')
  if (value.field('format').text() !== FORMAT) throw new Error(`this is no "${FORMAT}"`)
  const origins = value
    .field('origins')
    .list()
    .map((item) => item.text())
  const tables = value.field('tables').list().map(decodeTable)
  return {
    inputs: value.field('inputs').list().map(decodePort),
    outputs: value.field('outputs').list().map(decodePort),
    nodes: value
      .field('nodes')
      .list()
      .map((item) => decodeNode(item.list(), origins, tables)),
  }
}

function encodePort({ name, shape, nodes }: FixedPort): unknown {
  return { name, shape, nodes }
}

function decodePort(value: Reader): FixedPort {
  const numbers = (field: string): number[] =>
    value
      .field(field)
      .list()
      .map((item) => item.number())
  return { name: value.field('name').text(), shape: numbers('shape'), nodes: numbers('nodes') }
}

function encodeOperation(node: FixedNode, tables: ReadonlyMap<LookupTable, number>): readonly unknown[] {
  const term = (t: Term): readonly unknown[] => [t.node, t.shift, t.negate ? 1 : 0]
  const type = (t: FixedType): readonly unknown[] => [t.k, t.i, t.f]
  switch (node.kind) {
    case 'input':
      return ['input', node.port, node.element, type(node.type)]
    case 'constant':
      return ['constant']
    case 'add':
      return ['add', term(node.left), term(node.right)]
    case 'scale':
      return ['scale', term(node.term)]
    case 'multiply_constant':
      return ['multiply_constant', node.node, String(node.mantissa), node.exponent]
    case 'sum':
      return ['sum', node.terms.map(term)]
    case 'multiply':
    case 'less':
      return [node.kind, node.left, node.right]
    case 'cast':
      return ['cast', node.node, type(node.type)]
    case 'relu':
      return ['relu', node.node]
    case 'select':
      return ['select', node.condition, node.whenTrue, node.whenFalse]
    case 'lookup':
      return ['lookup', node.node, tables.get(node.table), node.grid, node.fraction]
  }
}

function decodeNode(items: readonly Reader[], origins: readonly string[], tables: readonly LookupTable[]): FixedNode {
  const at = (index: number): Reader => {
    const item = items[index]
    if (item === undefined) throw new Error('a node with too few parts')
    return item
  }
  const end = items.length
  const interval: Interval = {
    low: at(end - 4).integer(),
    high: at(end - 3).integer(),
    fraction: at(end - 2).number(),
  }
  const origin = origins[at(end - 1).number()]
  if (origin === undefined) throw new Error('a node with an unknown origin')
  const base = { interval, origin }
  const id = (index: number): NodeId => at(index).number()
  const kind = at(0).text()
  switch (kind) {
    case 'input':
      return { kind, port: id(1), element: id(2), type: decodeType(at(3)), ...base }
    case 'constant':
      return { kind, ...base }
    case 'add':
      return { kind, left: decodeTerm(at(1)), right: decodeTerm(at(2)), ...base }
    case 'scale':
      return { kind, term: decodeTerm(at(1)), ...base }
    case 'multiply_constant':
      return { kind, node: id(1), mantissa: at(2).integer(), exponent: at(3).number(), ...base }
    case 'sum':
      return { kind, terms: at(1).list().map(decodeTerm), ...base }
    case 'multiply':
    case 'less':
      return { kind, left: id(1), right: id(2), ...base }
    case 'cast':
      return { kind, node: id(1), type: decodeType(at(2)), ...base }
    case 'relu':
      return { kind, node: id(1), ...base }
    case 'select':
      return { kind, condition: id(1), whenTrue: id(2), whenFalse: id(3), ...base }
    case 'lookup': {
      const table = tables[at(2).number()]
      if (table === undefined) throw new Error('a node with an unknown table')
      return { kind, node: id(1), table, grid: at(3).number(), fraction: at(4).number(), ...base }
    }
    default:
      throw new Error(`"${kind}" is no kind of node`)
  }
}

/** The tables of a graph, each once, in the order of their first nodes. */
function tablesOf(graph: FixedGraph): ReadonlyMap<LookupTable, number> {
  const tables = new Map<LookupTable, number>()
  for (const node of graph.nodes)
    if (node.kind === 'lookup' && !tables.has(node.table)) tables.set(node.table, tables.size)
  return tables
}

function decodeTable(value: Reader): LookupTable {
  const [low, entries] = value.list()
  if (low === undefined || entries === undefined) throw new Error('a table with too few parts')
  return { low: low.number(), entries: entries.list().map((entry) => entry.number()) }
}

function decodeTerm(value: Reader): Term {
  const [node, shift, negate] = value.list()
  if (node === undefined || shift === undefined || negate === undefined) throw new Error('a term with too few parts')
  return { node: node.number(), shift: shift.number(), negate: negate.number() === 1 }
}

function decodeType(value: Reader): FixedType {
  const [k, i, f] = value.list().map((item) => item.number())
  if ((k !== 0 && k !== 1) || i === undefined || f === undefined) throw new Error('this is no fixed-point type')
  return { k, i, f }
}

/** A JSON value that says where it is when it is not what it should be. */
export class Reader {
  constructor(
    readonly value: unknown,
    readonly key: string,
    readonly parent: Reader | null = null,
  ) {}

  field(name: string): Reader {
    const { value } = this
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) this.#fail(`has no "${name}"`)
    return new Reader((value as Record<string, unknown>)[name], name, this)
  }

  list(): readonly Reader[] {
    if (!Array.isArray(this.value)) this.#fail('is no list')
    return (this.value as readonly unknown[]).map((item, index) => new Reader(item, String(index), this))
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.#fail('is no text')
  }

  number(): number {
    return typeof this.value === 'number' ? this.value : this.#fail('is no number')
  }

  flag(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.#fail('is no truth value')
  }

  integer(): bigint {
    return BigInt(this.text())
  }

  #fail(problem: string): never {
    let place = this.key
    for (let above = this.parent; above !== null; above = above.parent) place = `${above.key}/${place}`
    throw new Error(`${place} ${problem}`)
  }
}
