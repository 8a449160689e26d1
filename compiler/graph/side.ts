import { dependsOnData, isExact } from '../../lang/elaborate/network/side.js'
import type { NetworkOperation } from '../../lang/program.js'
import type { Operation, OperationId } from './operation.js'

/**
 * The side of an operation: `data` when it depends on an input, except for batch statistics, which are tracked state;
 * `parameter` when it depends on parameters, constants and state alone.
 */
export function sideOf(
  spec: Pick<NetworkOperation, 'kind' | 'operands'>,
  earlier: readonly Pick<Operation, 'side'>[],
): 'data' | 'parameter' {
  return dependsOnData(spec, (operand) => earlier[operand]?.side === 'data') ? 'data' : 'parameter'
}

/**
 * The first parameter-side operand of a data-side operation that no quantizer has passed, which hardware could not
 * hold; undefined when all is well.
 */
export function strayParameterOperand(earlier: readonly Operation[], operation: Operation): OperationId | undefined {
  if (operation.side !== 'data') return undefined
  const at = (id: OperationId): Operation => {
    const found = earlier[id]
    if (found === undefined) throw new Error(`operation ${id} comes later`)
    return found
  }
  return operation.operands.find((operand) => at(operand).side === 'parameter' && !isExact(at, operand))
}

/** The first operand that is a table of data, where the operation is no quantizer; undefined when all is well. */
export function strayTableOperand(earlier: readonly Operation[], operation: Operation): OperationId | undefined {
  if (operation.kind === 'quantize') return undefined
  return operation.operands.find((id) => earlier[id]?.kind === 'table' && earlier[id].side === 'data')
}
