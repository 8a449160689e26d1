import { EbopsModel } from '../../../compiler/ebops/cost.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { signPath } from '../../../compiler/graph/state.js'
import type { Arena } from '../../kernels/arena.js'
import { call } from '../../kernels/program.js'
import { doubles, pieces, type Work, words } from '../../kernels/work.js'
import { widthEntries } from '../width-entries.js'
import { EbopsSlopes } from './ebops-slopes.js'
import type { Action, Between, Machine } from './machine.js'
import type { QuantizerMemory } from './quantizer-memory.js'
import type { StateMemory } from './state-memory.js'

/** EBOPs of the widths as they are, and the gradients of pressure · EBOPs + Σ regularize · width. */
export class WidthPenalty {
  /** What puts constants and tables into the memory. */
  readonly start: Action
  /**
   * Adds the gradients of the penalties to those of the widths. Both are straight-through for the rounding of widths.
   * The L1 term has no absolute value, and of a kbi quantizer it is on b alone, as in the reference: i is no cost
   * there.
   */
  readonly gradients: readonly Between[]
  /** Bits of every group as EBOPs count them. */
  readonly #fill: readonly Work[]
  readonly #model: EbopsModel
  /** As `widthEntries` lays them out: doubles. Those of width groups are filled in anew. */
  readonly #bits: number
  readonly #entries: number
  readonly #pressure: number

  constructor(graph: TensorGraph, state: StateMemory, quantizers: ReadonlyMap<string, QuantizerMemory>, arena: Arena) {
    const { starts, bits, sources } = widthEntries(graph, quantizers)
    this.#model = new EbopsModel(graph, sources)
    this.#entries = bits.length
    this.#bits = arena.bytes(bits.length * 8)
    this.#pressure = arena.bytes(8)
    const slopes = arena.bytes(bits.length * 8)
    const places = { bits: this.#bits, slopes }
    const each = [...quantizers].map(([path, quantizer]) => ({ quantizer, start: starts.get(path) ?? 0 }))
    this.#fill = each.flatMap(({ quantizer, start }) => fillWidths(quantizer, start, state, places))
    const terms = this.#model.fixedTerms()
    const kernels = terms === null ? null : new EbopsSlopes(terms, places, arena)
    this.gradients = [
      ...this.#fill,
      ...(kernels === null ? [this.#slopesBy(slopes)] : kernels.works),
      ...each.flatMap(({ quantizer, start }) => addPenalties(quantizer, start, state, places, this.#pressure)),
    ]
    this.start = (machine) => {
      machine.doubles(this.#bits, bits.length).set(bits)
      kernels?.putTables(machine)
    }
  }

  /** Sets the weight of EBOPs for the gradients that follow. */
  press(machine: Machine, pressure: number): void {
    machine.putDouble(this.#pressure, pressure)
  }

  ebops(machine: Machine): number {
    machine.run(this.#fill)
    return this.#model.evaluate(machine.doubles(this.#bits, this.#entries)).total
  }

  /** Where the widths decide which entries count, the leading thread finds the slopes. */
  #slopesBy(slopes: number): Action {
    return (machine) => {
      this.#model.evaluate(machine.doubles(this.#bits, this.#entries), machine.doubles(slopes, this.#entries))
    }
  }
}

interface Places {
  readonly bits: number
  readonly slopes: number
}

/** Bits of the groups of a quantizer: i + f, with plain saturation the sign too. */
function fillWidths(quantizer: QuantizerMemory, start: number, state: StateMemory, { bits, slopes }: Places): Work[] {
  const { operation, groups, fractionPath, integerPath } = quantizer
  const { overflow, parametrization } = operation.quantizer
  const fraction = state.place(fractionPath).address
  const integer = parametrization === 'kif' ? state.place(integerPath).address : 0
  const sign = overflow === 'saturate' ? state.place(signPath(operation)).address : 0
  return pieces(groups, (first, count) => {
    const at = (address: number): number => (address === 0 ? 0 : address + first * 4)
    const widths = [at(fraction), at(integer), at(sign)] as const
    const [toBits, toSlopes] = [bits + (start + first) * 8, slopes + (start + first) * 8]
    return {
      call: call('fillWidths', toBits, toSlopes, ...widths, count),
      reads: widths.filter((address) => address !== 0).map((address) => words(address, count)),
      writes: [doubles(toBits, count), doubles(toSlopes, count)],
      cost: 20 + 0.45 * count,
    }
  })
}

function addPenalties(
  quantizer: QuantizerMemory,
  start: number,
  state: StateMemory,
  { bits, slopes }: Places,
  pressure: number,
): Work[] {
  const { operation, groups, fractionPath, integerPath } = quantizer
  const { regularize, parametrization } = operation.quantizer
  const gradients = [state.gradient(fractionPath), parametrization === 'kif' ? state.gradient(integerPath) : 0]
  // As `isPressed`: b of kbi by its own value, kif by the bits.
  const magnitude = parametrization === 'kbi' ? state.place(fractionPath).address : 0
  return gradients
    .filter((gradient) => gradient !== 0)
    .flatMap((gradient) =>
      pieces(groups, (first, count) => {
        const target = gradient + first * 4
        const own = magnitude === 0 ? 0 : magnitude + first * 4
        const [fromBits, fromSlopes] = [bits + (start + first) * 8, slopes + (start + first) * 8]
        return {
          call: call('addPenalty', target, fromBits, fromSlopes, own, count, regularize, pressure),
          reads: [
            ...[words(target, count), doubles(fromBits, count), doubles(fromSlopes, count), doubles(pressure, 1)],
            ...(own === 0 ? [] : [words(own, count)]),
          ],
          writes: [words(target, count)],
          cost: 20 + 0.6 * count,
        }
      }),
    )
}
