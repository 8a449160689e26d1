import { ceilLog2, lowestBit, powerOfTwo } from '../../numeric/exponent.js'

/** kernel = basis · combination: column j is Σ ±basis[k] · 2^shift over its parts. */
export interface Decomposition {
  /** Columns of integers, and the exponent of each column's unit. */
  readonly basis: readonly Int32Array[]
  readonly parts: readonly (readonly Part[])[]
}

export interface Part {
  readonly basis: number
  readonly shift: number
  readonly negate: boolean
}

/** The kernel's columns in integers without a common factor 2. */
export interface CentredKernel {
  readonly columns: readonly Int32Array[]
  /** Column j of the kernel is columns[j] · 2^exponents[j]. */
  readonly exponents: readonly number[]
}

/** Three times the sum of two shifted entries must fit into 31 bits. */
const GREATEST_ENTRY = (1 << 24) - 1

/** Null where entries of one column are too far apart for integers of 24 bits. */
export function centre(kernel: readonly (readonly number[])[]): CentredKernel | null {
  const exponents: number[] = []
  const columns: Int32Array[] = []
  for (let j = 0; j < (kernel[0]?.length ?? 0); j++) {
    const entries = kernel.map((row) => row[j] as number)
    const lowest = Math.min(...entries.filter((entry) => entry !== 0).map(lowestBit))
    const exponent = Number.isFinite(lowest) ? lowest : 0
    const scaled = entries.map((entry) => entry * powerOfTwo(-exponent))
    if (scaled.some((entry) => Math.abs(entry) > GREATEST_ENTRY)) return null
    exponents.push(exponent)
    columns.push(Int32Array.from(scaled))
  }
  return { columns, exponents }
}

/** Every column is its own basis. */
export function trivialDecomposition({ columns, exponents }: CentredKernel): Decomposition {
  return {
    basis: columns,
    parts: exponents.map((shift, basis) => [{ basis, shift, negate: false }]),
  }
}

/** Number of non-zero canonical signed digits. */
export function digitCount(value: number): number {
  let bits = value ^ (3 * value)
  bits -= (bits >>> 1) & 0x55555555
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Digits of every difference and sum of two columns, shifted against each other; the root, a column of zeros, is number 0. */
export class Distances {
  readonly size: number
  readonly digits: Int32Array
  /** 1 where the sum has fewer digits than the difference. */
  readonly opposite: Uint8Array
  /** The shift of column b (second index) against column a at which their difference is sparsest. */
  readonly shift: Int8Array
  constructor(
    readonly kernel: CentredKernel,
    readonly mostShift: number,
  ) {
    const { columns } = kernel
    this.size = columns.length + 1
    this.digits = new Int32Array(this.size * this.size)
    this.opposite = new Uint8Array(this.size * this.size)
    this.shift = new Int8Array(this.size * this.size)
    for (let a = 1; a < this.size; a++) {
      this.#compare(a, 0, 0)
      for (let b = 1; b < a; b++) {
        this.#compare(a, b, 0)
        for (let shift = 1; shift <= mostShift; shift++) {
          this.#compare(a, b, shift)
          this.#compare(b, a, shift)
        }
      }
    }
  }

  /** Compares a with b · 2^shift, for a shift that is not negative. */
  #compare(a: number, b: number, shift: number): void {
    const x = this.kernel.columns[a - 1] as Int32Array
    const y = b === 0 ? null : (this.kernel.columns[b - 1] as Int32Array)
    let difference = 0
    let sum = 0
    for (let i = 0; i < x.length; i++) {
      const p = x[i] as number
      const q = y === null ? 0 : (y[i] as number) << shift
      difference += digitCount(p - q)
      sum += digitCount(p + q)
    }
    const digits = Math.min(difference, sum)
    const [there, back] = [a * this.size + b, b * this.size + a]
    if (shift > 0 && digits >= (this.digits[there] as number)) return
    this.digits[there] = digits
    this.digits[back] = digits
    this.opposite[there] = sum < difference ? 1 : 0
    this.opposite[back] = sum < difference ? 1 : 0
    this.shift[there] = shift
    this.shift[back] = -shift
  }
}

/**
 * Columns as a tree in which each is its parent plus or minus a sparse column (Prim's spanning tree by signed digits):
 * what they have in common is built once. `extra` bounds depth: paths take at most that many doublings beyond the densest column.
 */
export function decompose(distances: Distances, extra: number): Decomposition {
  const { size, digits, opposite, kernel } = distances
  const levels = (distance: number): number => ceilLog2(Math.max(distance, 1))
  let densest = 0
  for (let b = 1; b < size; b++) densest = Math.max(densest, digits[b] as number)
  const bound = powerOfTwo(extra) - 1 + levels(densest)
  const depth = new Int32Array(size)
  const parent = new Int32Array(size).fill(-1)
  const cost = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
  const inside = new Uint8Array(size)
  const basis: Int32Array[] = []
  const parts: Part[][] = Array.from({ length: size }, () => [])
  let joinedLast = 0
  inside[0] = 1
  for (let count = 1; count < size; count++) {
    let best = -1
    for (let i = 1; i < size; i++) {
      if (inside[i] === 1) continue
      const distance = digits[i * size + joinedLast] as number
      // A copy takes no adder and no level.
      const late = distance > 0 && Math.max(levels(distance), depth[joinedLast] as number) + 1 > bound
      const price = late && joinedLast !== 0 ? LATE : distance
      if (price < (cost[i] as number)) {
        cost[i] = price
        parent[i] = joinedLast
      }
      if (best < 0 || (cost[i] as number) < (cost[best] as number)) best = i
    }
    const from = parent[best] as number
    inside[best] = 1
    const own = digits[best * size + from] as number
    depth[best] = own === 0 ? (depth[from] as number) : Math.max(levels(own), depth[from] as number) + 1
    const negate = opposite[best * size + from] === 1
    const shift = from === 0 ? 0 : (distances.shift[best * size + from] as number)
    const column = kernel.columns[best - 1] as Int32Array
    const base = from === 0 ? null : (kernel.columns[from - 1] as Int32Array)
    // The column in units of 2^down; its parent comes in shifted up or down, and never by a fraction of a unit.
    const down = Math.min(shift, 0)
    const rest = column.map((entry, i) => {
      const other = base === null ? 0 : (base[i] as number) << Math.max(shift, 0)
      return (entry << -down) + (negate ? other : -other)
    })
    const path: Part[] = (parts[from] as Part[]).map((part) => ({
      basis: part.basis,
      shift: part.shift + shift,
      negate: part.negate !== negate,
    }))
    if (rest.some((entry) => entry !== 0)) {
      path.push({ basis: basis.length, shift: down, negate: false })
      basis.push(rest)
    }
    parts[best] = path
    joinedLast = best
  }
  return {
    basis,
    parts: parts
      .slice(1)
      .map((own, j) => own.map((part) => ({ ...part, shift: part.shift + (kernel.exponents[j] as number) }))),
  }
}

/** Dearer than any distance, and still less than never. */
const LATE = 1e15
