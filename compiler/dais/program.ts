import { bitLength, type Interval, typeOfInterval } from '../fixed/interval.js'
import type { FixedType } from '../fixed/type.js'

/**
 * A program of DAIS version 1, the distributed-arithmetic instruction set of da4ml 0.6: straight-line code over exact
 * fixed-point scalars, in static single assignment. Operation n gives value n; operands are earlier values. −1 stands for
 * an operand that is not used.
 */
export interface DaisProgram {
  readonly inputs: number
  readonly outputs: readonly DaisOutput[]
  /** Input n is taken times 2^inputShifts[n]. */
  readonly inputShifts: readonly number[]
  readonly operations: readonly DaisOperation[]
  readonly tables: readonly DaisTable[]
  /** Of the adder model; −1 for none. */
  readonly carrySize: number
  readonly adderSize: number
}

/** ±value · 2^shift; value −1 is 0. */
export interface DaisOutput {
  readonly value: number
  readonly shift: number
  readonly negate: boolean
}

export interface DaisOperation {
  readonly opcode: number
  readonly id0: number
  readonly id1: number
  /** 64 bits, signed; what they mean depends on the opcode. */
  readonly data: bigint
  /** Every value of the result lies in it, on its grid. The binary form keeps the type of it alone. */
  readonly interval: Interval
  readonly latency: number
  readonly cost: number
}

/** A look-up table: entry n is for the n-th value of the operand's interval, counted from its least. */
export interface DaisTable {
  /** Integers on the grid of `output`. */
  readonly entries: readonly number[]
  readonly output: Interval
  /** Bits of the operand. */
  readonly inputWidth: number
  /** By which da4ml tells tables apart; empty where it is not known. */
  readonly hash: string
}

/** What operations do; a negative opcode takes the negated operand (of the multiplexer: the second). */
export const OPCODE = {
  input: -1,
  add: 0,
  subtract: 1,
  relu: 2,
  reluNegated: -2,
  cast: 3,
  castNegated: -3,
  addConstant: 4,
  constant: 5,
  select: 6,
  selectNegated: -6,
  multiply: 7,
  lookUp: 8,
  unary: 9,
  unaryNegated: -9,
  binary: 10,
} as const

/** Data of a `unary` operation. */
export const UNARY = { not: 0n, any: 1n, all: 2n } as const

/** Bits 56 to 63 of the data of a `binary` operation. */
export const BINARY = { and: 0n, or: 1n, xor: 2n } as const

/** The low and the high half of 64 bits, signed. */
export function halves(data: bigint): { readonly low: number; readonly high: number } {
  return { low: Number(BigInt.asIntN(32, data)), high: Number(BigInt.asIntN(32, data >> 32n)) }
}

export function fromHalves(low: number, high: number): bigint {
  return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt.asUintN(32, BigInt(low)))
}

/** The least type of a value: what DAIS calls its kif. */
export function typeOf({ interval }: DaisOperation): FixedType {
  return typeOfInterval(interval)
}

/**
 * Entries before the first one, in a table that starts at the least value of the operand's type: the binary form lacks
 * the operand's interval and has this instead.
 */
export function leftPad(operand: Interval): bigint {
  if (operand.low >= 0n) return operand.low
  const magnitude = Math.max(bitLength(operand.high < 0n ? 0n : operand.high), bitLength(-operand.low - 1n))
  return operand.low + (1n << BigInt(magnitude))
}
