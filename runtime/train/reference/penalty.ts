import { assignedBits, enclosedBits } from '../../../compiler/ebops/bits.js'
import { EbopsModel } from '../../../compiler/ebops/cost.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { elementCount } from '../../../lang/shape.js'
import type { Backend } from './backend.js'
import { customOperation, type TrainingValue } from './custom.js'
import type { TrainingQuantizer } from './quantizer.js'
import type { TrainingState } from './training-state.js'

/** One entry per width group of a quantizer, from `start` on. */
interface Segment {
  readonly quantizer: TrainingQuantizer
  readonly start: number
}

/** EBOPs of the current widths and the terms of the loss that they make. */
export class WidthPenalty {
  readonly #state: TrainingState
  readonly #segments: readonly Segment[]
  readonly #fixed: Float64Array
  readonly #model: EbopsModel
  readonly #paths: readonly string[]

  constructor(graph: TensorGraph, state: TrainingState, quantizers: ReadonlyMap<string, TrainingQuantizer>) {
    const segments: Segment[] = []
    const starts = new Map<string, number>()
    const fixed: number[] = []
    for (const [path, quantizer] of quantizers) {
      starts.set(path, fixed.length)
      segments.push({ quantizer, start: fixed.length })
      for (let group = 0; group < quantizer.groups; group++) fixed.push(0)
    }
    const sources = new Map<number, Int32Array>()
    for (const operation of graph.operations) {
      const start = fixed.length
      const count = elementCount(operation.shape)
      if (operation.kind === 'quantize') {
        const quantizer = quantizers.get(operation.path)
        const base = starts.get(operation.path) ?? 0
        if (quantizer !== undefined)
          sources.set(
            operation.id,
            quantizer.groupOf.map((group) => base + group),
          )
      } else if (operation.kind === 'constant') {
        for (let element = 0; element < count; element++) {
          fixed.push(
            enclosedBits(typeof operation.value === 'number' ? operation.value : (operation.value[element] ?? 0)),
          )
        }
        sources.set(
          operation.id,
          Int32Array.from({ length: count }, (_, element) => start + element),
        )
      } else if (operation.kind === 'input' && operation.type !== null) {
        const { type } = operation
        const fraction = type.parametrization === 'kif' ? type.fraction : type.magnitude - type.integer
        fixed.push(assignedBits({ k: type.signed === false ? 0 : 1, i: type.integer, f: fraction }, type.overflow))
        sources.set(operation.id, new Int32Array(count).fill(start))
      }
    }
    this.#state = state
    this.#segments = segments
    this.#fixed = Float64Array.from(fixed)
    this.#model = new EbopsModel(graph, sources)
    this.#paths = state.trained
      .filter(({ declaration }) => declaration.group === 'width')
      .map(({ declaration }) => declaration.path)
  }

  /** Number of effective bit operations with the widths as they are now. */
  ebops(): number {
    return this.#model.evaluate(this.#bits()).total
  }

  /**
   * pressure · EBOPs + Σ regularize · width. Both are straight-through for the rounding of widths. The L1 term has no absolute value, and of a
   * kbi quantizer it is on b alone, as in the reference: i is no cost there.
   */
  apply(backend: Backend, pressure: number): TrainingValue {
    const inputs = this.#paths.flatMap((path) => {
      const variable = this.#state.variable(path)
      return variable === undefined ? [] : [{ tensor: variable, needsGradient: true } as const]
    })
    if (inputs.length === 0) return { tensor: backend.tf.scalar(pressure * this.ebops()), needsGradient: false }
    const gradients = new Map<string, Float32Array>()
    return customOperation(
      backend,
      inputs,
      [],
      () => {
        const slopes = new Float64Array(this.#fixed.length)
        const { total } = this.#model.evaluate(this.#bits(), slopes)
        let value = pressure * total
        for (const { quantizer, start } of this.#segments)
          value += this.#regularize(quantizer, start, slopes, pressure, gradients)
        return Float32Array.of(value)
      },
      (upstream) =>
        // Quantizers that no output depends on have no gradient, but the tape wants one of the right size.
        this.#paths.map((path) =>
          (gradients.get(path) ?? new Float32Array(this.#state.array(path).length)).map(
            (slope) => slope * (upstream[0] ?? 0),
          ),
        ),
    )
  }

  /** Bits of every group as EBOPs count them. */
  #bits(): Float64Array {
    const bits = new Float64Array(this.#fixed)
    for (const { quantizer, start } of this.#segments) {
      const { overflow } = quantizer.operation.quantizer
      const { i, f } = quantizer.widths()
      const k = this.#state.array(`${quantizer.operation.path}/k`)
      for (let group = 0; group < quantizer.groups; group++) {
        bits[start + group] = assignedBits({ k: k[group] === 1 ? 1 : 0, i: i[group] ?? 0, f: f[group] ?? 0 }, overflow)
      }
    }
    return bits
  }

  /** Value of the L1 term of one quantizer; writes the gradients of its widths, those of EBOPs included. */
  #regularize(
    quantizer: TrainingQuantizer,
    start: number,
    slopes: Float64Array,
    pressure: number,
    gradients: Map<string, Float32Array>,
  ): number {
    const { parametrization, regularize, overflow } = quantizer.operation.quantizer
    const kif = parametrization === 'kif'
    const { i, f } = quantizer.widths()
    const k = this.#state.array(`${quantizer.operation.path}/k`)
    let value = 0
    const enter = (path: string, strength: number, countsBits: boolean): void => {
      const variable = this.#state.variable(path)
      if (variable === undefined) return
      const widths = this.#state.array(path)
      const gradient = new Float32Array(widths.length)
      for (let group = 0; group < widths.length; group++) {
        value += strength * (widths[group] ?? 0)
        const counted =
          countsBits && assignedBits({ k: k[group] === 1 ? 1 : 0, i: i[group] ?? 0, f: f[group] ?? 0 }, overflow) > 0
        gradient[group] = strength + (counted ? pressure * (slopes[start + group] ?? 0) : 0)
      }
      gradients.set(path, gradient)
    }
    enter(quantizer.fractionPath, regularize, true)
    enter(quantizer.integerPath, kif ? regularize : 0, kif)
    return value
  }
}
