import { lookupCost } from '../estimate/cost.js'
import { addIntervals, makeInterval, pointInterval, scaleInterval } from '../fixed/arithmetic.js'
import { plain } from '../fixed/builder.js'
import type { FixedGraph, FixedNode, FixedNodeOf, NodeId, Term } from '../fixed/graph.js'
import { type Interval, typeOfInterval } from '../fixed/interval.js'
import { widthOf } from '../fixed/type.js'
import { lookupLevels } from '../schedule/levels.js'
import { type DaisOperation, type DaisOutput, type DaisProgram, type DaisTable, fromHalves, OPCODE } from './program.js'

/**
 * An optimized graph as a program of DAIS, with the same outputs for the same inputs; ports become flat lists in their
 * order. Scalings, which DAIS knows at adders, multiplexers and outputs alone, are carried there; a comparison is the
 * sign of a difference.
 */
export function exportDais(graph: FixedGraph): DaisProgram {
  return new Exporter(graph).run()
}

class Exporter {
  readonly #graph: FixedGraph
  readonly #operations: DaisOperation[] = []
  /** Where each node's value is: ±value · 2^shift, with the number of a DAIS value. */
  readonly #terms: Term[] = []
  /** The value whose sign is the outcome of each comparison. */
  readonly #differences = new Map<NodeId, number>()
  readonly #constants = new Map<string, number>()
  readonly #tables: DaisTable[] = []
  readonly #tableIds = new Map<string, number>()

  constructor(graph: FixedGraph) {
    this.#graph = graph
  }

  run(): DaisProgram {
    const { nodes, inputs, outputs } = this.#graph
    const firstOf: number[] = []
    let count = 0
    for (const port of inputs) {
      firstOf.push(count)
      count += port.nodes.length
    }
    for (const [id, node] of nodes.entries()) this.#terms.push(this.#termOf(node, id, firstOf))
    return {
      inputs: count,
      outputs: outputs.flatMap((port) => port.nodes).map((node) => this.#output(node)),
      inputShifts: new Array<number>(count).fill(0),
      operations: this.#operations,
      tables: this.#tables,
      carrySize: -1,
      adderSize: 1,
    }
  }

  #termOf(node: FixedNode, id: NodeId, firstOf: readonly number[]): Term {
    switch (node.kind) {
      case 'input': {
        const input = (firstOf[node.port] as number) + node.element
        return plain(this.#push({ opcode: OPCODE.input, id0: input, interval: node.interval }))
      }
      case 'constant':
        return plain(this.#constant(node.interval))
      case 'add':
        return this.#sum(this.#resolve(node.left), this.#resolve(node.right), node.interval)
      case 'sum':
        return this.#sumOfThree(node.terms, node.interval)
      case 'scale':
        return this.#resolve(node.term)
      case 'multiply': {
        const [a, b] = [this.#termAt(node.left), this.#termAt(node.right)]
        const shift = a.shift + b.shift
        const negate = a.negate !== b.negate
        const interval = scaleInterval(node.interval, -shift, negate)
        const cost = this.#widthOf(a.node) * this.#widthOf(b.node)
        const made = this.#push({ opcode: OPCODE.multiply, id0: a.node, id1: b.node, interval, levels: 1, cost })
        return { node: made, shift, negate }
      }
      case 'cast':
        return this.#unary(node.node, node.interval, OPCODE.cast, OPCODE.castNegated)
      case 'relu':
        return this.#unary(node.node, node.interval, OPCODE.relu, OPCODE.reluNegated)
      case 'less':
        return this.#less(id, node.left, node.right)
      case 'select':
        return this.#select(node.condition, node.whenTrue, node.whenFalse, node.interval)
      case 'lookup':
        return this.#lookUp(node)
      case 'multiply_constant':
        throw new Error(`a ${node.kind} is left in an optimized graph`)
    }
  }

  /** left + right, which lies in `interval`. */
  #sum(left: Term, right: Term, interval: Interval): Term {
    const [a, b] = left.negate && !right.negate ? [right, left] : [left, right]
    const opcode = a.negate === b.negate ? OPCODE.add : OPCODE.subtract
    const own = scaleInterval(interval, -a.shift, a.negate)
    const data = BigInt(b.shift - a.shift)
    const made = this.#push({ opcode, id0: a.node, id1: b.node, data, interval: own, levels: 1, cost: widthIn(own) })
    return { node: made, shift: a.shift, negate: a.negate }
  }

  /** Two adders, of which DAIS knows no more than two operands of each. */
  #sumOfThree(terms: readonly Term[], interval: Interval): Term {
    const [a, b, c] = terms
    if (a === undefined || b === undefined || c === undefined || terms.length > 3)
      throw new Error(`a sum of ${terms.length} terms is left in an optimized graph`)
    const intervalOf = ({ node, shift, negate }: Term): Interval => scaleInterval(this.#intervalAt(node), shift, negate)
    const first = this.#sum(this.#resolve(a), this.#resolve(b), addIntervals(intervalOf(a), intervalOf(b)))
    return this.#sum(first, this.#resolve(c), interval)
  }

  /** A function that takes no notice of a scaling, of the operand with its sign. */
  #unary(operand: NodeId, interval: Interval, positive: number, negative: number): Term {
    const { node, shift, negate } = this.#termAt(operand)
    const own = scaleInterval(interval, -shift, false)
    return {
      node: this.#push({ opcode: negate ? negative : positive, id0: node, interval: own }),
      shift,
      negate: false,
    }
  }

  #less(id: NodeId, left: NodeId, right: NodeId): Term {
    const [a, b] = [this.#termAt(left), this.#termAt(right)]
    const other = { ...b, negate: !b.negate }
    const interval = addIntervals(this.#intervalAt(left), scaleInterval(this.#intervalAt(right), 0, true))
    const difference = this.#sum(a, other, interval)
    // The sign of what is built must be the sign of the difference, which then must be able to be negative.
    const key = difference.negate ? this.#negated(difference.node) : difference.node
    if ((this.#operations[key] as DaisOperation).interval.low >= 0n) return plain(this.#constant(pointInterval(0n, 0)))
    this.#differences.set(id, key)
    return plain(
      this.#choose(
        key,
        plain(this.#constant(pointInterval(1n, 0))),
        plain(this.#constant(pointInterval(0n, 0))),
        makeInterval(0n, 1n, 0),
      ),
    )
  }

  #select(condition: NodeId, whenTrue: NodeId, whenFalse: NodeId, interval: Interval): Term {
    const known = this.#intervalAt(condition)
    if (known.low === known.high) return this.#termAt(known.low === 0n ? whenFalse : whenTrue)
    // A condition is 0 or 1, whose highest bit is the whole of it, or −1 where its value is kept negated.
    const key = this.#differences.get(condition) ?? this.#termAt(condition).node
    const term = this.#termAt(whenTrue)
    const first = term.negate ? { ...term, node: this.#negated(term.node), negate: false } : term
    const own = scaleInterval(interval, -first.shift, false)
    return { node: this.#choose(key, first, this.#termAt(whenFalse), own), shift: first.shift, negate: false }
  }

  /** `first`, without its shift, where the highest bit of the key is set; else `second` on the same scale. */
  #choose(key: number, first: Term, second: Term, interval: Interval): number {
    return this.#push({
      opcode: second.negate ? OPCODE.selectNegated : OPCODE.select,
      id0: first.node,
      id1: second.node,
      data: fromHalves(key, second.shift - first.shift),
      interval,
      reads: [key],
      levels: 1,
      cost: widthIn(interval) / 2,
    })
  }

  /** By the value that the operand is of, from its least one on: ±2^shift turns the contents round or counts on another grid. */
  #lookUp({ node, table, fraction, interval }: FixedNodeOf<'lookup'>): Term {
    const { node: operand, negate } = this.#termAt(node)
    const entries = negate ? table.entries.toReversed() : table.entries
    const parts = splitEntries(entries)
    const inputWidth = this.#widthOf(operand)
    const terms = parts.map(({ entries: own, shift }): Term => {
      // Not brought to a coarser grid where it is a single value: the entries count on this one.
      const output = { ...rangeOf(own), fraction: fraction - shift }
      const data = BigInt(this.#table({ entries: own, output, inputWidth, hash: '' }))
      const cost = lookupCost(inputWidth, widthIn(output))
      const levels = lookupLevels(inputWidth)
      return plain(this.#push({ opcode: OPCODE.lookUp, id0: operand, data, interval: output, levels, cost }))
    })
    const [first, second] = terms as [Term, Term?]
    return second === undefined ? first : this.#sum(first, second, interval)
  }

  #table(table: DaisTable): number {
    const key = `${table.inputWidth} ${table.output.fraction}:${table.entries.join()}`
    const known = this.#tableIds.get(key)
    if (known !== undefined) return known
    this.#tableIds.set(key, this.#tables.length)
    return this.#tables.push(table) - 1
  }

  #negated(value: number): number {
    const { interval } = this.#operations[value] as DaisOperation
    return this.#push({ opcode: OPCODE.castNegated, id0: value, interval: scaleInterval(interval, 0, true) })
  }

  #constant(value: Interval): number {
    const key = `${value.low},${value.fraction}`
    const known = this.#constants.get(key)
    if (known !== undefined) return known
    const made = this.#push({ opcode: OPCODE.constant, data: value.low, interval: value })
    this.#constants.set(key, made)
    return made
  }

  #output(node: NodeId): DaisOutput {
    const { low, high } = this.#intervalAt(node)
    if (low === 0n && high === 0n) return { value: -1, shift: 0, negate: false }
    const { node: value, shift, negate } = this.#termAt(node)
    return { value, shift, negate }
  }

  #termAt(node: NodeId): Term {
    return this.#terms[node] as Term
  }

  #resolve({ node, shift, negate }: Term): Term {
    const inner = this.#termAt(node)
    return { node: inner.node, shift: inner.shift + shift, negate: inner.negate !== negate }
  }

  #intervalAt(node: NodeId): Interval {
    return (this.#graph.nodes[node] as FixedNode).interval
  }

  #widthOf(value: number): number {
    return widthIn((this.#operations[value] as DaisOperation).interval)
  }

  #push(made: {
    readonly opcode: number
    readonly interval: Interval
    readonly id0?: number
    readonly id1?: number
    readonly data?: bigint
    /** Values that it reads besides. */
    readonly reads?: readonly number[]
    /** Of adders, on top of its operands'. */
    readonly levels?: number
    readonly cost?: number
  }): number {
    const { opcode, interval, id0 = -1, id1 = -1, data = 0n, reads = [], levels = 0, cost = 0 } = made
    const operands = opcode === OPCODE.input ? [] : [id0, id1, ...reads]
    const ready = operands.reduce((most, id) => Math.max(most, this.#operations[id]?.latency ?? 0), 0)
    this.#operations.push({ opcode, id0, id1, data, interval, latency: ready + levels, cost })
    return this.#operations.length - 1
  }
}

function rangeOf(entries: readonly number[]): { readonly low: bigint; readonly high: bigint } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const entry of entries) {
    low = Math.min(low, entry)
    high = Math.max(high, entry)
  }
  return { low: BigInt(low), high: BigInt(high) }
}

/** Entries of tables are integers of 32 bits; longer ones are the sum of two. */
function splitEntries(entries: readonly number[]): readonly { entries: readonly number[]; shift: number }[] {
  const half = 2 ** 31
  if (entries.every((entry) => entry >= -half && entry < half)) return [{ entries, shift: 0 }]
  const high = entries.map((entry) => Math.floor(entry / half))
  const low = entries.map((entry, index) => entry - (high[index] as number) * half)
  return [
    { entries: low, shift: 0 },
    { entries: high, shift: 31 },
  ]
}

function widthIn(interval: Interval): number {
  return widthOf(typeOfInterval(interval))
}
