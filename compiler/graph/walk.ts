import type { Operation, OperationId, TensorGraph } from './operation.js'

/** Operations that move elements and change none of them. */
export type LayoutKind = 'reshape' | 'transpose' | 'slice' | 'concat' | 'patches'

/** True when the operation only moves elements. */
export function isLayout(operation: Operation): operation is Extract<Operation, { readonly kind: LayoutKind }> {
  return (
    operation.kind === 'reshape' ||
    operation.kind === 'transpose' ||
    operation.kind === 'slice' ||
    operation.kind === 'concat' ||
    operation.kind === 'patches'
  )
}

/** The operation with this id; throws when there is none. */
export function operationAt(graph: TensorGraph, id: OperationId): Operation {
  const operation = graph.operations[id]
  if (operation === undefined) throw new Error(`the graph has no operation ${id}`)
  return operation
}

/** The operation that gives the output of a network that is trained: it has one. Throws when there is none. */
export function outputOperation(graph: TensorGraph): OperationId {
  const [output] = graph.outputs
  if (output === undefined) throw new Error('a network has an output')
  return output.operation
}

/** For each operation, by id, those that have it as an operand, in order and without repetition. */
export function users(graph: TensorGraph): readonly (readonly OperationId[])[] {
  const lists: OperationId[][] = graph.operations.map(() => [])
  for (const operation of graph.operations) {
    for (const operand of new Set(operation.operands)) lists[operand]?.push(operation.id)
  }
  return lists
}

/** All operations that the given ones depend on, themselves included, in order. */
export function ancestors(graph: TensorGraph, ids: Iterable<OperationId>): readonly OperationId[] {
  const found = new Set<OperationId>(ids)
  // Operands precede their users, so one pass backwards reaches everything.
  for (let id = graph.operations.length - 1; id >= 0; id--) {
    if (found.has(id)) for (const operand of operationAt(graph, id).operands) found.add(operand)
  }
  return [...found].sort((a, b) => a - b)
}

/** The operations that the outputs depend on, in order. */
export function liveOperations(graph: TensorGraph): readonly OperationId[] {
  return ancestors(
    graph,
    graph.outputs.map((output) => output.operation),
  )
}

/** The operations that the gradient of the loss comes to: those with a way to an output that no `stop_gradient` is on. */
export function operationsWithGradient(graph: TensorGraph): ReadonlySet<OperationId> {
  const found = new Set(graph.outputs.map((output) => output.operation))
  for (let id = graph.operations.length - 1; id >= 0; id--) {
    const { kind, operands } = operationAt(graph, id)
    if (found.has(id) && kind !== 'stop_gradient') for (const operand of operands) found.add(operand)
  }
  return found
}

/**
 * The data-side operations that become hardware, in order: those that outputs depend on through data. What only feeds
 * batch statistics, as the unscaled product of a folded normalization does, exists in training alone.
 */
export function hardwareOperations(graph: TensorGraph): readonly OperationId[] {
  const found = new Set(graph.outputs.map((output) => output.operation))
  for (let id = graph.operations.length - 1; id >= 0; id--) {
    if (!found.has(id)) continue
    for (const operand of operationAt(graph, id).operands) {
      if (operationAt(graph, operand).side === 'data') found.add(operand)
    }
  }
  return [...found].filter((id) => operationAt(graph, id).side === 'data').sort((a, b) => a - b)
}

/** The operations that give a value its elements: those before any layout operation. */
export function sourcesThroughLayout(graph: TensorGraph, id: OperationId): readonly OperationId[] {
  const operation = operationAt(graph, id)
  if (!isLayout(operation)) return [id]
  return [...new Set(operation.operands.flatMap((operand) => sourcesThroughLayout(graph, operand)))]
}
