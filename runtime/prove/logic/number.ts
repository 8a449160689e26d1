import { type Aig, FALSE, type Literal } from './aig.js'
import {
  addBits,
  type Bits,
  constantBits,
  equalBits,
  lessBits,
  multiplyBits,
  muxBits,
  resize,
  subtractBits,
} from './vectors.js'

/** An exact number: bits in two's complement (so at least one), times 2^-fraction. No operation on it overflows. */
export interface Num {
  readonly bits: Bits
  readonly fraction: number
}

/** The number that a group of bits holds. */
export function numberOfBits(bits: Bits, signed: boolean, fraction: number): Num {
  return trim(signed && bits.length > 0 ? bits : [...bits, FALSE], fraction)
}

/** integer · 2^-fraction. */
export function constantNumber(integer: bigint, fraction: number): Num {
  const magnitude = integer < 0n ? -integer : integer
  return trim(constantBits(integer, magnitude.toString(2).length + 1), fraction)
}

export function addNumbers(aig: Aig, a: Num, b: Num, subtract = false): Num {
  const [x, y, fraction] = aligned(a, b, 1)
  return trim(subtract ? subtractBits(aig, x, y) : addBits(aig, x, y), fraction)
}

export function multiplyNumbers(aig: Aig, a: Num, b: Num): Num {
  const width = a.bits.length + b.bits.length
  const product = multiplyBits(aig, resize(a.bits, width, true), resize(b.bits, width, true))
  return trim(product, a.fraction + b.fraction)
}

export function muxNumbers(aig: Aig, select: Literal, yes: Num, no: Num): Num {
  const [x, y, fraction] = aligned(yes, no, 0)
  return trim(muxBits(aig, select, x, y), fraction)
}

export function lessNumbers(aig: Aig, a: Num, b: Num): Literal {
  const [x, y] = aligned(a, b, 0)
  return lessBits(aig, x, y, true)
}

export function equalNumbers(aig: Aig, a: Num, b: Num): Literal {
  const [x, y] = aligned(a, b, 0)
  return equalBits(aig, x, y)
}

/** Both on the finer grid, both as wide as the wider one and `extra` bits. */
function aligned(a: Num, b: Num, extra: number): readonly [Bits, Bits, number] {
  const fraction = Math.max(a.fraction, b.fraction)
  const [x, y] = [onGrid(a, fraction), onGrid(b, fraction)]
  const width = Math.max(x.length, y.length) + extra
  return [resize(x, width, true), resize(y, width, true), fraction]
}

function onGrid(number: Num, fraction: number): Bits {
  return [...Array<Literal>(fraction - number.fraction).fill(FALSE), ...number.bits]
}

/** Without copies of the sign. */
function trim(bits: Bits, fraction: number): Num {
  let length = bits.length
  while (length > 1 && bits[length - 1] === bits[length - 2]) length--
  return { bits: bits.slice(0, length), fraction }
}
