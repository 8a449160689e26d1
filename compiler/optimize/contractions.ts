import { type FixedGraphBuilder, plain } from '../fixed/builder.js'
import { addDyadic, type Dyadic, scaleDyadic } from '../fixed/dyadic.js'
import type { FixedGraph, NodeId, Term } from '../fixed/graph.js'
import type { Interval } from '../fixed/interval.js'
import { powerOfTwo } from '../numeric/exponent.js'
import { AdderDepths } from './adder-tree.js'
import { REGISTER_COST } from './cmvm/registers.js'
import { type SolutionCache, Solutions } from './cmvm/solutions.js'
import type { AdderModel, CmvmInput, CmvmSolution } from './cmvm/types.js'
import { type LinearSum, sumLevels } from './linear-sums.js'
import { copyNode, type Rebuilt, rebuild } from './rebuild.js'

/** Levels of adders that sharing may take beyond the least depth of a contraction, as in the reference's command line. */
const EXTRA_DEPTH = 2

/** A look-up table per bit, a level per adder. */
const MODEL: AdderModel = { adderSize: 1, carrySize: null, concatenates: true }

export interface AdderOptions {
  /** So many levels of adders are a clocked stage; left out: stages follow from a clock, which is not known here. */
  readonly levels?: number | undefined
  /** Solutions of earlier builds; they save time and change nothing. */
  readonly solutions?: SolutionCache | undefined
}

/** Levels beyond the least are stages in which everything waits, so where stages hold few levels none is added. */
const FEW_LEVELS = 2

interface Task {
  readonly model: AdderModel
  readonly extraDepth: number
  readonly solutions: Solutions
}

function taskFor({ levels, solutions: cache }: AdderOptions): Task {
  const solutions = new Solutions(cache ?? null)
  if (levels === undefined) return { model: MODEL, extraDepth: EXTRA_DEPTH, solutions }
  const extraDepth = levels <= FEW_LEVELS ? 0 : EXTRA_DEPTH
  return { model: { ...MODEL, registerCost: REGISTER_COST / levels }, extraDepth, solutions }
}

/** Larger contractions are solved in parts. */
const MOST_ROWS = 256
const MOST_COLUMNS = 256

/**
 * Contractions of data with constants become adder graphs that share sub-expressions: sums that read common nodes are
 * the columns of one constant matrix. What the solver does not take is left for the next pass.
 */
export function solveContractions(graph: FixedGraph, options: AdderOptions = {}): FixedGraph {
  const { levels, order } = sumLevels(graph)
  const groupOf = new Map<NodeId, readonly LinearSum[]>()
  for (const level of levels) {
    for (const group of connected(level)) for (const { id } of group) groupOf.set(id, group)
  }
  const made = new Map<NodeId, NodeId>()
  const tried = new Set<readonly LinearSum[]>()
  const task = taskFor(options)
  let depths: AdderDepths | undefined
  return rebuild(
    graph,
    (node, id, rebuilt) => {
      depths ??= new AdderDepths(rebuilt.builder)
      const group = groupOf.get(id)
      if (group !== undefined && !tried.has(group)) {
        tried.add(group)
        const nodes = build(group, rebuilt, depths, task)
        if (nodes !== null) for (const [n, sum] of group.entries()) made.set(sum.id, nodes[n] as NodeId)
      }
      return made.get(id) ?? copyNode(node, rebuilt)
    },
    order,
  )
}

/** Sums that read common nodes, directly or through others, in parts of bounded size. */
function connected(sums: readonly LinearSum[]): readonly (readonly LinearSum[])[] {
  const root = sums.map((_, n) => n)
  const find = (n: number): number => {
    let at = n
    while (root[at] !== at) {
      root[at] = root[root[at] as number] as number
      at = root[at] as number
    }
    return at
  }
  const reader = new Map<NodeId, number>()
  for (const [n, { parts }] of sums.entries()) {
    for (const { node } of parts) {
      const other = reader.get(node)
      if (other === undefined) reader.set(node, n)
      else root[find(n)] = find(other)
    }
  }
  const groups = new Map<number, LinearSum[][]>()
  const rows = new Map<LinearSum[], Set<NodeId>>()
  for (const [n, sum] of sums.entries()) {
    const chunks = groups.get(find(n)) ?? []
    groups.set(find(n), chunks)
    let chunk = chunks.at(-1)
    let read = chunk && rows.get(chunk)
    const more = sum.parts.filter(({ node }) => !read?.has(node)).length
    if (chunk === undefined || read === undefined || read.size + more > MOST_ROWS || chunk.length >= MOST_COLUMNS) {
      chunk = []
      read = new Set()
      chunks.push(chunk)
      rows.set(chunk, read)
    }
    chunk.push(sum)
    for (const { node } of sum.parts) read.add(node)
  }
  return [...groups.values()].flat()
}

/** The new nodes of the sums; null where the solver cannot take them. */
function build(
  group: readonly LinearSum[],
  { builder, newOf }: Rebuilt,
  depths: AdderDepths,
  task: Task,
): readonly NodeId[] | null {
  const rows = new Map<NodeId, Map<number, Dyadic>>()
  for (const [column, { parts }] of group.entries()) {
    for (const { node, factor } of parts) {
      const { node: base, shift, negate } = builder.resolve(plain(newOf(node)))
      const row = rows.get(base) ?? new Map<number, Dyadic>()
      rows.set(base, row)
      row.set(column, addDyadic(row.get(column) ?? NOTHING, scaleDyadic(factor, shift, negate)))
    }
  }
  const operands = [...rows.keys()].sort((a, b) => a - b)
  const kernel = operands.map((node) =>
    group.map((_, column) => exactNumber(rows.get(node)?.get(column) ?? NOTHING) ?? Number.NaN),
  )
  if (kernel.some((row) => row.some(Number.isNaN))) return null
  const inputs: CmvmInput[] = []
  for (const node of operands) {
    const input = inputOf(builder.intervalAt(node), depths.of(node))
    if (input === null) return null
    inputs.push(input)
  }
  const { model, extraDepth, solutions } = task
  const solution = solutions.of({ kernel, inputs, model, extraDepth })
  return solution && emit(builder, operands, solution)
}

const NOTHING: Dyadic = { mantissa: 0n, exponent: 0 }

function emit(builder: FixedGraphBuilder, operands: readonly NodeId[], solution: CmvmSolution): readonly NodeId[] {
  const nodes = [...operands]
  const term = (value: number, shift: number, negate: boolean): Term => ({
    node: nodes[value] as NodeId,
    shift,
    negate,
  })
  for (const { left, right, shift, subtract } of solution.operations) {
    nodes.push(builder.add(term(left, 0, false), term(right, shift, subtract)))
  }
  return solution.outputs.map(({ value, shift, negate }) => {
    if (value === null) return builder.constant(0n)
    const operation = solution.operations[value - operands.length]
    if (negate && operation?.subtract) {
      // The other way round costs an adder at most, as a negation would, and no level.
      const { left, right } = operation
      return builder.add(term(right, operation.shift + shift, false), term(left, shift, true))
    }
    return builder.scale(term(value, shift, negate))
  })
}

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
