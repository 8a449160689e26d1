import { assignedBits } from '../../../compiler/ebops/bits.js'
import { EbopsModel } from '../../../compiler/ebops/cost.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { signPath } from '../../../compiler/graph/state.js'
import { isPressed, widthEntries } from '../width-entries.js'
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
  /** As `widthEntries` lays them out, without those of width groups. */
  readonly #fixed: Float64Array
  readonly #model: EbopsModel
  readonly #paths: readonly string[]

  constructor(graph: TensorGraph, state: TrainingState, quantizers: ReadonlyMap<string, TrainingQuantizer>) {
    const { starts, bits, sources } = widthEntries(graph, quantizers)
    this.#state = state
    this.#segments = [...quantizers].map(([path, quantizer]) => ({ quantizer, start: starts.get(path) ?? 0 }))
    this.#fixed = bits
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
   * pressure · EBOPs + Σ regularize · width. Both are straight-through for the rounding of widths. The L1 term has no
   * absolute value, and of a kbi quantizer it is on b alone, as in the reference: i is no cost there.
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
      const k = this.#state.array(signPath(quantizer.operation))
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
    const k = this.#state.array(signPath(quantizer.operation))
    let value = 0
    const enter = (path: string, strength: number, countsBits: boolean): void => {
      const variable = this.#state.variable(path)
      if (variable === undefined) return
      const widths = this.#state.array(path)
      const gradient = new Float32Array(widths.length)
      for (let group = 0; group < widths.length; group++) {
        value += strength * (widths[group] ?? 0)
        const bits = assignedBits({ k: k[group] === 1 ? 1 : 0, i: i[group] ?? 0, f: f[group] ?? 0 }, overflow)
        const counted = countsBits && isPressed(parametrization, widths[group] ?? 0, bits)
        gradient[group] = strength + (counted ? pressure * (slopes[start + group] ?? 0) : 0)
      }
      gradients.set(path, gradient)
    }
    enter(quantizer.fractionPath, regularize, true)
    enter(quantizer.integerPath, kif ? regularize : 0, kif)
    return value
  }
}
