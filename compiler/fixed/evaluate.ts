import { shiftLeft } from './arithmetic.js'
import type { FixedGraph, FixedNode, NodeId, Term } from './graph.js'
import { entryAt } from './lookup.js'
import { type FixedType, widthOf } from './type.js'

/** A column of integers, one per row, that stand for integer · 2^-fraction. */
export interface Column {
  readonly codes: readonly bigint[]
  readonly fraction: number
}

/**
 * Every node's values, exactly and at any width, row by row, from those of the inputs (by port, by element, on the grids
 * of their types). Reads operations alone, so that the intervals can be held against what comes out. Plain rather than
 * fast: inference and builds use the emulator.
 */
export function evaluateNodes(graph: FixedGraph, inputs: readonly (readonly (readonly bigint[])[])[]): Column[] {
  const columns: Column[] = []
  const at = (id: NodeId): Column => columns[id] ?? missing(id)
  const rows = inputs[0]?.[0]?.length ?? 1
  for (const node of graph.nodes) columns.push(columnOf(node, at, inputs, rows))
  return columns
}

function columnOf(
  node: FixedNode,
  at: (id: NodeId) => Column,
  inputs: readonly (readonly (readonly bigint[])[])[],
  rows: number,
): Column {
  switch (node.kind) {
    case 'input':
      return { codes: inputs[node.port]?.[node.element] ?? missing(node.element), fraction: node.type.f }
    case 'constant':
      return { codes: new Array<bigint>(rows).fill(node.interval.low), fraction: node.interval.fraction }
    case 'add':
      return sumOf([node.left, node.right], at, rows)
    case 'sum':
      return sumOf(node.terms, at, rows)
    case 'scale':
      return sumOf([node.term], at, rows)
    case 'multiply_constant': {
      const { codes, fraction } = at(node.node)
      return { codes: codes.map((code) => code * node.mantissa), fraction: fraction - node.exponent }
    }
    case 'multiply': {
      const [left, right] = [at(node.left), at(node.right)]
      return {
        codes: left.codes.map((code, row) => code * (right.codes[row] ?? 0n)),
        fraction: left.fraction + right.fraction,
      }
    }
    case 'cast': {
      const { codes, fraction } = at(node.node)
      return { codes: codes.map((code) => castCode(code, fraction, node.type)), fraction: node.type.f }
    }
    case 'relu': {
      const { codes, fraction } = at(node.node)
      return { codes: codes.map((code) => (code < 0n ? 0n : code)), fraction }
    }
    case 'less': {
      const fraction = Math.max(at(node.left).fraction, at(node.right).fraction)
      const [left, right] = [codesAt(at(node.left), fraction), codesAt(at(node.right), fraction)]
      return { codes: left.map((code, row) => (code < (right[row] ?? 0n) ? 1n : 0n)), fraction: 0 }
    }
    case 'select': {
      const fraction = Math.max(at(node.whenTrue).fraction, at(node.whenFalse).fraction)
      const [yes, no] = [codesAt(at(node.whenTrue), fraction), codesAt(at(node.whenFalse), fraction)]
      const condition = at(node.condition).codes
      return { codes: yes.map((code, row) => (condition[row] === 0n ? (no[row] ?? 0n) : code)), fraction }
    }
    case 'lookup': {
      const { table, grid, fraction } = node
      const { codes, fraction: own } = at(node.node)
      const entry = (code: bigint): bigint => {
        const onGrid = shiftLeft(code, grid - own)
        if (shiftLeft(onGrid, own - grid) !== code) throw new Error(`node ${node.node} is off the grid of a table`)
        return BigInt(entryAt(table, Number(onGrid)))
      }
      return { codes: codes.map(entry), fraction }
    }
  }
}

/** What `cast` makes of one value, on the grid of the type. */
export function castCode(code: bigint, fraction: number, type: FixedType): bigint {
  const kept = shiftLeft(code, type.f - fraction)
  return type.k === 1 ? BigInt.asIntN(widthOf(type), kept) : BigInt.asUintN(widthOf(type), kept)
}

/** The integers on a grid that is at least as fine. */
export function codesAt({ codes, fraction }: Column, grid: number): readonly bigint[] {
  if (grid === fraction) return codes
  return codes.map((code) => code << BigInt(grid - fraction))
}

function sumOf(terms: readonly Term[], at: (id: NodeId) => Column, rows: number): Column {
  const fraction = terms.reduce((most, term) => Math.max(most, at(term.node).fraction - term.shift), -Infinity)
  const total = new Array<bigint>(rows).fill(0n)
  for (const term of terms) {
    const own = at(term.node)
    const bits = fraction + term.shift - own.fraction
    for (let row = 0; row < rows; row++) {
      const code = shiftLeft(own.codes[row] ?? 0n, bits)
      total[row] = (total[row] ?? 0n) + (term.negate ? -code : code)
    }
  }
  return { codes: total, fraction: terms.length === 0 ? 0 : fraction }
}

function missing(id: NodeId): never {
  throw new Error(`node ${id} has no value`)
}
