import type { FixedType } from '../../compiler/fixed/type.js'
import type { ElementTypes } from '../../compiler/graph/calibrated.js'
import type { OperationOf, TensorGraph } from '../../compiler/graph/operation.js'
import { tracksInteger } from '../../compiler/graph/state.js'
import { operationAt } from '../../compiler/graph/walk.js'
import { rounder } from '../../compiler/numeric/fixed-quantizer.js'
import type { Tables } from '../infer/element-tables.js'
import type { Checkpoint } from '../train/checkpoint.js'
import { elementTypes } from './freeze.js'
import type { ObservedQuantizer } from './observe.js'
import type { ExtremePairs } from './observe-bulk.js'
import {
  type Extremes,
  type GroupWidths,
  groupWidths,
  learnedTypes,
  leastType,
  leastTypeOfMagnitude,
  noExtremes,
  noteExtremes,
  settledType,
} from './widths.js'

/**
 * What is known of the data-side quantizers, by path (shared ones are one), and what a round of observation settles: integer
 * bits and signs from the extremes that were seen.
 */
export class Calibration {
  readonly #graph: TensorGraph
  readonly #checkpoint: Checkpoint
  readonly #margin: number
  readonly #entries = new Map<string, Entry>()

  constructor(graph: TensorGraph, tables: Tables, checkpoint: Checkpoint, margin: number) {
    this.#graph = graph
    this.#checkpoint = checkpoint
    this.#margin = margin
    for (const id of tables.live) {
      const operation = operationAt(this.#graph, id)
      if (operation.kind === 'quantize' && operation.side === 'data' && !this.#entries.has(operation.path))
        this.#entries.set(operation.path, this.#entryFor(operation))
    }
  }

  #entryFor(operation: OperationOf<'quantize'>): Entry {
    const widths = groupWidths(operation, this.#checkpoint)
    const tracked = tracksInteger(operation.quantizer)
    const kif = operation.quantizer.parametrization === 'kif'
    return {
      operation,
      widths,
      tracked,
      f: tracked && !kif ? null : kif ? widths.fraction : widths.fraction.map((b, group) => b - (widths.i[group] ?? 0)),
      types: tracked ? null : learnedTypes(operation, widths),
      extremes: noExtremes(widths.i.length),
    }
  }

  startRound(): void {
    for (const entry of this.#entries.values()) entry.extremes = noExtremes(entry.widths.i.length)
  }

  quantizer(operation: OperationOf<'quantize'>): ObservedQuantizer {
    const { tracked, f, widths } = this.#entry(operation)
    if (!tracked) return { kind: 'known', elements: this.elements(operation) }
    return f === null ? { kind: 'unknown' } : { kind: 'round', f, groupOf: widths.groupOf }
  }

  saw(operation: OperationOf<'quantize'>, before: Float64Array, after: Float64Array | undefined): void {
    const entry = this.#entry(operation)
    if (entry.tracked) noteExtremes(entry.extremes, after ?? before, entry.widths.groupOf)
  }

  /** The same from pairs of extremes of the results, one for each element. */
  sawExtremes(operation: OperationOf<'quantize'>, pairs: ExtremePairs): void {
    const entry = this.#entry(operation)
    if (!entry.tracked) return
    const { low, high } = entry.extremes
    for (const [element, group] of entry.widths.groupOf.entries()) {
      low[group] = Math.min(low[group] as number, pairs[2 * element] as number)
      high[group] = Math.max(high[group] as number, pairs[2 * element + 1] as number)
    }
  }

  /** Draws conclusions from a round; true when every type is final. */
  settle(): boolean {
    let final = true
    for (const entry of this.#entries.values()) {
      if (!entry.tracked) continue
      const { operation, widths, extremes, f } = entry
      const seen = (group: number): readonly [number, number] => {
        const [low, high] = [extremes.low[group] ?? 0, extremes.high[group] ?? 0]
        return low <= high ? [low, high] : [0, 0]
      }
      if (f === null) {
        final = false
        if (extremes.low.every((low) => low === Number.POSITIVE_INFINITY)) continue
        const round = rounder(operation.quantizer.rounding)
        // Not final: values may still change when a port rounds them, so these are checked by the next round.
        entry.f = Float64Array.from(widths.fraction, (b, group) => {
          const least = leastTypeOfMagnitude(...seen(group), b, round)
          return least.k + least.i + least.f <= 0 ? -1 : least.f
        })
      } else {
        entry.types = Array.from(f, (fraction, group) => {
          const dead = operation.quantizer.parametrization === 'kbi' && (widths.fraction[group] ?? 0) <= 0
          return dead ? { k: 0, i: 0, f: 0 } : settledType(operation, leastType(...seen(group), fraction), this.#margin)
        })
      }
    }
    return final
  }

  /**
   * Types of the elements as far as known: while integer bits are not, with those of a value of two bits or more, so
   * that f counts.
   */
  presentTypes(operation: OperationOf<'quantize'>): FixedType[] | undefined {
    const { types, f, widths } = this.#entry(operation)
    const groups =
      types ??
      (f === null ? undefined : Array.from(f, (fraction): FixedType => ({ k: 1, i: 1 - fraction, f: fraction })))
    return groups === undefined
      ? undefined
      : Array.from(widths.groupOf, (group) => groups[group] ?? { k: 0, i: 0, f: 0 })
  }

  elements(operation: OperationOf<'quantize'>): ElementTypes {
    const { types, widths } = this.#entry(operation)
    if (types === null) throw new Error(`quantizer ${operation.path} has no type`)
    return elementTypes(operation, types, widths.groupOf)
  }

  #entry(operation: OperationOf<'quantize'>): Entry {
    const entry = this.#entries.get(operation.path)
    if (entry === undefined) throw new Error(`no quantizer ${operation.path}`)
    return entry
  }
}

interface Entry {
  readonly operation: OperationOf<'quantize'>
  readonly widths: GroupWidths
  readonly tracked: boolean
  /** Null while a kbi quantizer's integer bits, and so its f, are not known. */
  f: Float64Array | null
  types: FixedType[] | null
  extremes: Extremes
}
