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
  if (spec.kind === 'input') return 'data'
  if (spec.kind === 'batch_mean' || spec.kind === 'batch_variance') return 'parameter'
  return spec.operands.some((operand) => earlier[operand]?.side === 'data') ? 'data' : 'parameter'
}

/**
 * The first parameter-side operand of a data-side operation that no quantizer has passed, which hardware could not
 * hold; undefined when all is well.
 */
export function strayParameterOperand(earlier: readonly Operation[], operation: Operation): OperationId | undefined {
  if (operation.side !== 'data') return undefined
  return operation.operands.find((operand) => earlier[operand]?.side === 'parameter' && !isExact(earlier, operand))
}

/** Operations that keep a value on a finite grid, so a quantizer before them suffices. */
const EXACT_KINDS: ReadonlySet<string> = new Set([
  'reshape',
  'transpose',
  'slice',
  'concat',
  'concatenate',
  'negate',
  'shift',
  'abs',
  'relu',
  'stop_gradient',
])

/** True for quantized values and constants, also behind layout and other exact unary operations. */
export function isExact(
  operations: readonly { readonly kind: string; readonly operands: readonly number[] }[],
  id: OperationId,
): boolean {
  const operation = operations[id]
  if (operation === undefined) return false
  if (operation.kind === 'quantize' || operation.kind === 'constant') return true
  return EXACT_KINDS.has(operation.kind) && operation.operands.every((operand) => isExact(operations, operand))
}
