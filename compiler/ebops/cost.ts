import { type ContractionPlan, planContraction } from '../graph/elements.js'
import type { Operation, OperationOf, TensorGraph } from '../graph/operation.js'
import { hardwareOperations, liveOperations, operationAt } from '../graph/walk.js'
import { pick, WidthFlow, type WidthRefs } from './refs.js'

/** Of an elementwise or reducing adder, beside the same for a multiplier. */
const ADDER = 0.65

/** EBOPs of a network for one vector of widths, and by operation id. */
export interface EbopsValue {
  readonly total: number
  readonly perOperation: Float64Array
}

/** A contraction as Σ over `terms` of (Σ of `rows` widths) · (Σ of `columns` widths), by entries of the vector of widths. */
interface FlatContraction {
  readonly terms: number
  readonly rows: number
  readonly columns: number
  readonly left: Int32Array
  readonly right: Int32Array
}

/**
 * Effective bit operations (arXiv 2405.00645) as a function of a vector of widths, with its gradient: the same rules serve
 * training, where the vector holds one entry per width group, and the reports, where it holds one per element.
 */
export class EbopsModel {
  readonly #graph: TensorGraph
  readonly #flow: WidthFlow
  readonly #live: readonly Operation[]
  /** What becomes hardware; data that only feed batch statistics do not. */
  readonly #hardware: ReadonlySet<number>
  readonly #contractions = new Map<number, ContractionPlan>()
  readonly #flat = new Map<number, FlatContraction>()
  /** References that no width changes, and those of the operands of elementwise operations: training asks in every step. */
  readonly #fixedRefs: readonly (WidthRefs | undefined)[]
  readonly #fixedSides = new Map<number, readonly [WidthRefs, WidthRefs]>()

  /** `sources`: for each quantizer, constant and declared input, by operation id, the entry of every element. */
  constructor(graph: TensorGraph, sources: ReadonlyMap<number, Int32Array>) {
    this.#graph = graph
    this.#flow = new WidthFlow(graph, sources)
    this.#live = liveOperations(graph).map((id) => operationAt(graph, id))
    this.#hardware = new Set(hardwareOperations(graph))
    this.#fixedRefs = this.#findFixedRefs()
  }

  #findFixedRefs(): (WidthRefs | undefined)[] {
    const fixed: (WidthRefs | undefined)[] = []
    const none = new Float64Array()
    for (const operation of this.#live) {
      const chooses = operation.kind === 'maximum' || operation.kind === 'minimum' || operation.kind === 'reduce'
      if (chooses || !operation.operands.every((operand) => fixed[operand] !== undefined)) continue
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
      const cost = this.#costOf(operation, refs, widths, gradient)
      perOperation[operation.id] = cost
      total += cost
    }
    return { total, perOperation }
  }

  #costOf(
    operation: Operation,
    refs: readonly WidthRefs[],
    widths: Float64Array,
    gradient: Float64Array | null,
  ): number {
    switch (operation.kind) {
      case 'einsum':
        return this.#contraction(operation, refs, widths, gradient)
      case 'add':
      case 'subtract':
      case 'multiply':
      case 'maximum':
      case 'minimum':
        return this.#elementwise(operation, refs, widths, gradient)
      case 'reduce':
        return this.#reduction(operation, refs, widths, gradient)
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
      case 'batch_statistics':
        return 0
    }
  }

  /** Σ bits·bits over all products: Σ over (b, k) of (Σ_m left) · (Σ_n right). */
  #contraction(
    operation: OperationOf<'einsum'>,
    refs: readonly WidthRefs[],
    widths: Float64Array,
    gradient: Float64Array | null,
  ): number {
    const left = refs[operation.operands[0]]
    const right = refs[operation.operands[1]]
    if (left == null || right == null) return 0
    const flat = this.#flatOf(operation, left, right)
    // Plain loops over what is read in order: training runs this in every step.
    const { terms, rows, columns } = flat
    let total = 0
    for (let term = 0, l = 0, r = 0; term < terms; term++, l += rows, r += columns) {
      let leftSum = 0
      for (let at = l; at < l + rows; at++) leftSum += widths[flat.left[at] as number] as number
      let rightSum = 0
      for (let at = r; at < r + columns; at++) rightSum += widths[flat.right[at] as number] as number
      total += leftSum * rightSum
      if (gradient === null) continue
      for (let at = l; at < l + rows; at++) addTo(gradient, flat.left[at] as number, rightSum)
      for (let at = r; at < r + columns; at++) addTo(gradient, flat.right[at] as number, leftSum)
    }
    return total
  }

  /** The entries that a contraction reads, in its order; kept where no width changes them. */
  #flatOf(operation: OperationOf<'einsum'>, left: Int32Array, right: Int32Array): FlatContraction {
    const known = this.#flat.get(operation.id)
    if (known !== undefined) return known
    const plan = this.#planOf(operation)
    const entries = (refs: Int32Array, batch: Int32Array, inner: Int32Array, free: Int32Array): Int32Array => {
      const result = new Int32Array(batch.length * inner.length * free.length)
      let position = 0
      for (const b of batch) for (const k of inner) for (const n of free) result[position++] = refs[b + k + n] as number
      return result
    }
    const flat = {
      terms: plan.left.batch.length * plan.left.inner.length,
      rows: plan.left.rows.length,
      columns: plan.right.columns.length,
      left: entries(left, plan.left.batch, plan.left.inner, plan.left.rows),
      right: entries(right, plan.right.batch, plan.right.inner, plan.right.columns),
    }
    if (operation.operands.every((operand) => this.#fixedRefs[operand] !== undefined))
      this.#flat.set(operation.id, flat)
    return flat
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
    widths: Float64Array,
    gradient: Float64Array | null,
  ): number {
    const [left, right] = this.#sidesOf(operation, refs)
    const onParameters = (index: 0 | 1): boolean =>
      operationAt(this.#graph, operation.operands[index]).side === 'parameter'
    const sum = (of: WidthRefs, factor: number): number => (of === null ? 0 : sumOf(of, widths, gradient, factor))
    switch (operation.kind) {
      case 'multiply':
        return left === null || right === null ? 0 : sumOfProducts(left, right, widths, gradient)
      case 'add':
      case 'subtract':
        if (onParameters(0)) return sum(left, 1)
        if (onParameters(1)) return sum(right, 1)
        if (left === null || right === null) return sum(left ?? right, operation.kind === 'add' ? ADDER : 1)
        return operation.kind === 'add'
          ? sumOfChosen(left, right, widths, gradient, 'narrower', ADDER)
          : sumOfChosen(left, right, widths, gradient, 'wider', 1)
      case 'maximum':
      case 'minimum':
        if (left === null || right === null) return sum(left ?? right, 1)
        return sumOfChosen(left, right, widths, gradient, 'narrower', 1)
    }
  }

  /** References of both operands of an elementwise operation, element by element of its result. */
  #sidesOf(operation: Operation, refs: readonly WidthRefs[]): readonly [WidthRefs, WidthRefs] {
    const known = this.#fixedSides.get(operation.id)
    if (known !== undefined) return known
    const maps = this.#flow.mapsOf(operation)
    const [left = -1, right = -1] = operation.operands
    const sides = [pick(refs[left] ?? null, maps[0]), pick(refs[right] ?? null, maps[1])] as const
    const fixed = operation.operands.every((operand) => this.#fixedRefs[operand] !== undefined)
    if (fixed) this.#fixedSides.set(operation.id, sides)
    return sides
  }

  /** Sum: 0.65 (Σ bits - Σ least along the axes); maximum and minimum: Σ bits - Σ greatest. */
  #reduction(
    operation: OperationOf<'reduce'>,
    refs: readonly WidthRefs[],
    widths: Float64Array,
    gradient: Float64Array | null,
  ): number {
    const operand = refs[operation.operands[0]]
    const map = this.#flow.mapsOf(operation)[0]
    if (operand == null || map === undefined) return 0
    const [factor, least] = operation.reduction === 'sum' ? [ADDER, true] : [1, false]
    const chosen = new Map<number, number>()
    for (const [index, ref] of operand.entries()) {
      const target = map[index] ?? 0
      const best = chosen.get(target)
      const width = widths[ref] ?? 0
      if (best === undefined || (least ? width < (widths[best] ?? 0) : width > (widths[best] ?? 0)))
        chosen.set(target, ref)
    }
    return sumOf(operand, widths, gradient, factor) + sumOf(Int32Array.from(chosen.values()), widths, gradient, -factor)
  }
}

function addTo(gradient: Float64Array, entry: number, amount: number): void {
  gradient[entry] = (gradient[entry] as number) + amount
}

function sumOf(refs: Int32Array, widths: Float64Array, gradient: Float64Array | null, factor: number): number {
  let total = 0
  for (const ref of refs) {
    total += widths[ref] ?? 0
    if (gradient !== null) addTo(gradient, ref, factor)
  }
  return factor * total
}

function sumOfProducts(
  left: Int32Array,
  right: Int32Array,
  widths: Float64Array,
  gradient: Float64Array | null,
): number {
  let total = 0
  for (const [index, a] of left.entries()) {
    const b = right[index] ?? 0
    const [widthA, widthB] = [widths[a] ?? 0, widths[b] ?? 0]
    total += widthA * widthB
    if (gradient === null) continue
    addTo(gradient, a, widthB)
    addTo(gradient, b, widthA)
  }
  return total
}

function sumOfChosen(
  left: Int32Array,
  right: Int32Array,
  widths: Float64Array,
  gradient: Float64Array | null,
  which: 'wider' | 'narrower',
  factor: number,
): number {
  const chosen = Int32Array.from(left, (a, index) => {
    const b = right[index] ?? 0
    const leftIsWider = (widths[a] ?? 0) >= (widths[b] ?? 0)
    return leftIsWider === (which === 'wider') ? a : b
  })
  return sumOf(chosen, widths, gradient, factor)
}
