import { type FixedGraphBuilder, plain } from '../../fixed/builder.js'
import { addDyadic, type Dyadic, dyadicOf, multiplyDyadic, scaleDyadic } from '../../fixed/dyadic.js'
import type { NodeId } from '../../fixed/graph.js'
import type { Interval } from '../../fixed/interval.js'
import { powerOfTwo } from '../../numeric/exponent.js'
import type { AdderDepths } from '../adder-tree.js'
import type { CmvmInput } from '../cmvm/types.js'
import type { LinearSum } from '../linear-sums.js'
import type { Rebuilt } from '../rebuild.js'

/** Sums as the columns of a constant matrix: rows are nodes of the graph that is being built. */
export interface Contraction {
  readonly operands: readonly NodeId[]
  readonly kernel: readonly (readonly number[])[]
  readonly inputs: readonly CmvmInput[]
}

/** Null where the solver cannot take the sums. */
export function contractionOf(
  sums: readonly LinearSum[],
  { builder, newOf }: Rebuilt,
  depths: AdderDepths,
): Contraction | null {
  const rows = new Map<NodeId, Map<number, Dyadic>>()
  for (const [column, { parts }] of sums.entries()) {
    for (const { node, factor } of parts) {
      const { node: base, shift, negate } = builder.resolve(plain(newOf(node)))
      const row = rows.get(base) ?? new Map<number, Dyadic>()
      rows.set(base, row)
      row.set(column, addDyadic(row.get(column) ?? NOTHING, scaleDyadic(factor, shift, negate)))
    }
  }
  const operands = [...rows.keys()].sort((a, b) => a - b)
  const kernel = operands.map((node) =>
    sums.map((_, column) => exactNumber(rows.get(node)?.get(column) ?? NOTHING) ?? Number.NaN),
  )
  if (kernel.some((row) => row.some(Number.isNaN))) return null
  const inputs: CmvmInput[] = []
  for (const node of operands) {
    const input = inputOf(builder.intervalAt(node), depths.of(node))
    if (input === null) return null
    inputs.push(input)
  }
  return { operands, kernel, inputs }
}

/** Rows in an order that depends on nothing but them, so that equal problems are the same text. */
export function inOneOrder({ operands, kernel, inputs }: Contraction): Contraction {
  const order = operands
    .map((_, row) => row)
    .sort((a, b) => {
      const kernels = compare(kernel[a] ?? [], kernel[b] ?? [])
      return kernels !== 0 ? kernels : compare(numbersOf(inputs[a]), numbersOf(inputs[b])) || a - b
    })
  const sorted = <T>(list: readonly T[]): readonly T[] => order.map((row) => list[row] as T)
  return { operands: sorted(operands), kernel: sorted(kernel), inputs: sorted(inputs) }
}

/**
 * The same sums with a row for what is constant in each of them, behind the others: so those of different constants have
 * one kernel, whichever of their constants are equal.
 */
export function withOwnConstants(contraction: Contraction, builder: FixedGraphBuilder): Contraction {
  const { operands, kernel, inputs } = contraction
  const columns = kernel[0]?.length ?? 0
  const constants = new Array<Dyadic>(columns).fill(NOTHING)
  const data: number[] = []
  for (const [row, node] of operands.entries()) {
    const { kind, interval } = builder.nodeAt(node)
    if (kind !== 'constant') {
      data.push(row)
      continue
    }
    const value: Dyadic = { mantissa: interval.low, exponent: -interval.fraction }
    for (const [column, factor] of (kernel[row] ?? []).entries()) {
      const more = multiplyDyadic(value, dyadicOf(factor))
      constants[column] = addDyadic(constants[column] ?? NOTHING, more)
    }
  }
  const own = constants.map(({ mantissa, exponent }) => builder.constant(mantissa, exponent))
  const arrives = 0
  const ofConstant = (node: NodeId): CmvmInput | null => inputOf(builder.intervalAt(node), arrives)
  const more = own.flatMap((node) => ofConstant(node) ?? [])
  if (more.length < columns) return contraction
  return {
    operands: [...data.map((row) => operands[row] as NodeId), ...own],
    kernel: [
      ...data.map((row) => kernel[row] as readonly number[]),
      ...own.map((_, column) => own.map((__, other) => (other === column ? 1 : 0))),
    ],
    inputs: [...data.map((row) => inputs[row] as CmvmInput), ...more],
  }
}

function numbersOf(input: CmvmInput | undefined): readonly number[] {
  return input === undefined ? [] : [input.low, input.high, input.step, input.latency]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [n, value] of a.entries()) if (value !== b[n]) return value - (b[n] as number)
  return 0
}

const NOTHING: Dyadic = { mantissa: 0n, exponent: 0 }

/** Null for an interval that doubles do not hold with room for sums. */
function inputOf({ low, high, fraction }: Interval, latency: number): CmvmInput | null {
  const [from, to] = [
    exactNumber({ mantissa: low, exponent: -fraction }),
    exactNumber({ mantissa: high, exponent: -fraction }),
  ]
  return from === null || to === null ? null : { low: from, high: to, step: powerOfTwo(-fraction), latency }
}

/** Null where a double does not hold the number. */
function exactNumber({ mantissa, exponent }: Dyadic): number | null {
  const value = Number(mantissa)
  return BigInt(value) === mantissa && Math.abs(exponent) < MOST_EXPONENT ? value * powerOfTwo(exponent) : null
}

const MOST_EXPONENT = 500
