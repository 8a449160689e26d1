import type { FixedNode, FixedNodeOf, NodeId, Term } from '../../../compiler/fixed/graph.js'
import type { FixedType } from '../../../compiler/fixed/type.js'
import { type Aig, FALSE, type Literal } from './aig.js'
import {
  addNumbers,
  constantNumber,
  lessNumbers,
  multiplyNumbers,
  muxNumbers,
  type Num,
  numberOfBits,
} from './number.js'

/**
 * What a node means, exactly, as functions of the bits of its operands: `FixedGraph` as it is documented, written down a
 * second time and without any width that could be too small. Not for inputs, which have no operands.
 */
export function nodeNumber(aig: Aig, node: FixedNode, operand: (id: NodeId) => Num): Num {
  switch (node.kind) {
    case 'input':
      throw new Error('an input is no function of other nodes')
    case 'constant':
      return constantNumber(node.interval.low, node.interval.fraction)
    case 'add':
      return sum(aig, [node.left, node.right], operand)
    case 'sum':
      return sum(aig, node.terms, operand)
    case 'scale':
      return sum(aig, [node.term], operand)
    case 'multiply_constant':
      return multiplyNumbers(aig, operand(node.node), constantNumber(node.mantissa, -node.exponent))
    case 'multiply':
      return multiplyNumbers(aig, operand(node.left), operand(node.right))
    case 'cast':
      return cast(operand(node.node), node.type)
    case 'relu': {
      const value = operand(node.node)
      return muxNumbers(aig, value.bits.at(-1) ?? FALSE, constantNumber(0n, 0), value)
    }
    case 'less':
      return numberOfBits([lessNumbers(aig, operand(node.left), operand(node.right))], false, 0)
    case 'select':
      return muxNumbers(aig, aig.any(operand(node.condition).bits), operand(node.whenTrue), operand(node.whenFalse))
    case 'lookup':
      return lookUp(aig, node, operand(node.node))
  }
}

/**
 * A choice by each bit of the operand, the highest first. What the table has no entry for never comes; it is built as the
 * entry next to it, as in the emitted text.
 */
function lookUp(aig: Aig, { table, grid, fraction }: FixedNodeOf<'lookup'>, operand: Num): Num {
  // Of a sum of finer terms the bits below the grid of its interval, which is that of the table, are 0.
  const below = operand.fraction - grid
  const bits = below > 0 ? operand.bits.slice(below) : [...Array<Literal>(-below).fill(FALSE), ...operand.bits]
  const last = table.low + table.entries.length - 1
  const entry = (code: number): Num => {
    const nearest = table.entries[Math.min(Math.max(code, table.low), last) - table.low]
    return constantNumber(BigInt(nearest ?? 0), fraction)
  }
  const choose = (place: number, base: number): Num => {
    if (place < 0) return entry(base)
    // The highest bit is the sign.
    const weight = (place === bits.length - 1 ? -1 : 1) * 2 ** place
    return muxNumbers(aig, bits[place] as Literal, choose(place - 1, base + weight), choose(place - 1, base))
  }
  return choose(bits.length - 1, 0)
}

function sum(aig: Aig, terms: readonly Term[], operand: (id: NodeId) => Num): Num {
  let total = constantNumber(0n, 0)
  // Those that are added come first, as in the emitted text: functions that are built alike need no solver.
  for (const negate of [false, true]) {
    for (const term of terms) {
      if (term.negate !== negate) continue
      const { bits, fraction } = operand(term.node)
      total = addNumbers(aig, total, { bits, fraction: fraction - term.shift }, negate)
    }
  }
  return total
}

/** Bits below 2^-f dropped, the rest taken modulo 2^(k+i). */
function cast(value: Num, type: FixedType): Num {
  const width = type.k + type.i + type.f
  if (width <= 0) return constantNumber(0n, 0)
  const sign = value.bits.at(-1) ?? FALSE
  const kept = Array.from({ length: width }, (_, index): Literal => {
    const from = index + value.fraction - type.f
    return from < 0 ? FALSE : (value.bits[from] ?? sign)
  })
  return numberOfBits(kept, type.k === 1, type.f)
}
