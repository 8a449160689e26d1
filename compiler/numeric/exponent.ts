/** Exact work on the exponent of a double, by its bits. */

const cell = new Float64Array(1)
const words = new Uint32Array(cell.buffer)
/** Which of the two words holds sign and exponent: the one that is not zero in 1.0. */
const HIGH = new Uint32Array(new Float64Array([1]).buffer)[0] === 0 ? 1 : 0
const LOW = 1 - HIGH

/** 2^n exactly for every integer n: subnormal down to -1074, 0 below, Infinity from 1024 on. */
export function powerOfTwo(n: number): number {
  if (!Number.isInteger(n)) throw new RangeError(`powerOfTwo needs an integer, not ${n}`)
  if (n > 1023) return Number.POSITIVE_INFINITY
  if (n < -1074) return 0
  if (n >= -1022) {
    words[HIGH] = (n + 1023) << 20
    words[LOW] = 0
  } else {
    const bit = n + 1074
    words[HIGH] = bit >= 32 ? 1 << (bit - 32) : 0
    words[LOW] = bit >= 32 ? 0 : 1 << bit
  }
  return cell[0] as number
}

/** The largest integer n with 2^n ≤ x, exactly. -Infinity for 0, NaN for a negative x. */
export function floorLog2(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY
  if (!(x > 0)) return Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  cell[0] = x
  const high = words[HIGH] as number
  if (high >= 1 << 20) return (high >>> 20) - 1023
  return high !== 0 ? 31 - Math.clz32(high) - 1042 : 31 - Math.clz32(words[LOW] as number) - 1074
}

/** The smallest integer n with x ≤ 2^n, exactly. -Infinity for 0, NaN for a negative x. */
export function ceilLog2(x: number): number {
  const floor = floorLog2(x)
  return Number.isFinite(floor) && powerOfTwo(floor) !== x ? floor + 1 : floor
}

/** Exponent of the lowest set bit of a finite double other than 0. */
export function lowestBit(value: number): number {
  cell[0] = value
  const high = words[HIGH] as number
  const low = words[LOW] as number
  const exponent = (high >>> 20) & 0x7ff
  // Subnormal numbers have no hidden bit, and the exponent of 1.
  const top = (high & 0xfffff) | (exponent === 0 ? 0 : 1 << 20)
  return Math.max(exponent, 1) - 1075 + (low !== 0 ? trailingZeros(low) : 32 + trailingZeros(top))
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word)
}

/** The double with the low 32 bits of its fraction cleared: products of two such halves are exact. */
export function clearLowWord(x: number): number {
  cell[0] = x
  words[LOW] = 0
  return cell[0] as number
}
