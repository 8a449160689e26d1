import { broadcastMap, type ContractionPlan } from '../../../../compiler/graph/elements.js'
import type { OperationId, OperationOf } from '../../../../compiler/graph/operation.js'
import { operationAt } from '../../../../compiler/graph/walk.js'
import { elementCount } from '../../../../lang/shape.js'
import type { NetworkContext } from '../network-context.js'

/** What follows a product of data and weights and is computed with it. */
export interface Epilogue {
  /** The operation whose value the product gives. */
  readonly last: OperationId
  readonly bias: OperationId | null
  readonly relu: boolean
}

/** A bias and a ReLU that follow, each the only user of what is before it; an output must stay as it is. */
export function epilogueOf(
  operation: OperationOf<'einsum'>,
  plan: ContractionPlan,
  context: NetworkContext,
): Epilogue | null {
  const { graph } = context
  const level = context.levelOf(operation.id)
  const onlyUser = (id: OperationId): OperationId | null => {
    const used = context.liveUsers(id)
    const [first] = used
    const fuses = used.length === 1 && first !== undefined && context.levelOf(first) === level
    return fuses && !isOutput(id, context) ? first : null
  }
  let last = operation.id
  let bias: OperationId | null = null
  const next = onlyUser(last)
  if (next !== null) {
    const user = operationAt(graph, next)
    if (user.kind === 'add') {
      const other = user.operands.find((id) => id !== last)
      if (
        other !== undefined &&
        operationAt(graph, other).side === 'parameter' &&
        elementCount(user.shape) === elementCount(operation.shape) &&
        runsAlong(biasMapOf(other, operation, context), plan)
      ) {
        bias = other
        last = next
      }
    }
  }
  const after = onlyUser(last)
  const relu = after !== null && operationAt(graph, after).kind === 'relu'
  if (relu) last = after
  return last === operation.id ? null : { last, bias, relu }
}

/** The operations that the epilogue computes. */
export function chain(from: OperationId, epilogue: Epilogue, context: NetworkContext): readonly OperationId[] {
  const ids: OperationId[] = []
  for (let id = from; id !== epilogue.last; ) {
    id = context.liveUsers(id)[0] as OperationId
    ids.push(id)
  }
  return ids
}

/** Element of the bias for every element of the product. */
export function biasMapOf(bias: OperationId, operation: OperationOf<'einsum'>, context: NetworkContext): Int32Array {
  return broadcastMap(operationAt(context.graph, bias).shape, operation.shape)
}

/** Whether the bias has one element after the other along the columns of every product. */
function runsAlong(map: Int32Array, plan: ContractionPlan): boolean {
  for (const b of plan.output.batch)
    for (const m of plan.output.rows) {
      const first = map[b + m + (plan.output.columns[0] ?? 0)] ?? 0
      for (const [n, column] of plan.output.columns.entries()) if (map[b + m + column] !== first + n) return false
    }
  return true
}

/** Whether the only user of a ReLU's result is a quantizer that can apply the ReLU's slope itself. */
export function maskedByUser(relu: OperationId, context: NetworkContext): boolean {
  const used = context.liveUsers(relu)
  const [first] = used
  const only = used.length === 1 && first !== undefined && !isOutput(relu, context)
  return only && operationAt(context.graph, first).kind === 'quantize'
}

/** An output's value is looked at from outside, whoever else uses it. */
function isOutput(id: OperationId, context: NetworkContext): boolean {
  return context.graph.outputs.some(({ operation }) => operation === id)
}
