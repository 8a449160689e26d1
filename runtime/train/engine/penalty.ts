import { assignedBits, enclosedBits } from '../../../compiler/ebops/bits.js'
import { EbopsModel } from '../../../compiler/ebops/cost.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { roundNearestEven } from '../../../compiler/numeric/fixed-quantizer.js'
import { elementCount } from '../../../lang/shape.js'
import type { Machine } from './machine.js'
import type { QuantizerMemory } from './quantizer-memory.js'
import type { StateMemory } from './state-memory.js'

interface Segment {
  readonly quantizer: QuantizerMemory
  /** Entry of its first width group. */
  readonly start: number
}

/** EBOPs of the widths as they are, and the gradients of pressure · EBOPs + Σ regularize · width. */
export class WidthPenalty {
  readonly #state: StateMemory
  readonly #segments: readonly Segment[]
  /** One entry for each width group, then those of constants and declared inputs, which stay. */
  readonly #bits: Float64Array
  readonly #slopes: Float64Array
  readonly #model: EbopsModel

  constructor(graph: TensorGraph, state: StateMemory, quantizers: ReadonlyMap<string, QuantizerMemory>) {
    const segments: Segment[] = []
    const starts = new Map<string, number>()
    const bits: number[] = []
    for (const [path, quantizer] of quantizers) {
      starts.set(path, bits.length)
      segments.push({ quantizer, start: bits.length })
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
    this.#state = state
    this.#segments = segments
    this.#bits = Float64Array.from(bits)
    this.#slopes = new Float64Array(bits.length)
    this.#model = new EbopsModel(graph, sources)
  }

  ebops(machine: Machine): number {
    this.#fillBits(machine)
    return this.#model.evaluate(this.#bits).total
  }

  /**
   * Adds the gradients of the penalties to those of the widths. Both are straight-through for the rounding of widths. The L1 term has no
   * absolute value, and of a kbi quantizer it is on b alone, as in the reference: i is no cost there.
   */
  addGradients(machine: Machine, pressure: number): void {
    this.#fillBits(machine)
    this.#slopes.fill(0)
    this.#model.evaluate(this.#bits, this.#slopes)
    for (const { quantizer, start } of this.#segments) {
      const { regularize, parametrization } = quantizer.operation.quantizer
      this.#addTo(machine, quantizer.fractionPath, quantizer.groups, start, regularize, pressure)
      if (parametrization === 'kif')
        this.#addTo(machine, quantizer.integerPath, quantizer.groups, start, regularize, pressure)
    }
  }

  #addTo(machine: Machine, path: string, groups: number, start: number, regularize: number, pressure: number): void {
    const address = this.#state.gradient(path)
    if (address === 0) return
    const gradient = machine.floats(address, groups)
    const bits = this.#bits
    const slopes = this.#slopes
    for (let group = 0; group < groups; group++) {
      const counted = (bits[start + group] as number) > 0 ? pressure * (slopes[start + group] as number) : 0
      gradient[group] = (gradient[group] as number) + (regularize + counted)
    }
  }

  /** Bits of every group as EBOPs count them: i + f, with plain saturation the sign too. */
  #fillBits(machine: Machine): void {
    for (const { quantizer, start } of this.#segments) {
      const { operation, groups } = quantizer
      const { overflow, parametrization } = operation.quantizer
      const fraction = machine.floats(this.#state.place(quantizer.fractionPath).address, groups)
      const integer = machine.floats(this.#state.place(quantizer.integerPath).address, groups)
      const sign = machine.floats(this.#state.place(`${operation.path}/k`).address, groups)
      const kif = parametrization === 'kif'
      const signed = overflow === 'saturate'
      for (let group = 0; group < groups; group++) {
        const rest = roundNearestEven(fraction[group] as number)
        const magnitude = kif ? roundNearestEven(integer[group] as number) + rest : rest
        const bits = signed ? magnitude + (sign[group] as number) : magnitude
        this.#bits[start + group] = bits > 0 ? bits : 0
      }
    }
  }
}
