import { numberOf } from '../../compiler/fixed/dyadic.js'
import type { FixedGraph, NodeId } from '../../compiler/fixed/graph.js'
import { type Interval, typeOfInterval } from '../../compiler/fixed/interval.js'
import { operandsOf } from '../../compiler/fixed/nodes.js'
import { widthOf } from '../../compiler/fixed/type.js'
import { WIDEST_PORT_ELEMENT } from '../../compiler/lower/lower.js'
import { powerOfTwo } from '../../compiler/numeric/exponent.js'
import { isNarrow, type NarrowStep, narrowStep } from './narrow.js'
import { type PortValues, portInput } from './values.js'
import { type WideStep, wideStep } from './wide.js'

/** Rows that are computed together: one node over all of them, then the next node. Keeps a block in the cache. */
const BLOCK = 128

/**
 * Evaluates the graph exactly on `rows` rows of inputs: with doubles where every number stays below 2^53, with BigInt
 * where it does not.
 *
 * Throws for inputs that are missing, off their grid or out of range, naming row and element, and for outputs wider than
 * 53 bits: all bugs of the caller.
 */
export function emulate(graph: FixedGraph, inputs: PortValues, rows: number): PortValues {
  for (const port of graph.outputs) {
    if (port.nodes.some((id) => isTooWide(graph, id))) throw new Error(`output ${port.name} is wider than 53 bits`)
  }
  const machine = new Machine(graph)
  const sources = graph.inputs.map((port) => portInput(graph, port, inputs, rows))
  const outputs = graph.outputs.map((port) => new Float64Array(rows * port.nodes.length))
  for (let start = 0; start < rows; start += BLOCK) {
    const count = Math.min(BLOCK, rows - start)
    for (const [index, port] of graph.inputs.entries()) {
      const source = sources[index]
      if (source !== undefined) machine.load(port.nodes, source, start, count)
    }
    machine.run(count)
    for (const [index, port] of graph.outputs.entries()) {
      const target = outputs[index]
      if (target !== undefined) machine.store(port.nodes, target, start, count)
    }
  }
  return new Map(graph.outputs.map((port, index) => [port.name, outputs[index] ?? new Float64Array(0)]))
}

/** Whether a double cannot hold every value of a node. */
export function isTooWide(graph: FixedGraph, id: NodeId): boolean {
  const node = graph.nodes[id]
  return node !== undefined && widthOf(typeOfInterval(node.interval)) > WIDEST_PORT_ELEMENT
}

/** Every node's values in one block of rows. */
class Machine {
  /** Real values; absent for nodes that only wide ones read and that are wide themselves. */
  readonly #reals: Float64Array[]
  /** Integers on the node's grid, for wide nodes and their operands. */
  readonly #codes = new Map<NodeId, bigint[]>()
  readonly #steps: readonly ((count: number) => void)[]

  constructor(readonly graph: FixedGraph) {
    this.#reals = graph.nodes.map(() => EMPTY)
    const steps: ((count: number) => void)[] = []
    const wideReads = new Set<NodeId>()
    const wide = graph.nodes.map((node) => {
      const operands = operandsOf(node)
      const isWide = !isNarrow(node, operands, (id) => this.#intervalOf(id))
      if (isWide) for (const operand of operands) wideReads.add(operand)
      return isWide
    })
    for (const [id, node] of graph.nodes.entries()) {
      if (wide[id] === true && node.kind !== 'input') {
        steps.push(
          this.#wide(
            id,
            wideStep(node, (operand) => this.#intervalOf(operand)),
          ),
        )
        continue
      }
      this.#reals[id] = new Float64Array(BLOCK)
      if (node.kind === 'constant') narrowStep(node)(this.#reals[id], BLOCK, () => EMPTY)
      else if (node.kind !== 'input') steps.push(this.#narrow(id, narrowStep(node)))
      if (wideReads.has(id)) steps.push(this.#toCodes(id))
    }
    this.#steps = steps
  }

  load(nodes: readonly NodeId[], source: Float64Array, start: number, count: number): void {
    for (const [element, id] of nodes.entries()) {
      const reals = this.#realsOf(id)
      for (let row = 0; row < count; row++) reals[row] = source[(start + row) * nodes.length + element] ?? 0
    }
  }

  run(count: number): void {
    for (const step of this.#steps) step(count)
  }

  store(nodes: readonly NodeId[], target: Float64Array, start: number, count: number): void {
    for (const [element, id] of nodes.entries()) {
      const reals = this.#realsOf(id)
      // Adding 0 turns -0 into 0.
      for (let row = 0; row < count; row++) target[(start + row) * nodes.length + element] = (reals[row] ?? 0) + 0
    }
  }

  #narrow(id: NodeId, step: NarrowStep): (count: number) => void {
    const out = this.#realsOf(id)
    const realsOf = (operand: NodeId): Float64Array => this.#realsOf(operand)
    return (count) => step(out, count, realsOf)
  }

  #wide(id: NodeId, step: WideStep): (count: number) => void {
    const codes = new Array<bigint>(BLOCK).fill(0n)
    const reals = new Float64Array(BLOCK)
    this.#codes.set(id, codes)
    this.#reals[id] = reals
    const { fraction } = this.#intervalOf(id)
    return (count) => {
      for (let row = 0; row < count; row++) {
        const code = step((operand) => this.#codes.get(operand)?.[row] ?? fail(operand))
        codes[row] = code
        // Narrow readers read reals that are exact: a node with more bits than a double holds has wide readers only.
        reals[row] = numberOf(code, -fraction)
      }
    }
  }

  #toCodes(id: NodeId): (count: number) => void {
    const codes = new Array<bigint>(BLOCK).fill(0n)
    this.#codes.set(id, codes)
    const reals = this.#realsOf(id)
    const scale = powerOfTwo(this.#intervalOf(id).fraction)
    return (count) => {
      for (let row = 0; row < count; row++) codes[row] = BigInt((reals[row] ?? 0) * scale)
    }
  }

  #realsOf(id: NodeId): Float64Array {
    return this.#reals[id] ?? fail(id)
  }

  #intervalOf(id: NodeId): Interval {
    return this.graph.nodes[id]?.interval ?? fail(id)
  }
}

const EMPTY = new Float64Array(0)

function fail(id: NodeId): never {
  throw new Error(`node ${id} has no value`)
}
