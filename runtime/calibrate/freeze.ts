import type { FixedType } from '../../compiler/fixed/type.js'
import type { Constant, ElementTypes } from '../../compiler/graph/calibrated.js'
import type { OperationId, OperationOf, TensorGraph } from '../../compiler/graph/operation.js'
import { statisticsPath } from '../../compiler/graph/state.js'
import { operationAt } from '../../compiler/graph/walk.js'
import type { Rounding } from '../../lang/program.js'
import type { Tables } from '../infer/element-tables.js'
import { evaluateGraph } from '../infer/evaluate.js'
import { quantizeElements } from '../infer/quantize.js'
import type { Checkpoint } from '../train/checkpoint.js'
import { groupWidths, typesOfConstants, valuesOf } from './widths.js'

/**
 * Evaluates the parameter side of a network once, in doubles: what data meet is quantized and exact from here on. Holds every value that
 * data-side operations use, and every quantized one.
 */
export function freezeParameters(
  graph: TensorGraph,
  tables: Tables,
  checkpoint: Checkpoint,
): Map<OperationId, Constant> {
  const types = new Map<OperationId, readonly FixedType[]>()
  const needed = new Set<OperationId>()
  for (const id of tables.live) {
    const operation = operationAt(graph, id)
    if (operation.side === 'parameter' && operation.kind === 'quantize') needed.add(id)
    if (operation.side === 'data')
      for (const operand of operation.operands)
        if (operationAt(graph, operand).side === 'parameter') needed.add(operand)
  }
  for (const { operation } of graph.outputs)
    if (operationAt(graph, operation).side === 'parameter') needed.add(operation)
  const values = evaluateGraph(
    graph,
    tables,
    'parameter',
    1,
    {
      input: (operation) => {
        throw new Error(`input ${operation.name} is on the parameter side`)
      },
      parameter: (operation) => valuesOf(checkpoint, operation.path),
      statistics: (operation) => valuesOf(checkpoint, statisticsPath(operation)),
      table: (operation) => {
        throw new Error(`table ${operation.id} of data is on the parameter side`)
      },
      quantize: (operation, x) => {
        const widths = groupWidths(operation, checkpoint)
        const groups = typesOfConstants(operation, widths, x)
        const elements = elementTypes(operation, groups, widths.groupOf)
        const result = new Float64Array(x.length)
        quantizeElements(x, elements, result)
        types.set(operation.id, elements.types)
        return result
      },
    },
    new Map(),
    needed,
  )
  const constants = new Map<OperationId, Constant>()
  for (const id of [...needed].sort((a, b) => a - b)) {
    const value = values.get(id)
    // Only batch statistics could be missing an operand, and they read their state.
    if (value === undefined) throw new Error(`operation ${id} has no value on the parameter side`)
    constants.set(id, { values: value, types: types.get(id) ?? null })
  }
  return constants
}

const ZERO: FixedType = { k: 0, i: 0, f: 0 }

/** The types of a quantizer's width groups for each element, with the modes it has at inference. */
export function elementTypes(
  { quantizer }: OperationOf<'quantize'>,
  groups: readonly FixedType[],
  groupOf: Int32Array,
): ElementTypes {
  const types = Array.from(groupOf, (group) => groups[group] ?? ZERO)
  return { types, rounding: fixedRounding(quantizer.rounding), overflow: quantizer.overflow }
}

/** Stochastic rounding exists in training alone; afterwards it is to the nearest. */
export function fixedRounding(rounding: Rounding): ElementTypes['rounding'] {
  return rounding === 'stochastic' ? 'nearest' : rounding
}
