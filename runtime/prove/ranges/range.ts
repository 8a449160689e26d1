import type { FixedNode, FixedNodeOf, NodeId, Term } from '../../../compiler/fixed/graph.js'
import type { FixedType } from '../../../compiler/fixed/type.js'

/** The integers low … high, each times 2^-fraction. */
export interface Range {
  readonly low: bigint
  readonly high: bigint
  readonly fraction: number
}

const NOTHING: Range = { low: 0n, high: 0n, fraction: 0 }

/**
 * A range that holds every value of a node when its operands take every value of theirs, independently of each other:
 * the rules of interval arithmetic, written down apart from those of the compiler so that they check them.
 */
export function rangeByRule(node: FixedNode, operand: (id: NodeId) => Range): Range {
  switch (node.kind) {
    case 'input':
      return rangeOfType(node.type, node.type.f)
    case 'constant':
      return node.interval
    case 'add':
      return sum([node.left, node.right], operand)
    case 'sum':
      return sum(node.terms, operand)
    case 'scale':
      return sum([node.term], operand)
    case 'multiply_constant':
      return times(operand(node.node), node.mantissa, -node.exponent)
    case 'multiply': {
      const [left, right] = [operand(node.left), operand(node.right)]
      const corners = [left.low * right.low, left.low * right.high, left.high * right.low, left.high * right.high]
      const product = spanning(corners, left.fraction + right.fraction)
      return node.left === node.right && product.low < 0n ? { ...product, low: 0n } : product
    }
    case 'cast':
      return castRange(operand(node.node), node.type)
    case 'relu': {
      const { low, high, fraction } = operand(node.node)
      return { low: low < 0n ? 0n : low, high: high < 0n ? 0n : high, fraction }
    }
    case 'less': {
      const [left, right] = sameGrid(operand(node.left), operand(node.right))
      if (left.high < right.low) return { low: 1n, high: 1n, fraction: 0 }
      return { low: 0n, high: left.low >= right.high || node.left === node.right ? 0n : 1n, fraction: 0 }
    }
    case 'select': {
      const condition = operand(node.condition)
      if (condition.low > 0n || condition.high < 0n) return operand(node.whenTrue)
      if (isZero(condition)) return operand(node.whenFalse)
      const [yes, no] = sameGrid(operand(node.whenTrue), operand(node.whenFalse))
      return spanning([yes.low, yes.high, no.low, no.high], yes.fraction)
    }
    case 'lookup':
      return lookupRange(node, operand(node.node))
  }
}

/** All entries that an operand in the range can name; a value that has none is an error of the graph. */
function lookupRange({ table, grid, fraction }: FixedNodeOf<'lookup'>, operand: Range): Range {
  const results: bigint[] = []
  const steps = 1n << BigInt(grid - operand.fraction)
  for (let code = operand.low; code <= operand.high; code++) {
    const entry = table.entries[Number(code * steps) - table.low]
    if (entry === undefined) throw new Error(`a table has no entry for ${code} · 2^-${operand.fraction}`)
    results.push(BigInt(entry))
  }
  return spanning(results, fraction)
}

/** constant · 2^-fraction times a range, on the coarsest grid that it surely lies on. */
export function times({ low, high, fraction }: Range, constant: bigint, constantFraction: number): Range {
  const odd = coarsest(constant, constantFraction)
  return spanning([low * odd.low, high * odd.low], fraction + odd.fraction)
}

/** A single value, counted in the largest steps. */
function coarsest(value: bigint, fraction: number): Range {
  let [odd, grid] = [value, fraction]
  for (; odd !== 0n && (odd & 1n) === 0n; odd >>= 1n) grid--
  return { low: odd, high: odd, fraction: grid }
}

export function addRanges(a: Range, b: Range): Range {
  const [x, y] = sameGrid(a, b)
  return { low: x.low + y.low, high: x.high + y.high, fraction: x.fraction }
}

/** What is in both ranges, when something is. */
export function bothRanges(a: Range, b: Range): Range {
  if (isZero(a) || isZero(b)) return NOTHING
  const fraction = Math.min(a.fraction, b.fraction)
  const within = ({ low, high, fraction: finer }: Range): Range => {
    const dropped = BigInt(finer - fraction)
    return { low: -(-low >> dropped), high: high >> dropped, fraction }
  }
  const [x, y] = [within(a), within(b)]
  return { low: x.low > y.low ? x.low : y.low, high: x.high < y.high ? x.high : y.high, fraction }
}

/** Every value of the first range is one of the second. */
export function isInside(inner: Range, outer: Range): boolean {
  if (isZero(inner)) return outer.low <= 0n && outer.high >= 0n
  if (inner.low === inner.high) {
    const [x, y] = sameGrid(inner, outer)
    const onGrid = x.low % (1n << BigInt(x.fraction - outer.fraction)) === 0n
    return onGrid && y.low <= x.low && x.low <= y.high
  }
  if (inner.fraction > outer.fraction) return false
  const [x, y] = sameGrid(inner, outer)
  return y.low <= x.low && x.high <= y.high
}

/** Whether dropping the bits below the type's lowest leaves only values that the type holds. */
export function castKeeps(range: Range, type: FixedType): boolean {
  const fraction = Math.min(type.f, range.fraction)
  const { low, high } = floor(range, fraction)
  const bounds = rangeOfType(type, fraction)
  return type.k + type.i + fraction > 0 && bounds.low <= low && high <= bounds.high
}

function castRange(range: Range, type: FixedType): Range {
  const fraction = Math.min(type.f, range.fraction)
  if (type.k + type.i + fraction <= 0) return NOTHING
  const { low, high } = floor(range, fraction)
  const whole = rangeOfType(type, fraction)
  const period = whole.high - whole.low + 1n
  // All values may leave the type by the same number of periods: then they stay in order.
  const turns = (low - whole.low) >> BigInt(type.k + type.i + fraction)
  const [first, last] = [low - turns * period, high - turns * period]
  return last <= whole.high ? { low: first, high: last, fraction } : whole
}

function floor({ low, high, fraction }: Range, to: number): Range {
  const dropped = BigInt(fraction - to)
  return { low: low >> dropped, high: high >> dropped, fraction: to }
}

/** Every value of the type that is a multiple of 2^-fraction, for a fraction up to the type's. */
function rangeOfType({ k, i }: FixedType, fraction: number): Range {
  if (k + i + fraction <= 0) return NOTHING
  const bound = 1n << BigInt(i + fraction)
  return { low: k === 1 ? -bound : 0n, high: bound - 1n, fraction }
}

function sum(terms: readonly Term[], operand: (id: NodeId) => Range): Range {
  return terms.reduce((total, { node, shift, negate }) => {
    return addRanges(total, times(operand(node), negate ? -1n : 1n, -shift))
  }, NOTHING)
}

function isZero(range: Range): boolean {
  return range.low === 0n && range.high === 0n
}

/** Both counted in steps of the finer one; zero lies on every grid. */
function sameGrid(a: Range, b: Range): readonly [Range, Range] {
  const fraction = isZero(a) ? b.fraction : isZero(b) ? a.fraction : Math.max(a.fraction, b.fraction)
  const finer = (range: Range): Range => {
    if (isZero(range)) return { ...range, fraction }
    const by = BigInt(fraction - range.fraction)
    return { low: range.low << by, high: range.high << by, fraction }
  }
  return [finer(a), finer(b)]
}

function spanning(values: readonly bigint[], fraction: number): Range {
  let low = values[0] ?? 0n
  let high = low
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low === high ? coarsest(low, fraction) : { low, high, fraction }
}
