import type { Overflow } from '../../lang/program.js'
import { elementCount } from '../../lang/shape.js'
import { type FixedType, widthOf } from '../fixed/type.js'
import type { Calibrated } from '../graph/calibrated.js'
import type { OperationKind, TensorGraph } from '../graph/operation.js'
import { hasZeros } from '../graph/patches.js'
import { hardwareOperations, liveOperations, operationAt } from '../graph/walk.js'
import { assignedBits, enclosedBits } from './bits.js'
import { EbopsModel } from './cost.js'

/** EBOPs of a calibrated network, in all and by operation. Not rounded: adders count fractions. */
export interface EbopsReport {
  readonly total: number
  /** Those that cost anything, in order. `path` is the layer call, empty in the body of the architecture. */
  readonly operations: readonly {
    readonly id: number
    readonly path: string
    readonly kind: OperationKind
    readonly ebops: number
  }[]
}

/** From the widths as the quantizers assign them: what training counts, with calibrated integer bits. */
export function assignedEbops(calibrated: Calibrated): EbopsReport {
  return report(calibrated, false)
}

/** As `assignedEbops`, but a constant counts the bits from its lowest to its highest set one. */
export function exactEbops(calibrated: Calibrated): EbopsReport {
  return report(calibrated, true)
}

function report(calibrated: Calibrated, exact: boolean): EbopsReport {
  const { graph } = calibrated
  const widths: number[] = []
  const sources = new Map<number, Int32Array>()
  const enter = (id: number, count: number, bitsOf: (element: number) => number): void => {
    const entries = new Int32Array(count)
    for (let element = 0; element < count; element++) {
      entries[element] = widths.length
      widths.push(bitsOf(element))
    }
    sources.set(id, entries)
  }
  const enterTypes = (id: number, types: readonly FixedType[], overflow: Overflow): void =>
    enter(id, types.length, (element) => assignedBits(types[element] as FixedType, overflow))
  for (const operation of graph.operations) {
    const constant = calibrated.constants.get(operation.id)
    const types =
      calibrated.quantizers.get(operation.id) ??
      (operation.kind === 'input' && operation.type !== null ? calibrated.inputs.get(operation.id) : undefined)
    if (types !== undefined) enterTypes(operation.id, types.types, types.overflow)
    else if (constant !== undefined && (operation.kind === 'quantize' || operation.kind === 'constant')) {
      const overflow = operation.kind === 'quantize' ? operation.quantizer.overflow : 'saturate_symmetric'
      const { types: assigned, values } = constant
      if (exact || assigned === null)
        enter(operation.id, values.length, (element) => enclosedBits(values[element] as number))
      else enterTypes(operation.id, assigned, overflow)
    } else if (operation.kind === 'patches' && hasZeros(operation, operationAt(graph, operation.operands[0]).shape)) {
      enter(operation.id, 1, () => 0)
    }
  }
  const { total, perOperation } = modelOf(graph, sources).evaluate(Float64Array.from(widths))
  const operations = graph.operations
    .map(({ id, scope, kind }) => ({ id, path: scope, kind, ebops: perOperation[id] ?? 0 }))
    .filter(({ ebops }) => ebops !== 0)
  return { total, operations }
}

const models = new WeakMap<TensorGraph, { readonly key: string; readonly model: EbopsModel }>()

/** The model of a graph, kept: networks of one graph mostly have their widths in the same places. */
function modelOf(graph: TensorGraph, sources: ReadonlyMap<number, Int32Array>): EbopsModel {
  const key = [...sources].map(([id, entries]) => `${id}:${entries.length}`).join()
  const known = models.get(graph)
  if (known?.key === key) return known.model
  const model = new EbopsModel(graph, sources)
  models.set(graph, { key, model })
  return model
}

/** Mean width in bits (sign counted, pruned values as 0) of the constants that multiply data, and of quantized data. */
export function meanBits(calibrated: Calibrated): { readonly weight: number; readonly activation: number } {
  const weight = { bits: 0, count: 0 }
  const activation = { bits: 0, count: 0 }
  const hardware = new Set(hardwareOperations(calibrated.graph))
  for (const id of liveOperations(calibrated.graph)) {
    const operation = operationAt(calibrated.graph, id)
    if (operation.kind !== 'quantize') continue
    if (operation.side === 'data' && !hardware.has(id)) continue
    const types = calibrated.quantizers.get(id)?.types ?? calibrated.constants.get(id)?.types
    if (types == null || (operation.side === 'parameter' && operation.place === 'bias')) continue
    const sum = operation.side === 'data' ? activation : weight
    // A symmetric range without magnitude bits holds 0 alone: its sign is no bit.
    const symmetric = operation.quantizer.overflow === 'saturate_symmetric'
    for (const type of types) sum.bits += symmetric && type.i + type.f <= 0 ? 0 : widthOf(type)
    sum.count += elementCount(operation.shape)
  }
  const mean = ({ bits, count }: { bits: number; count: number }): number => (count === 0 ? 0 : bits / count)
  return { weight: mean(weight), activation: mean(activation) }
}
