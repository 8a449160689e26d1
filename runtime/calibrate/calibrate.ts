import { type FixedType, widthOf } from '../../compiler/fixed/type.js'
import type { Calibrated, ElementTypes } from '../../compiler/graph/calibrated.js'
import type { OperationId, OperationOf, TensorGraph } from '../../compiler/graph/operation.js'
import { operationAt } from '../../compiler/graph/walk.js'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { unquantizedInput } from '../../lang/diagnostics/messages/train.js'
import { elementCount } from '../../lang/shape.js'
import type { Dataset } from '../data/dataset.js'
import { isWorthwhile } from '../infer/bulk/worth.js'
import { Tables } from '../infer/element-tables.js'
import { quantizeElements } from '../infer/quantize.js'
import { roundStretch } from '../infer/round.js'
import type { Checkpoint } from '../train/checkpoint.js'
import { fillTables } from './fill-tables.js'
import { freezeParameters } from './freeze.js'
import { observe, type Rows } from './observe.js'
import { type BulkQuantizer, bulkQuantizer, type ExtremePairs, observeInBulk } from './observe-bulk.js'
import { type Consumer, consumersOf, declaredTypes, followPort, portRounding, unionTypes } from './ports.js'
import { Calibration } from './settle.js'

export interface CalibrationOptions {
  /** `all`: training and validation part. Test data are never looked at. */
  readonly data: 'train' | 'validation' | 'all'
  /** Further integer bits for every tracked quantizer. */
  readonly margin: number
}

/**
 * Fixes every integer bit and sign of a checkpoint: parameter-side subgraphs are evaluated to exact constants, then
 * data run through in phase `observe` (rounding only) and each width group of a wrapping quantizer gets the least
 * integer bits that hold what it saw, plus the margin. On the data it was calibrated with, such a network never wraps.
 */
export function calibrate(
  graph: TensorGraph,
  checkpoint: Checkpoint,
  dataset: Dataset,
  options: CalibrationOptions,
): Result<Calibrated> {
  const tables = Tables.of(graph)
  const constants = freezeParameters(graph, tables, checkpoint)
  const calibration = new Calibration(graph, tables, checkpoint, options.margin)
  const inputs: { readonly operation: OperationOf<'input'>; readonly consumers: readonly Consumer[] }[] = []
  for (const { name, operation: id } of graph.inputs) {
    const operation = operationAt(graph, id)
    if (operation.kind !== 'input') throw new Error(`input ${name} is operation ${id}, a ${operation.kind}`)
    const consumers = operation.type === null ? consumersOf(graph, operation) : []
    if (consumers === null) return { ok: false, error: unquantizedInput({ input: name }) }
    inputs.push({ operation, consumers })
  }
  const values = new Map([...constants].map(([id, constant]) => [id, constant.values]))
  const parts = partsOf(dataset, options.data)
  // Each round settles the quantizers whose f depends on their own integer bits (kbi with WRAP) one layer deeper;
  // others need one round.
  for (;;) {
    calibration.startRound()
    const ports = new Map(
      inputs.map(({ operation, consumers }) => [operation.id, portOf(operation, consumers, calibration)]),
    )
    const seen = observeOnKernels(graph, tables, values, parts, calibration, ports)
    if (seen !== null) for (const [operation, pairs] of seen) calibration.sawExtremes(operation, pairs)
    for (const part of seen === null ? parts : []) {
      observe(
        graph,
        tables,
        values,
        part,
        {
          quantizer: (op) => calibration.quantizer(op),
          saw: (op, x, y) => calibration.saw(op, x, y),
          port: (op, x) => roundPort(ports.get(op.id), x),
        },
        null,
      )
    }
    if (calibration.settle()) break
  }
  const quantizers = new Map<OperationId, ElementTypes>()
  for (const id of tables.live) {
    const operation = operationAt(graph, id)
    if (operation.kind === 'quantize' && operation.side === 'data') quantizers.set(id, calibration.elements(operation))
  }
  const ports = new Map<OperationId, ElementTypes>()
  for (const { operation, consumers } of inputs) {
    const { elements } = portOf(operation, consumers, calibration)
    ports.set(operation.id, elements)
    for (const consumer of consumers) {
      const types = quantizers.get(consumer.operation.id)
      if (types !== undefined) quantizers.set(consumer.operation.id, followPort(types, consumer, elements))
    }
  }
  const tabled = fillTables(graph, { inputs: ports, quantizers, constants })
  if (!tabled.ok) return tabled
  return { ok: true, value: { graph, inputs: ports, quantizers, constants, tables: tabled.value } }
}

/**
 * The extremes of every quantizer by the kernels, where all that acts is known and there is enough to do; null
 * otherwise.
 */
function observeOnKernels(
  graph: TensorGraph,
  tables: Tables,
  constants: ReadonlyMap<OperationId, Float64Array>,
  parts: readonly Rows[],
  calibration: Calibration,
  ports: ReadonlyMap<OperationId, Port>,
): readonly (readonly [OperationOf<'quantize'>, ExtremePairs])[] | null {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0)
  if (!isWorthwhile(graph, rows)) return null
  const known = new Map<OperationId, BulkQuantizer>()
  const watched: OperationOf<'quantize'>[] = []
  for (const id of tables.observed) {
    const operation = operationAt(graph, id)
    if (operation.kind === 'input') {
      const port = ports.get(id)
      if (port === undefined || port.open) return null
      known.set(id, bulkPort(port))
    } else if (operation.kind === 'quantize' && operation.side === 'data') {
      const how = bulkQuantizer(operation, calibration.quantizer(operation))
      if (how === undefined) return null
      known.set(id, how)
      watched.push(operation)
    }
  }
  const pairs = observeInBulk(graph, constants, parts, known)
  if (pairs === null) return null
  return watched.map((operation) => {
    const found = pairs.get(operation.id)
    if (found === undefined) throw new Error(`quantizer ${operation.path} was not observed`)
    return [operation, found]
  })
}

/** A port that is not declared only rounds: its range is not known yet. */
function bulkPort({ elements, declared }: Port): BulkQuantizer {
  if (declared) return { kind: 'known', elements }
  const f = elements.types.map((type) => (widthOf(type) === 0 ? null : type.f))
  return { kind: 'round', f, rounding: elements.rounding }
}

function partsOf(dataset: Dataset, which: CalibrationOptions['data']): Rows[] {
  const { train, validation } = dataset.parts
  return which === 'train' ? [train] : which === 'validation' ? [validation] : [train, validation]
}

interface Port {
  readonly elements: ElementTypes
  /** Integer bits are known: values saturate. Otherwise they are only rounded. */
  readonly declared: boolean
  /** A consumer's f is not known yet: values pass as they are. */
  readonly open: boolean
}

function portOf(operation: OperationOf<'input'>, consumers: readonly Consumer[], calibration: Calibration): Port {
  const count = elementCount(operation.shape)
  if (operation.type !== null) return { elements: declaredTypes(operation.type, count), declared: true, open: false }
  const wanted: { element: number; type: FixedType }[] = []
  let open = false
  for (const { operation: quantize, elementOf } of consumers) {
    const types = calibration.presentTypes(quantize)
    if (types === undefined) {
      open = true
      continue
    }
    for (const [at, element] of elementOf.entries()) {
      const type = types[at]
      if (element >= 0 && type !== undefined) wanted.push({ element, type })
    }
  }
  return {
    elements: { types: unionTypes(count, wanted), rounding: portRounding(consumers), overflow: 'saturate' },
    declared: false,
    open,
  }
}

/** A port rounds before anything else sees its values; its range is not known while it is observed, unless declared. */
function roundPort(port: Port | undefined, values: Float64Array): void {
  if (port === undefined || port.open) return
  if (port.declared) {
    quantizeElements(values, port.elements, values)
    return
  }
  const { types, rounding } = port.elements
  const rows = values.length / Math.max(1, types.length)
  for (const [element, type] of types.entries()) {
    const start = element * rows
    if (widthOf(type) === 0) values.fill(0, start, start + rows)
    else roundStretch({ values, into: values, start, count: rows }, type.f, rounding)
  }
}
