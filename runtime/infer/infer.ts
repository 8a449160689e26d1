import type { Calibrated } from '../../compiler/graph/calibrated.js'
import type { OperationId, OperationOf } from '../../compiler/graph/operation.js'
import { operationAt } from '../../compiler/graph/walk.js'
import { elementCount } from '../../lang/shape.js'
import { evaluateGraph, Tables } from './evaluate.js'
import { inferWithIntegers } from './integers.js'
import { analyzePrecision } from './precision.js'
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

/** Rows evaluated at once, so that memory does not grow with the data set. */
const CHUNK = 2048

const precisions = new WeakMap<Calibrated, ReturnType<typeof analyzePrecision>>()

/**
 * Exact inference: doubles where the interval analysis proves that every value and partial sum fits in 53 bits, integers
 * otherwise. `inputs` by input name, `rows × elements` in network units (standardized); a missing one is a bug of the caller.
 */
export function inferNetwork(
  calibrated: Calibrated,
  inputs: ReadonlyMap<string, Float32Array>,
  rows: number,
): Inference {
  const precision = precisions.get(calibrated) ?? analyzePrecision(calibrated)
  precisions.set(calibrated, precision)
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
  const tables = new Tables(graph)
  const constants = new Map([...calibrated.constants].map(([id, { values }]) => [id, values]))
  const kept = new Set(graph.outputs.map(({ operation }) => operation))
  const outputs = new Map(
    graph.outputs.map(({ name, operation }) => [name, new Float64Array(rows * tables.size(operation))]),
  )
  for (let start = 0; start < rows; start += CHUNK) {
    const count = Math.min(CHUNK, rows - start)
    const part = (values: Float64Array, size: number): Float64Array =>
      values.subarray(start * size, (start + count) * size)
    const values = evaluateGraph(
      graph,
      tables,
      'data',
      count,
      {
        input: (operation) => part(ports.get(operation.id) ?? new Float64Array(), elementCount(operation.shape)),
        parameter: notOnDataSide,
        statistics: notOnDataSide,
        quantize: (operation, x) => {
          const types = calibrated.quantizers.get(operation.id)
          if (types === undefined) throw new Error(`quantizer ${operation.path} is not calibrated`)
          const result = new Float64Array(x.length)
          const count = quantizeElements(x, types, result)
          if (count > 0) wraps.set(operation.path, (wraps.get(operation.path) ?? 0) + count)
          return result
        },
      },
      constants,
      kept,
    )
    for (const { name, operation } of graph.outputs) {
      const value = values.get(operation)
      if (value === undefined) throw new Error(`output ${name} has no value`)
      outputs
        .get(name)
        ?.set(repeatRows(value, operationAt(graph, operation).side, count), start * tables.size(operation))
    }
  }
  return outputs
}

/** An output that no data reaches is the same for every row. */
function repeatRows(value: Float64Array, side: 'data' | 'parameter', rows: number): Float64Array {
  if (side === 'data') return value
  const result = new Float64Array(rows * value.length)
  for (let row = 0; row < rows; row++) result.set(value, row * value.length)
  return result
}

function notOnDataSide(operation: OperationOf<'parameter'> | OperationOf<'batch_statistics'>): never {
  throw new Error(`${operation.path} belongs to the parameter side, which is frozen`)
}

/** Every input rounded and saturated to the type of its port. */
export function quantizePorts(
  calibrated: Calibrated,
  inputs: ReadonlyMap<string, Float32Array>,
  rows: number,
): Map<string, Float64Array> {
  const ports = new Map<string, Float64Array>()
  for (const { name, operation } of calibrated.graph.inputs) {
    const values = inputs.get(name)
    const types = calibrated.inputs.get(operation)
    if (values === undefined || types === undefined)
      throw new Error(`input ${name} has no ${types === undefined ? 'type' : 'values'}`)
    const quantized = new Float64Array(rows * types.types.length)
    quantizeElements(values, types, quantized)
    ports.set(name, quantized)
  }
  return ports
}

function pathOf(calibrated: Calibrated, id: OperationId): string {
  const operation = operationAt(calibrated.graph, id)
  return operation.kind === 'quantize' ? operation.path : ''
}
