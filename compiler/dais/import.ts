import { atFraction } from '../fixed/arithmetic.js'
import { FixedGraphBuilder, plain } from '../fixed/builder.js'
import type { FixedGraph, NodeId } from '../fixed/graph.js'
import { type FixedType, widthOf } from '../fixed/type.js'
import { bitOf, fromBits, rawBits } from './bits.js'
import { BINARY, type DaisOperation, type DaisProgram, halves, OPCODE, typeOf, UNARY } from './program.js'

/**
 * A program of DAIS as a graph with one input port and one output port. Inputs get the widest type in which the program
 * reads them, or those that are `given`. Bitwise operations, which graphs have not, become choices between bits.
 * The program has passed `checkProgram`.
 */
export function importDais(program: DaisProgram, given?: readonly FixedType[]): FixedGraph {
  const builder = new FixedGraphBuilder()
  const types = given ?? Array.from({ length: program.inputs }, (_, input) => inputType(program, input))
  const inputs = builder.input('x', [program.inputs], types)
  const values: NodeId[] = []
  for (const operation of program.operations) values.push(build(builder, program, operation, inputs, values))
  const outputs = program.outputs.map(({ value, shift, negate }) =>
    value < 0 ? builder.constant(0n) : builder.scale({ node: values[value] as NodeId, shift, negate }),
  )
  builder.output('y', [outputs.length], outputs)
  return builder.finish()
}

/** The least type that holds every type in which an input is read, before its shift. */
function inputType({ operations, inputShifts }: DaisProgram, input: number): FixedType {
  const shift = inputShifts[input] ?? 0
  const read = operations.filter(({ opcode, id0 }) => opcode === OPCODE.input && id0 === input).map(typeOf)
  const used = read.filter((type) => widthOf(type) > 0)
  if (used.length === 0) return { k: 0, i: 0, f: 0 }
  const most = (of: (type: FixedType) => number): number => Math.max(...used.map(of))
  return { k: used.some(({ k }) => k === 1) ? 1 : 0, i: most(({ i }) => i) - shift, f: most(({ f }) => f) + shift }
}

function build(
  builder: FixedGraphBuilder,
  program: DaisProgram,
  operation: DaisOperation,
  inputs: readonly NodeId[],
  values: readonly NodeId[],
): NodeId {
  const { opcode, id0, id1, data, interval } = operation
  const own = typeOf(operation)
  const first = values[id0] as NodeId
  const second = values[id1] as NodeId
  const negated = opcode < 0
  const signed = (): NodeId => (negated ? builder.negate(first) : first)
  switch (opcode) {
    case OPCODE.input: {
      const shift = program.inputShifts[id0] ?? 0
      return builder.cast(builder.scale({ node: inputs[id0] as NodeId, shift, negate: false }), own)
    }
    case OPCODE.constant:
      return builder.constant(data, -interval.fraction)
    case OPCODE.add:
    case OPCODE.subtract:
      // Bits below the result's lowest are dropped; above its highest there are none.
      return builder.cast(
        builder.add(plain(first), { node: second, shift: Number(data), negate: opcode === OPCODE.subtract }),
        own,
      )
    case OPCODE.relu:
    case OPCODE.reluNegated:
      return builder.cast(builder.relu(signed()), own)
    case OPCODE.cast:
    case OPCODE.castNegated:
      return builder.cast(signed(), own)
    case OPCODE.addConstant:
      return builder.cast(builder.add(plain(first), plain(builder.constant(data, -interval.fraction))), own)
    case OPCODE.select:
    case OPCODE.selectNegated: {
      const { low: key, high: shift } = halves(data)
      const highest = highestBit(builder, program.operations[key] as DaisOperation, values[key] as NodeId)
      const other = builder.scale({ node: second, shift, negate: negated })
      return builder.cast(builder.select(highest, first, other), own)
    }
    case OPCODE.multiply:
      return builder.cast(builder.multiply(first, second), own)
    case OPCODE.lookUp:
      return builder.cast(table(builder, program, operation, first), own)
    case OPCODE.unary:
    case OPCODE.unaryNegated:
      return unary(builder, signed(), data, operandType(program, operation), own)
    case OPCODE.binary:
      return binary(builder, first, second, operation)
    default:
      throw new Error(`opcode ${opcode} has passed the check`)
  }
}

/** Whether a signed value is negative; of an unsigned one, the top bit of its type. */
function highestBit(builder: FixedGraphBuilder, operation: DaisOperation, node: NodeId): NodeId {
  const { k, i, f } = typeOf(operation)
  if (k === 1) return builder.less(node, builder.constant(0n))
  if (i + f <= 0) return builder.constant(0n)
  return bitOf(builder, rawBits(builder, node, { k, i, f }), i + f - 1)
}

function table(builder: FixedGraphBuilder, program: DaisProgram, { id0, data }: DaisOperation, node: NodeId): NodeId {
  const { interval } = program.operations[id0] as DaisOperation
  const { entries, output } = program.tables[Number(data)] as DaisProgram['tables'][number]
  const { low, high } = atFraction(builder.intervalAt(node), interval.fraction)
  // What no operand can reach, as the program has it, may be anything: the nearest entry.
  const reached = Array.from({ length: Number(high - low) + 1 }, (_, index) => {
    const place = Number(low - interval.low) + index
    return entries[Math.min(Math.max(place, 0), entries.length - 1)] as number
  })
  const contents = { low: Number(low), entries: reached }
  return builder.lookup(node, { table: contents, grid: interval.fraction, fraction: output.fraction })
}

/** The type of the operand with its sign, as da4ml counts its bits. */
function operandType({ operations }: DaisProgram, { id0, opcode }: DaisOperation): FixedType {
  const operand = operations[id0] as DaisOperation
  if (opcode > 0) return typeOf(operand)
  const { low, high, fraction } = operand.interval
  return typeOf({ ...operand, interval: { low: -high, high: -low, fraction } })
}

function unary(builder: FixedGraphBuilder, node: NodeId, data: bigint, type: FixedType, own: FixedType): NodeId {
  const width = widthOf(type)
  const raw = rawBits(builder, node, type)
  const highest = (1n << BigInt(Math.max(width, 0))) - 1n
  switch (data) {
    case UNARY.not: {
      const inverted = builder.add(plain(builder.constant(highest)), { node: raw, shift: 0, negate: true })
      const integer = builder.cast(inverted, { k: type.k, i: width - type.k, f: 0 })
      return builder.cast(builder.scale({ node: integer, shift: -type.f, negate: false }), own)
    }
    case UNARY.any:
      return asBit(builder, builder.less(builder.constant(0n), raw), own)
    case UNARY.all:
      return width <= 0 ? builder.constant(0n) : asBit(builder, builder.less(builder.constant(highest - 1n), raw), own)
    default:
      throw new Error(`sub-operation ${data} has passed the check`)
  }
}

/** A condition counted in steps of the result. */
function asBit(builder: FixedGraphBuilder, condition: NodeId, own: FixedType): NodeId {
  return builder.scale({ node: condition, shift: -own.f, negate: false })
}

function binary(builder: FixedGraphBuilder, left: NodeId, right: NodeId, operation: DaisOperation): NodeId {
  const own = typeOf(operation)
  const word = BigInt.asUintN(64, operation.data)
  const shift = halves(operation.data).low
  const a = builder.scale({ node: left, shift: 0, negate: (word >> 32n) % 2n === 1n })
  const b = builder.scale({ node: right, shift, negate: (word >> 33n) % 2n === 1n })
  const [x, y] = [
    rawBits(builder, builder.cast(a, whole(own)), whole(own)),
    rawBits(builder, builder.cast(b, whole(own)), whole(own)),
  ]
  const zero = builder.constant(0n)
  const one = builder.constant(1n)
  const bits = Array.from({ length: widthOf(own) }, (_, position) => {
    const [p, q] = [bitOf(builder, x, position), bitOf(builder, y, position)]
    switch (word >> 56n) {
      case BINARY.and:
        return builder.select(p, q, zero)
      case BINARY.or:
        return builder.select(p, one, q)
      case BINARY.xor:
        return builder.select(p, builder.select(q, zero, one), q)
      default:
        throw new Error('a sub-operation has passed the check')
    }
  })
  return fromBits(builder, bits, own)
}

/** The bits of the result, whatever the sign of the operands. */
function whole({ k, i, f }: FixedType): FixedType {
  return { k: 0, i: i + k, f }
}
