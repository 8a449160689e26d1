import { mask32, type Narrow, type Wide } from './columns.js'

/**
 * What the word-level cells of Yosys compute (its manual, chapter "Internal cell library"). Operands come as patterns of
 * their own width; each operation extends them as the library says and gives a pattern, of which the caller keeps as
 * many bits as the output has. There are two versions of each: on 32-bit patterns, where every operand and the result
 * fit, and on bigints.
 */
export interface Cell {
  readonly kind: CellKind
  readonly signed: boolean
  readonly widthA: number
  readonly widthB: number
  readonly widthY: number
}

const UNARY = [
  '$pos',
  '$buf',
  '$not',
  '$neg',
  '$reduce_and',
  '$reduce_or',
  '$reduce_bool',
  '$reduce_xor',
  '$reduce_xnor',
  '$logic_not',
] as const
const BINARY = [
  '$add',
  '$sub',
  '$mul',
  '$and',
  '$or',
  '$xor',
  '$xnor',
  '$shl',
  '$shr',
  '$sshl',
  '$sshr',
  '$lt',
  '$le',
  '$eq',
  '$ne',
  '$eqx',
  '$nex',
  '$ge',
  '$gt',
  '$logic_and',
  '$logic_or',
] as const
/** Every kind of word-level cell that is understood. */
export const CELL_KINDS = [...UNARY, ...BINARY] as const
export type CellKind = (typeof CELL_KINDS)[number]

/** A cell of Yosys with the one operand A. */
export function isUnary(type: string): type is (typeof UNARY)[number] {
  return (UNARY as readonly string[]).includes(type)
}

/** A cell of Yosys with the operands A and B. */
export function isBinary(type: string): type is (typeof BINARY)[number] {
  return (BINARY as readonly string[]).includes(type)
}

/** Sign extension of a pattern of `width` bits to 32, or nothing. */
function extension(width: number, signed: boolean): (pattern: number) => number {
  if (!signed || width >= 32) return (pattern) => pattern
  if (width === 0) return () => 0
  const by = 32 - width
  return (pattern) => (pattern << by) >> by
}

/** One function for one cycle on 32-bit patterns; exact because everything is modulo 2^32 or compared as it is meant. */
export function narrowOperation(cell: Cell): (a: number, b: number) => number {
  const { signed, widthA, widthB, widthY } = cell
  const a_ = extension(widthA, signed)
  const b_ = extension(widthB, signed)
  // A number that compares as the pattern means: patterns are int32, so an unsigned one needs its sign bit put right.
  const value = (extend: (pattern: number) => number) => (pattern: number) => (signed ? extend(pattern) : pattern >>> 0)
  const valueA = value(a_)
  const valueB = value(b_)
  const all = mask32(widthA)
  switch (cell.kind) {
    case '$pos':
    case '$buf':
      return (a) => a_(a)
    case '$not':
      return (a) => ~a_(a)
    case '$neg':
      return (a) => -a_(a) | 0
    case '$reduce_and':
      return (a) => (a === all ? 1 : 0)
    case '$reduce_or':
    case '$reduce_bool':
      return (a) => (a !== 0 ? 1 : 0)
    case '$reduce_xor':
      return (a) => parity(a)
    case '$reduce_xnor':
      return (a) => 1 - parity(a)
    case '$logic_not':
      return (a) => (a === 0 ? 1 : 0)
    case '$add':
      return (a, b) => (a_(a) + b_(b)) | 0
    case '$sub':
      return (a, b) => (a_(a) - b_(b)) | 0
    case '$mul':
      return (a, b) => Math.imul(a_(a), b_(b))
    case '$and':
      return (a, b) => a_(a) & b_(b)
    case '$or':
      return (a, b) => a_(a) | b_(b)
    case '$xor':
      return (a, b) => a_(a) ^ b_(b)
    case '$xnor':
      return (a, b) => ~(a_(a) ^ b_(b))
    case '$shl':
    case '$sshl':
      return (a, b) => (b >>> 0 >= 32 ? 0 : a_(a) << b)
    case '$shr': {
      const width = Math.max(widthA, widthY)
      return (a, b) => (b >>> 0 >= 32 ? 0 : (a_(a) & mask32(width)) >>> b)
    }
    case '$sshr':
      return signed ? (a, b) => a_(a) >> (b >>> 0 >= 32 ? 31 : b) : (a, b) => (b >>> 0 >= 32 ? 0 : a >>> b)
    case '$lt':
      return (a, b) => (valueA(a) < valueB(b) ? 1 : 0)
    case '$le':
      return (a, b) => (valueA(a) <= valueB(b) ? 1 : 0)
    case '$eq':
    case '$eqx':
      return (a, b) => (valueA(a) === valueB(b) ? 1 : 0)
    case '$ne':
    case '$nex':
      return (a, b) => (valueA(a) !== valueB(b) ? 1 : 0)
    case '$ge':
      return (a, b) => (valueA(a) >= valueB(b) ? 1 : 0)
    case '$gt':
      return (a, b) => (valueA(a) > valueB(b) ? 1 : 0)
    case '$logic_and':
      return (a, b) => (a !== 0 && b !== 0 ? 1 : 0)
    case '$logic_or':
      return (a, b) => (a !== 0 || b !== 0 ? 1 : 0)
  }
}

function parity(pattern: number): number {
  let bits = pattern ^ (pattern >>> 16)
  bits ^= bits >>> 8
  bits ^= bits >>> 4
  bits ^= bits >>> 2
  return (bits ^ (bits >>> 1)) & 1
}

/** The same on bigints, which come as non-negative patterns. */
export function wideOperation(cell: Cell): (a: bigint, b: bigint) => bigint {
  const { signed, widthA, widthB, widthY } = cell
  const a_ = (a: bigint): bigint => (signed ? BigInt.asIntN(widthA, a) : a)
  const b_ = (b: bigint): bigint => (signed ? BigInt.asIntN(widthB, b) : b)
  const truth = (value: boolean): bigint => (value ? 1n : 0n)
  const ones = (1n << BigInt(widthA)) - 1n
  switch (cell.kind) {
    case '$pos':
    case '$buf':
      return (a) => a_(a)
    case '$not':
      return (a) => ~a_(a)
    case '$neg':
      return (a) => -a_(a)
    case '$reduce_and':
      return (a) => truth(a === ones)
    case '$reduce_or':
    case '$reduce_bool':
      return (a) => truth(a !== 0n)
    case '$reduce_xor':
      return (a) => BigInt(wideParity(a))
    case '$reduce_xnor':
      return (a) => BigInt(1 - wideParity(a))
    case '$logic_not':
      return (a) => truth(a === 0n)
    case '$add':
      return (a, b) => a_(a) + b_(b)
    case '$sub':
      return (a, b) => a_(a) - b_(b)
    case '$mul':
      return (a, b) => a_(a) * b_(b)
    case '$and':
      return (a, b) => a_(a) & b_(b)
    case '$or':
      return (a, b) => a_(a) | b_(b)
    case '$xor':
      return (a, b) => a_(a) ^ b_(b)
    case '$xnor':
      return (a, b) => ~(a_(a) ^ b_(b))
    case '$shl':
    case '$sshl':
      return (a, b) => (b >= BigInt(widthY) ? 0n : a_(a) << b)
    case '$shr': {
      const width = Math.max(widthA, widthY)
      return (a, b) => (b >= BigInt(width) ? 0n : BigInt.asUintN(width, a_(a)) >> b)
    }
    case '$sshr':
      return (a, b) => a_(a) >> (b > BigInt(widthA) ? BigInt(widthA) : b)
    case '$lt':
      return (a, b) => truth(a_(a) < b_(b))
    case '$le':
      return (a, b) => truth(a_(a) <= b_(b))
    case '$eq':
    case '$eqx':
      return (a, b) => truth(a_(a) === b_(b))
    case '$ne':
    case '$nex':
      return (a, b) => truth(a_(a) !== b_(b))
    case '$ge':
      return (a, b) => truth(a_(a) >= b_(b))
    case '$gt':
      return (a, b) => truth(a_(a) > b_(b))
    case '$logic_and':
      return (a, b) => truth(a !== 0n && b !== 0n)
    case '$logic_or':
      return (a, b) => truth(a !== 0n || b !== 0n)
  }
}

function wideParity(pattern: bigint): number {
  let odd = 0
  for (let rest = pattern; rest !== 0n; rest >>= 32n) odd ^= parity(Number(rest & 0xffffffffn) | 0)
  return odd
}

/** Runs a narrow operation over the cycles of a block; the result is cut to `width` bits. */
export function mapNarrow(
  operation: (a: number, b: number) => number,
  a: Narrow,
  b: Narrow,
  y: Narrow,
  width: number,
  cycles: number,
): void {
  const mask = mask32(width)
  for (let t = 0; t < cycles; t++) y[t] = operation(a[t] as number, b[t] as number) & mask
}

/** The same for bigints. */
export function mapWide(operation: (a: bigint, b: bigint) => bigint, a: Wide, b: Wide, width: number): Wide {
  return a.map((value, t) => BigInt.asUintN(width, operation(value, b[t] ?? 0n)))
}
