import { type Aig, FALSE, type Literal, not, TRUE } from './aig.js'

/** Bits of a number, lowest first. */
export type Bits = readonly Literal[]

/** `value` modulo 2^width. */
export function constantBits(value: bigint, width: number): Bits {
  return Array.from({ length: width }, (_, index) => (((value >> BigInt(index)) & 1n) === 1n ? TRUE : FALSE))
}

/** Cut or extended to `width` bits, with copies of the highest or with zeros. */
export function resize(bits: Bits, width: number, signed: boolean): Bits {
  if (bits.length >= width) return bits.slice(0, width)
  const above = signed ? (bits.at(-1) ?? FALSE) : FALSE
  return [...bits, ...Array<Literal>(width - bits.length).fill(above)]
}

/** a + b + carry modulo 2^width, of two groups of the same width. */
export function addBits(aig: Aig, a: Bits, b: Bits, carryIn: Literal = FALSE): Bits {
  let carry = carryIn
  return a.map((x, index) => {
    const y = b[index] ?? FALSE
    const half = aig.xor(x, y)
    const sum = aig.xor(half, carry)
    carry = aig.or(aig.and(x, y), aig.and(half, carry))
    return sum
  })
}

/** a - b modulo 2^width. */
export function subtractBits(aig: Aig, a: Bits, b: Bits): Bits {
  return addBits(aig, a, b.map(not), TRUE)
}

/** a · b modulo 2^width. */
export function multiplyBits(aig: Aig, a: Bits, b: Bits): Bits {
  const width = a.length
  let sum: Bits = Array<Literal>(width).fill(FALSE)
  b.forEach((bit, shift) => {
    if (bit === FALSE) return
    const partial = [...Array<Literal>(shift).fill(FALSE), ...a.slice(0, width - shift).map((x) => aig.and(x, bit))]
    sum = addBits(aig, sum, partial)
  })
  return sum
}

/** a < b, of two groups of the same width. */
export function lessBits(aig: Aig, a: Bits, b: Bits, signed: boolean): Literal {
  const width = a.length + 1
  return subtractBits(aig, resize(a, width, signed), resize(b, width, signed)).at(-1) ?? FALSE
}

/** Equal in every bit, of two groups of the same width. */
export function equalBits(aig: Aig, a: Bits, b: Bits): Literal {
  return aig.all(a.map((x, index) => not(aig.xor(x, b[index] ?? FALSE))))
}

export function muxBits(aig: Aig, select: Literal, yes: Bits, no: Bits): Bits {
  return yes.map((x, index) => aig.mux(select, x, no[index] ?? FALSE))
}

/** Shifted by a variable amount; `fill` comes in from where bits are missing. */
export function shiftBits(aig: Aig, bits: Bits, by: Bits, direction: 'left' | 'right', fill: Literal): Bits {
  const width = bits.length
  let result = bits
  by.forEach((bit, index) => {
    const distance = 2 ** index
    const moved = result.map((_, at) => {
      const from = direction === 'left' ? at - distance : at + distance
      return from < 0 || from >= width ? fill : (result[from] ?? fill)
    })
    result = muxBits(aig, bit, moved, result)
  })
  return result
}
