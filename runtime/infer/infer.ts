import type { Calibrated } from '../../compiler/graph/calibrated.js'
import { lookupsOf, tableBefore } from '../../compiler/graph/lookup.js'
import type { OperationId, OperationOf } from '../../compiler/graph/operation.js'
import { operationAt } from '../../compiler/graph/walk.js'
import { elementCount } from '../../lang/shape.js'
import { inferInBulk } from './bulk/infer.js'
import { isWorthwhile } from './bulk/worth.js'
import { columnsOf, putRows } from './columns.js'
import { Tables } from './element-tables.js'
import { evaluateGraph } from './evaluate.js'
import { inferWithIntegers } from './integers.js'
import { lookUpElements } from './look-up.js'
import { analyzePrecision, type PrecisionAnalysis } from './precision.js'
import { quantizeElements } from './quantize.js'

/** What a calibrated network says, bit for bit what the hardware says. */
export interface Inference {
  /** By output name, `rows × elements`, in network units. */
  readonly outputs: ReadonlyMap<string, Float64Array>
  /** By input name: the inputs after port quantization, which is what the hardware receives. */
  readonly ports: ReadonlyMap<string, Float64Array>
  /** Count of values that wrapped, by quantizer path; zero counts included. */
  readonly wraps: ReadonlyMap<string, number>
}

/** Rows evaluated at once: few enough that the values of a layer stay in a processor's cache. */
const CHUNK = 512

const precisions = new WeakMap<Calibrated, PrecisionAnalysis>()

/**
 * Exact inference. What is large enough runs on the kernels, in float32 and float64 as the interval analysis allows for
 * each operation; else doubles are used where it proves that every value and partial sum fits in 53 bits, and integers
 * otherwise. All give the same bits. `inputs` by input name, `rows × elements` in network units (standardized); a
 * missing one is a bug of the caller.
 */
export function inferNetwork(
  calibrated: Calibrated,
  inputs: ReadonlyMap<string, Float32Array>,
  rows: number,
): Inference {
  if (isWorthwhile(calibrated.graph, rows)) {
    const result = inferOnKernels(calibrated, inputs, rows)
    if (result !== null) return result
  }
  return inferInColumns(calibrated, inputs, rows)
}

function precisionOf(calibrated: Calibrated): PrecisionAnalysis {
  const precision = precisions.get(calibrated) ?? analyzePrecision(calibrated)
  precisions.set(calibrated, precision)
  return precision
}

/** Exact inference on the kernels, whatever the number of rows; null where they cannot give it. */
export function inferOnKernels(
  calibrated: Calibrated,
  inputs: ReadonlyMap<string, Float32Array>,
  rows: number,
): Inference | null {
  const { graph } = calibrated
  const tables = Tables.of(graph)
  const result = inferInBulk(calibrated, precisionOf(calibrated), inputs, rows)
  if (result === null) return null
  const wraps = new Map<string, number>()
  for (const id of calibrated.quantizers.keys()) {
    const path = pathOf(calibrated, id)
    wraps.set(path, (wraps.get(path) ?? 0) + (result.wraps.get(id) ?? 0))
  }
  const ports = new Map<string, Float64Array>()
  for (const { name, operation } of graph.inputs) {
    const values = result.values.get(operation) ?? quantizePort(calibrated, name, operation, inputs, rows)
    ports.set(name, values)
  }
  const outputs = new Map<string, Float64Array>()
  for (const { name, operation } of graph.outputs) {
    const values = result.values.get(operation) ?? new Float64Array(rows * tables.size(operation))
    const constant = result.values.has(operation) ? undefined : calibrated.constants.get(operation)
    if (constant !== undefined)
      for (let row = 0; row < rows; row++) values.set(constant.values, row * constant.values.length)
    outputs.set(name, values)
  }
  return { outputs, ports, wraps }
}

/** Exact inference without the kernels. */
export function inferInColumns(
  calibrated: Calibrated,
  inputs: ReadonlyMap<string, Float32Array>,
  rows: number,
): Inference {
  const precision = precisionOf(calibrated)
  const ports = quantizePorts(calibrated, inputs, rows)
  const wraps = new Map<string, number>()
  for (const id of calibrated.quantizers.keys()) wraps.set(pathOf(calibrated, id), 0)
  const byOperation = new Map(
    calibrated.graph.inputs.map(({ name, operation }) => [operation, ports.get(name) ?? new Float64Array()]),
  )
  const run = precision.exactInDoubles ? inferWithDoubles : inferWithIntegers
  return { outputs: run(calibrated, byOperation, rows, wraps), ports, wraps }
}

function inferWithDoubles(
  calibrated: Calibrated,
  ports: ReadonlyMap<OperationId, Float64Array>,
  rows: number,
  wraps: Map<string, number>,
): Map<string, Float64Array> {
  const { graph } = calibrated
  const tables = Tables.of(graph)
  const constants = new Map([...calibrated.constants].map(([id, { values }]) => [id, values]))
  const kept = new Set(graph.outputs.map(({ operation }) => operation))
  const outputs = new Map(
    graph.outputs.map(({ name, operation }) => [name, new Float64Array(rows * tables.size(operation))]),
  )
  for (let start = 0; start < rows; start += CHUNK) {
    const count = Math.min(CHUNK, rows - start)
    const values = evaluateGraph(
      graph,
      tables,
      'data',
      count,
      {
        input: (operation) => {
          const size = elementCount(operation.shape)
          const columns = tables.buffers.take(size * count)
          return columnsOf(ports.get(operation.id) ?? new Float64Array(), size, start, count, columns)
        },
        parameter: notOnDataSide,
        statistics: notOnDataSide,
        table: (_, x) => x,
        quantize: (operation, x) => {
          const types = calibrated.quantizers.get(operation.id)
          if (types === undefined) throw new Error(`quantizer ${operation.path} is not calibrated`)
          const result = tables.buffers.take(x.length)
          const looksUp = tableBefore(graph, operation) !== null
          const wrapped = looksUp
            ? lookUpElements(
                { values: x, stride: count },
                lookupsOf(calibrated, operation),
                { values: result, stride: count },
                count,
              )
            : quantizeElements(x, types, result)
          if (wrapped > 0) wraps.set(operation.path, (wraps.get(operation.path) ?? 0) + wrapped)
          return result
        },
      },
      constants,
      kept,
    )
    for (const { name, operation } of graph.outputs) {
      const value = values.get(operation)
      if (value === undefined) throw new Error(`output ${name} has no value`)
      const into = outputs.get(name) ?? new Float64Array()
      const size = tables.size(operation)
      if (operationAt(graph, operation).side === 'data') {
        putRows(value, size, count, into, start)
        withOneZero(into.subarray(start * size, (start + count) * size))
      }
      // An output that no data reaches is the same for every row.
      else for (let row = start; row < start + count; row++) into.set(value, row * size)
    }
  }
  return outputs
}

function notOnDataSide(operation: OperationOf<'parameter'> | OperationOf<'batch_statistics'>): never {
  throw new Error(`${operation.path} belongs to the parameter side, which is frozen`)
}

/** Every input rounded and saturated to the type of its port, row-major. */
function quantizePorts(
  calibrated: Calibrated,
  inputs: ReadonlyMap<string, Float32Array>,
  rows: number,
): Map<string, Float64Array> {
  return new Map(
    calibrated.graph.inputs.map(({ name, operation }) => [
      name,
      quantizePort(calibrated, name, operation, inputs, rows),
    ]),
  )
}

function quantizePort(
  calibrated: Calibrated,
  name: string,
  operation: OperationId,
  inputs: ReadonlyMap<string, Float32Array>,
  rows: number,
): Float64Array {
  const values = inputs.get(name)
  const types = calibrated.inputs.get(operation)
  if (values === undefined || types === undefined)
    throw new Error(`input ${name} has no ${types === undefined ? 'type' : 'values'}`)
  const size = types.types.length
  const columns = columnsOf(values, size, 0, rows)
  quantizeElements(columns, types, columns)
  const quantized = new Float64Array(rows * size)
  putRows(columns, size, rows, quantized, 0)
  return withOneZero(quantized)
}

/** -0 becomes 0: what leaves a network has the one zero that hardware has. */
function withOneZero(values: Float64Array): Float64Array {
  for (let at = 0; at < values.length; at++) values[at] = (values[at] as number) + 0
  return values
}

function pathOf(calibrated: Calibrated, id: OperationId): string {
  const operation = operationAt(calibrated.graph, id)
  return operation.kind === 'quantize' ? operation.path : ''
}
