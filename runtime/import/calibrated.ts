import type { Calibrated, ElementTypes } from '../../compiler/graph/calibrated.js'
import type { OperationId, TensorGraph } from '../../compiler/graph/operation.js'
import { operationAt } from '../../compiler/graph/walk.js'
import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { unquantizedInput } from '../../lang/diagnostics/messages/train.js'
import { elementCount } from '../../lang/shape.js'
import { fillTables } from '../calibrate/fill-tables.js'
import { elementTypes, freezeParameters } from '../calibrate/freeze.js'
import { consumersOf, portRounding, unionTypes } from '../calibrate/ports.js'
import { groupWidths, learnedTypes } from '../calibrate/widths.js'
import { Tables } from '../infer/element-tables.js'
import type { Checkpoint } from '../train/checkpoint.js'

/**
 * A network with the integer bits and signs that its checkpoint holds: what calibration does, without data.
 */
export function calibratedAsStored(graph: TensorGraph, checkpoint: Checkpoint): Result<Calibrated> {
  const tables = Tables.of(graph)
  const quantizers = new Map<OperationId, ElementTypes>()
  for (const id of tables.live) {
    const operation = operationAt(graph, id)
    if (operation.kind !== 'quantize' || operation.side !== 'data') continue
    const widths = groupWidths(operation, checkpoint)
    quantizers.set(id, elementTypes(operation, learnedTypes(operation, widths), widths.groupOf))
  }
  const inputs = new Map<OperationId, ElementTypes>()
  for (const { name, operation: id } of graph.inputs) {
    const operation = operationAt(graph, id)
    if (operation.kind !== 'input') throw new Error(`input ${name} is operation ${id}, a ${operation.kind}`)
    const consumers = consumersOf(graph, operation)
    if (consumers === null) return { ok: false, error: unquantizedInput({ input: name }) }
    const wanted = consumers.flatMap(({ operation: quantize, elementOf }) =>
      Array.from(elementOf, (element, at) => ({ element, type: quantizers.get(quantize.id)?.types[at] })).flatMap(
        ({ element, type }) => (element >= 0 && type !== undefined ? [{ element, type }] : []),
      ),
    )
    const types = unionTypes(elementCount(operation.shape), wanted)
    const overflows = new Set(consumers.map(({ operation: quantize }) => quantize.quantizer.overflow))
    const [only] = overflows
    // A port that wraps as its consumers do hands on what they would have made of the input themselves.
    const overflow = overflows.size === 1 && only !== undefined ? only : 'saturate'
    inputs.set(id, { types, rounding: portRounding(consumers), overflow })
  }
  const constants = freezeParameters(graph, tables, checkpoint)
  const tabled = fillTables(graph, { inputs, quantizers, constants })
  if (!tabled.ok) return tabled
  return { ok: true, value: { graph, inputs, quantizers, constants, tables: tabled.value } }
}
