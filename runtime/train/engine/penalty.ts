import { EbopsModel } from '../../../compiler/ebops/cost.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { signPath } from '../../../compiler/graph/state.js'
import { isPressed, widthEntries } from '../width-entries.js'
import type { Machine } from './machine.js'
import type { QuantizerMemory } from './quantizer-memory.js'
import type { StateMemory } from './state-memory.js'

interface Segment {
  readonly quantizer: QuantizerMemory
  /** Entry of its first width group. */
  readonly start: number
  /** State of the width groups, and the gradients of what is trained of it. */
  readonly fraction: Float32Array
  readonly integer: Float32Array
  readonly sign: Float32Array
  readonly fractionGradient: Float32Array | null
  readonly integerGradient: Float32Array | null
}

/** Adding and taking away 1.5 · 2^52 leaves the nearest integer, ties to even, of any |x| < 2^51. */
const ROUNDER = 6755399441055744

/** EBOPs of the widths as they are, and the gradients of pressure · EBOPs + Σ regularize · width. */
export class WidthPenalty {
  readonly #segments: readonly Segment[]
  /** As `widthEntries` lays them out; those of width groups are filled in anew. */
  readonly #bits: Float64Array
  readonly #slopes: Float64Array
  readonly #model: EbopsModel

  constructor(
    graph: TensorGraph,
    state: StateMemory,
    quantizers: ReadonlyMap<string, QuantizerMemory>,
    machine: Machine,
  ) {
    const { starts, bits, sources } = widthEntries(graph, quantizers)
    this.#segments = [...quantizers].map(([path, quantizer]) =>
      segmentOf(quantizer, starts.get(path) ?? 0, state, machine),
    )
    this.#bits = bits
    this.#slopes = new Float64Array(bits.length)
    this.#model = new EbopsModel(graph, sources)
  }

  ebops(): number {
    this.#fillBits()
    return this.#model.evaluate(this.#bits).total
  }

  /**
   * Adds the gradients of the penalties to those of the widths. Both are straight-through for the rounding of widths.
   * The L1 term has no absolute value, and of a kbi quantizer it is on b alone, as in the reference: i is no cost
   * there.
   */
  addGradients(pressure: number): void {
    this.#fillBits()
    this.#slopes.fill(0)
    this.#model.evaluate(this.#bits, this.#slopes)
    for (const segment of this.#segments) {
      const { fractionGradient, integerGradient, quantizer } = segment
      if (fractionGradient !== null) this.#addTo(fractionGradient, segment, pressure)
      if (integerGradient !== null && quantizer.operation.quantizer.parametrization === 'kif')
        this.#addTo(integerGradient, segment, pressure)
    }
  }

  #addTo(gradient: Float32Array, { quantizer, start, fraction }: Segment, pressure: number): void {
    const { regularize, parametrization } = quantizer.operation.quantizer
    const bits = this.#bits
    const slopes = this.#slopes
    for (let group = 0; group < gradient.length; group++) {
      const counts = isPressed(parametrization, fraction[group] as number, bits[start + group] as number)
      gradient[group] =
        (gradient[group] as number) + (regularize + (counts ? pressure * (slopes[start + group] as number) : 0))
    }
  }

  /** Bits of every group as EBOPs count them: i + f, with plain saturation the sign too. */
  #fillBits(): void {
    const target = this.#bits
    for (const { quantizer, start, fraction, integer, sign } of this.#segments) {
      const { overflow, parametrization } = quantizer.operation.quantizer
      const kif = parametrization === 'kif'
      const signed = overflow === 'saturate'
      for (let group = 0; group < fraction.length; group++) {
        let bits = (fraction[group] as number) + ROUNDER - ROUNDER
        if (kif) bits += (integer[group] as number) + ROUNDER - ROUNDER
        if (signed) bits += sign[group] as number
        target[start + group] = bits > 0 ? bits : 0
      }
    }
  }
}

function segmentOf(quantizer: QuantizerMemory, start: number, state: StateMemory, machine: Machine): Segment {
  const { groups, fractionPath, integerPath, operation } = quantizer
  const view = (path: string): Float32Array => machine.floats(state.place(path).address, groups)
  const gradient = (path: string): Float32Array | null => {
    const address = state.gradient(path)
    return address === 0 ? null : machine.floats(address, groups)
  }
  return {
    quantizer,
    start,
    fraction: view(fractionPath),
    integer: view(integerPath),
    sign: view(signPath(operation)),
    fractionGradient: gradient(fractionPath),
    integerGradient: gradient(integerPath),
  }
}
