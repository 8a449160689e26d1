import type { FixedGraphBuilder } from '../../fixed/builder.js'
import type { FixedGraph, NodeId, Term } from '../../fixed/graph.js'
import { AdderDepths } from '../adder-tree.js'
import { REGISTER_COST } from '../cmvm/registers.js'
import { type SolutionCache, Solutions } from '../cmvm/solutions.js'
import type { AdderModel } from '../cmvm/types.js'
import { type LinearSum, sumLevels } from '../linear-sums.js'
import { copyNode, rebuild } from '../rebuild.js'
import type { Solved, Task } from './alike.js'
import { BOUNDS, type Bounds } from './bounds.js'
import { type SolvedPart, solveLevel } from './level.js'

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

function taskFor({ levels, solutions: cache }: AdderOptions, bounds: Bounds): Task {
  const solutions = new Solutions(cache ?? null)
  if (levels === undefined) return { model: MODEL, extraDepth: EXTRA_DEPTH, solutions, bounds }
  const extraDepth = levels <= FEW_LEVELS ? 0 : EXTRA_DEPTH
  return { model: { ...MODEL, registerCost: REGISTER_COST / levels }, extraDepth, solutions, bounds }
}

/**
 * Contractions of data with constants become adder graphs that share sub-expressions: sums that read common nodes are
 * the columns of one constant matrix, or of several where they are many. Equal matrices of equal inputs are solved once.
 * What the solver does not take is left for the next pass.
 */
export function solveContractions(graph: FixedGraph, options: AdderOptions = {}, bounds: Bounds = BOUNDS): FixedGraph {
  const { levels, order } = sumLevels(graph)
  const levelOf = new Map<NodeId, readonly LinearSum[]>()
  for (const level of levels) for (const { id } of level) levelOf.set(id, level)
  const isConstant = (id: NodeId): boolean => graph.nodes[id]?.kind === 'constant'
  const task = taskFor(options, bounds)
  const started = new Set<readonly LinearSum[]>()
  const partOf = new Map<NodeId, SolvedPart>()
  const made = new Map<NodeId, NodeId>()
  let depths: AdderDepths | undefined
  return rebuild(
    graph,
    (node, id, rebuilt) => {
      depths ??= new AdderDepths(rebuilt.builder)
      const level = levelOf.get(id)
      // What the sums of a level read is made when the first one's turn comes.
      if (level !== undefined && !started.has(level)) {
        started.add(level)
        for (const part of solveLevel(level, isConstant, rebuilt, depths, task)) {
          for (const sum of part.sums) partOf.set(sum.id, part)
        }
      }
      const part = partOf.get(id)
      if (part !== undefined && !made.has(id)) {
        const nodes = emit(rebuilt.builder, part)
        for (const [n, sum] of part.sums.entries()) made.set(sum.id, nodes[n] as NodeId)
      }
      return made.get(id) ?? copyNode(node, rebuilt)
    },
    order,
  )
}

function emit(builder: FixedGraphBuilder, { contraction: { operands }, solution }: Solved): readonly NodeId[] {
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
