import { assignedBits, enclosedBits } from '../../../compiler/ebops/bits.js'
import { EbopsModel } from '../../../compiler/ebops/cost.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { elementCount } from '../../../lang/shape.js'
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
  /** One entry for each width group, then those of constants and declared inputs, which stay. */
  readonly #bits: Float64Array
  readonly #slopes: Float64Array
  readonly #model: EbopsModel

  constructor(
    graph: TensorGraph,
    state: StateMemory,
    quantizers: ReadonlyMap<string, QuantizerMemory>,
    machine: Machine,
  ) {
    const segments: Segment[] = []
    const starts = new Map<string, number>()
    const bits: number[] = []
    for (const [path, quantizer] of quantizers) {
      starts.set(path, bits.length)
      segments.push(segmentOf(quantizer, bits.length, state, machine))
      for (let group = 0; group < quantizer.groups; group++) bits.push(0)
    }
    const sources = new Map<number, Int32Array>()
    for (const operation of graph.operations) {
      const count = elementCount(operation.shape)
      const start = bits.length
      if (operation.kind === 'quantize') {
        const quantizer = quantizers.get(operation.path)
        const base = starts.get(operation.path) ?? 0
        if (quantizer !== undefined)
          sources.set(
            operation.id,
            quantizer.groupOf.map((group) => base + group),
          )
      } else if (operation.kind === 'constant') {
        const { value } = operation
        for (let element = 0; element < count; element++)
          bits.push(enclosedBits(typeof value === 'number' ? value : (value[element] ?? 0)))
        sources.set(
          operation.id,
          Int32Array.from({ length: count }, (_, element) => start + element),
        )
      } else if (operation.kind === 'input' && operation.type !== null) {
        const { type } = operation
        const fraction = type.parametrization === 'kif' ? type.fraction : type.magnitude - type.integer
        bits.push(assignedBits({ k: type.signed === false ? 0 : 1, i: type.integer, f: fraction }, type.overflow))
        sources.set(operation.id, new Int32Array(count).fill(start))
      }
    }
    this.#segments = segments
    this.#bits = Float64Array.from(bits)
    this.#slopes = new Float64Array(bits.length)
    this.#model = new EbopsModel(graph, sources)
  }

  ebops(): number {
    this.#fillBits()
    return this.#model.evaluate(this.#bits).total
  }

  /**
   * Adds the gradients of the penalties to those of the widths. Both are straight-through for the rounding of widths. The L1 term has no
   * absolute value, and of a kbi quantizer it is on b alone, as in the reference: i is no cost there.
   */
  addGradients(pressure: number): void {
    this.#fillBits()
    this.#slopes.fill(0)
    this.#model.evaluate(this.#bits, this.#slopes)
    for (const { quantizer, start, fractionGradient, integerGradient } of this.#segments) {
      const { regularize, parametrization } = quantizer.operation.quantizer
      if (fractionGradient !== null) this.#addTo(fractionGradient, start, regularize, pressure)
      if (integerGradient !== null && parametrization === 'kif')
        this.#addTo(integerGradient, start, regularize, pressure)
    }
  }

  #addTo(gradient: Float32Array, start: number, regularize: number, pressure: number): void {
    const bits = this.#bits
    const slopes = this.#slopes
    for (let group = 0; group < gradient.length; group++) {
      const counted = (bits[start + group] as number) > 0 ? pressure * (slopes[start + group] as number) : 0
      gradient[group] = (gradient[group] as number) + (regularize + counted)
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
    sign: view(`${operation.path}/k`),
    fractionGradient: gradient(fractionPath),
    integerGradient: gradient(integerPath),
  }
}
