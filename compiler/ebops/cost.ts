import { type ContractionPlan, planContraction } from '../graph/elements.js'
import type { Operation, OperationOf, TensorGraph } from '../graph/operation.js'
import { hardwareOperations, liveOperations, operationAt, users } from '../graph/walk.js'
import { pick, WidthFlow, type WidthRefs } from './refs.js'
import { type ContractionTerm, type CostTerm, evaluateTerm, type LookupTerm, type SumTerm } from './terms.js'

/** Of an elementwise or reducing adder, beside the same for a multiplier. */
const ADDER = 0.65
/** Of a bit of a look-up table, beside the same: a token amount, as in HGQ2. */
const TABLE_BIT = 1e-4

/** EBOPs of a network for one vector of widths, and by operation id. */
export interface EbopsValue {
  readonly total: number
  readonly perOperation: Float64Array
}

/**
 * Effective bit operations (arXiv 2405.00645) as a function of a vector of widths, with its gradient: the same rules serve
 * training, where the vector holds one entry per width group, and the reports, where it holds one per element.
 */
export class EbopsModel {
  readonly #graph: TensorGraph
  readonly #flow: WidthFlow
  readonly #sources: ReadonlyMap<number, Int32Array>
  readonly #users: readonly (readonly number[])[]
  readonly #live: readonly Operation[]
  /** What becomes hardware; data that only feed batch statistics do not. */
  readonly #hardware: ReadonlySet<number>
  readonly #contractions = new Map<number, ContractionPlan>()
  /** References that no width changes, and the terms that follow from them. */
  readonly #fixedRefs: readonly (WidthRefs | undefined)[]
  readonly #fixedTerms = new Map<number, readonly CostTerm[]>()

  /** `sources`: as `WidthFlow` takes them. */
  constructor(graph: TensorGraph, sources: ReadonlyMap<number, Int32Array>) {
    this.#graph = graph
    this.#flow = new WidthFlow(graph, sources)
    this.#sources = sources
    this.#users = users(graph)
    this.#live = liveOperations(graph).map((id) => operationAt(graph, id))
    this.#hardware = new Set(hardwareOperations(graph))
    this.#fixedRefs = this.#findFixedRefs()
  }

  #findFixedRefs(): (WidthRefs | undefined)[] {
    const fixed: (WidthRefs | undefined)[] = []
    const none = new Float64Array()
    for (const operation of this.#live) {
      const chooses =
        operation.kind === 'maximum' ||
        operation.kind === 'minimum' ||
        (operation.kind === 'reduce' && operation.reduction !== 'sum')
      const open = chooses || !operation.operands.every((operand) => fixed[operand] !== undefined)
      if (open && !this.#flow.isSource(operation)) continue
      fixed[operation.id] = this.#flow.refsOf(operation, fixed as WidthRefs[], none)
    }
    return fixed
  }

  /** `gradient`, where given, receives ∂total/∂width of every entry (added to what it holds). */
  evaluate(widths: Float64Array, gradient: Float64Array | null = null): EbopsValue {
    const refs: WidthRefs[] = []
    const perOperation = new Float64Array(this.#graph.operations.length)
    let total = 0
    for (const operation of this.#live) {
      const fixed = this.#fixedRefs[operation.id]
      refs[operation.id] = fixed === undefined ? this.#flow.refsOf(operation, refs, widths) : fixed
      if (!this.#hardware.has(operation.id)) continue
      let cost = 0
      for (const term of this.#termsOf(operation, refs)) cost += evaluateTerm(term, widths, gradient)
      perOperation[operation.id] = cost
      total += cost
    }
    return { total, perOperation }
  }

  /**
   * All terms in the order in which `evaluate` takes them, for interpreters of their own; null where which entries they
   * are about depends on the widths.
   */
  fixedTerms(): readonly CostTerm[] | null {
    const hardware = this.#live.filter(({ id }) => this.#hardware.has(id))
    if (!hardware.every((operation) => this.#isFixed(operation))) return null
    return hardware.flatMap((operation) => this.#termsOf(operation, this.#fixedRefs as WidthRefs[]))
  }

  /** No width changes which entries the operands refer to, or the operation costs nothing. */
  #isFixed(operation: Operation): boolean {
    if (operation.kind === 'quantize') return true
    return operation.operands.every((operand) => this.#fixedRefs[operand] !== undefined)
  }

  #termsOf(operation: Operation, refs: readonly WidthRefs[]): readonly CostTerm[] {
    const known = this.#fixedTerms.get(operation.id)
    if (known !== undefined) return known
    const made = this.#makeTerms(operation, refs)
    if (this.#isFixed(operation)) this.#fixedTerms.set(operation.id, made)
    return made
  }

  #makeTerms(operation: Operation, refs: readonly WidthRefs[]): readonly CostTerm[] {
    switch (operation.kind) {
      case 'einsum':
        return this.#contraction(operation, refs)
      case 'add':
      case 'subtract':
      case 'multiply':
      case 'maximum':
      case 'minimum':
        return this.#elementwise(operation, refs)
      case 'reduce':
        return this.#reduction(operation, refs)
      case 'table':
        return this.#lookups(operation, refs)
      case 'input':
      case 'parameter':
      case 'constant':
      case 'quantize':
      case 'divide':
      case 'square_root':
      case 'negate':
      case 'relu':
      case 'abs':
      case 'stop_gradient':
      case 'shift':
      case 'reshape':
      case 'transpose':
      case 'slice':
      case 'concat':
      case 'patches':
      case 'batch_statistics':
        return []
    }
  }

  /** Σ bits·bits over all products: Σ over (b, k) of (Σ_m left) · (Σ_n right). */
  #contraction(operation: OperationOf<'einsum'>, refs: readonly WidthRefs[]): readonly ContractionTerm[] {
    const left = refs[operation.operands[0]]
    const right = refs[operation.operands[1]]
    if (left == null || right == null) return []
    const plan = this.#planOf(operation)
    const entries = (refs: Int32Array, batch: Int32Array, inner: Int32Array, free: Int32Array): Int32Array => {
      const result = new Int32Array(batch.length * inner.length * free.length)
      let position = 0
      for (const b of batch) for (const k of inner) for (const n of free) result[position++] = refs[b + k + n] as number
      return result
    }
    return [
      {
        kind: 'contraction',
        terms: plan.left.batch.length * plan.left.inner.length,
        rows: plan.left.rows.length,
        columns: plan.right.columns.length,
        left: entries(left, plan.left.batch, plan.left.inner, plan.left.rows),
        right: entries(right, plan.right.batch, plan.right.inner, plan.right.columns),
      },
    ]
  }

  #planOf(operation: OperationOf<'einsum'>): ContractionPlan {
    const known = this.#contractions.get(operation.id)
    if (known !== undefined) return known
    const shapeOf = (id: number): readonly number[] => operationAt(this.#graph, id).shape
    const plan = planContraction(
      operation.equation,
      shapeOf(operation.operands[0]),
      shapeOf(operation.operands[1]),
      operation.shape,
    )
    this.#contractions.set(operation.id, plan)
    return plan
  }

  /**
   * A constant that is added or subtracted costs its bits at every output. Of two data operands: add 0.65 (Σ - max),
   * subtract max, maximum and minimum Σ - max, multiply the product. An accumulator, whose width is not known, counts as the wider.
   */
  #elementwise(
    operation: OperationOf<'add' | 'subtract' | 'multiply' | 'maximum' | 'minimum'>,
    refs: readonly WidthRefs[],
  ): readonly CostTerm[] {
    const maps = this.#flow.mapsOf(operation)
    const left = pick(refs[operation.operands[0]] ?? null, maps[0])
    const right = pick(refs[operation.operands[1]] ?? null, maps[1])
    const onParameters = (index: 0 | 1): boolean =>
      operationAt(this.#graph, operation.operands[index]).side === 'parameter'
    switch (operation.kind) {
      case 'multiply':
        return left === null || right === null ? [] : [{ kind: 'products', left, right }]
      case 'add':
      case 'subtract':
        if (onParameters(0)) return sum(left, 1)
        if (onParameters(1)) return sum(right, 1)
        if (left === null || right === null) return sum(left ?? right, operation.kind === 'add' ? ADDER : 1)
        return operation.kind === 'add' ? chosen(left, right, 'narrowest', ADDER) : chosen(left, right, 'widest', 1)
      case 'maximum':
      case 'minimum':
        if (left === null || right === null) return sum(left ?? right, 1)
        return chosen(left, right, 'narrowest', 1)
    }
  }

  /** 1e-4 · Σ 2^(bits of the operand) · (bits of the result), for each quantizer behind it: each makes a table of its own. */
  #lookups(operation: OperationOf<'table'>, refs: readonly WidthRefs[]): readonly LookupTerm[] {
    const from = refs[operation.operands[0]]
    if (from == null) return []
    return (this.#users[operation.id] ?? []).flatMap((user): LookupTerm[] => {
      const to = this.#hardware.has(user) ? this.#sources.get(user) : undefined
      return to === undefined ? [] : [{ kind: 'lookup', from, to, factor: TABLE_BIT }]
    })
  }

  /** Sum: 0.65 (Σ bits - Σ least along the axes); maximum and minimum: Σ bits - Σ greatest. */
  #reduction(operation: OperationOf<'reduce'>, refs: readonly WidthRefs[]): readonly CostTerm[] {
    const operand = refs[operation.operands[0]]
    const map = this.#flow.mapsOf(operation)[0]
    if (operand == null || map === undefined) return []
    const [factor, which] = operation.reduction === 'sum' ? ([ADDER, 'narrowest'] as const) : ([1, 'widest'] as const)
    // As many entries come to each element of the result.
    const groups = new Map<number, number[]>()
    for (const [index, entry] of operand.entries()) {
      const target = map[index] ?? 0
      const group = groups.get(target)
      if (group === undefined) groups.set(target, [entry])
      else group.push(entry)
    }
    const size = operand.length / Math.max(1, groups.size)
    const choice = { kind: 'choice', groups: Int32Array.from([...groups.values()].flat()), size, which } as const
    return [...sum(operand, factor), { ...choice, factor: -factor }]
  }
}

function sum(entries: WidthRefs, factor: number): readonly SumTerm[] {
  return entries === null ? [] : [{ kind: 'sum', entries, factor }]
}

/** Of each pair one entry; of two that are equal the left is the wider one. */
function chosen(
  left: Int32Array,
  right: Int32Array,
  which: 'widest' | 'narrowest',
  factor: number,
): readonly CostTerm[] {
  const [first, second] = which === 'widest' ? [left, right] : [right, left]
  const groups = Int32Array.from({ length: 2 * left.length }, (_, at) => {
    return (at % 2 === 0 ? first : second)[at >> 1] as number
  })
  return [{ kind: 'choice', groups, size: 2, which, factor }]
}
