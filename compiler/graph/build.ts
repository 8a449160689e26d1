import type { Shape } from '../../lang/host.js'
import type { NetworkOperation, NetworkSpec, Plain } from '../../lang/program.js'
import { formatShape } from '../../lang/shape.js'
import { readInitializer, readQuantizer } from './attributes.js'
import type { Operation, OperationId, OperationOf, TensorGraph } from './operation.js'
import { patchesOf } from './patches.js'
import { normalizeAxis, operationRules, sliceRange } from './shapes.js'
import { sideOf, strayParameterOperand, strayTableOperand } from './side.js'
import { isTableFunction } from './table-function.js'

/**
 * The typed operations of an elaborated network: kinds and attributes narrowed, negative axes counted from the front,
 * sides worked out. The elaborator has reported whatever a user can get wrong, so anything amiss here is a bug and throws:
 * an unknown kind, an attribute of the wrong type, operands that come later, shapes that the rules don't give, a
 * parameter-side value that meets data unquantized.
 */
export function buildTensorGraph(network: NetworkSpec): TensorGraph {
  const operations: Operation[] = []
  for (const [id, spec] of network.operations.entries()) {
    const fail = (problem: string): never => {
      throw new Error(`network "${network.id}", operation ${id} (${spec.kind}): ${problem}`)
    }
    for (const operand of spec.operands) if (!(operand >= 0 && operand < id)) fail(`operand ${operand} comes later`)
    const operation = narrow(id, spec, operations, fail)
    checkShape(spec, operations, fail)
    const stray = strayParameterOperand(operations, operation)
    if (stray !== undefined) fail(`operand ${stray} depends on parameters alone and meets data unquantized`)
    if (operation.side === 'data' && (operation.kind === 'divide' || operation.kind === 'square_root')) {
      fail('data cannot be divided, nor have roots taken')
    }
    const raw = strayTableOperand(operations, operation)
    if (raw !== undefined) fail(`operand ${raw} is a table of data that no quantizer has passed`)
    operations.push(operation)
  }
  return { operations, inputs: network.inputs, outputs: network.outputs }
}

type Fail = (problem: string) => never

/** Kinds that the rules know under the name of the prelude are checked; those that the elaborator makes itself have their shape. */
function checkShape(spec: NetworkOperation, operations: readonly Operation[], fail: Fail): void {
  if (spec.kind === 'input' || spec.kind === 'constant') return
  const operands = spec.operands.map((operand): Shape => operations[operand]?.shape ?? [])
  const result = operationRules.shapeOf(spec.kind, operands, spec.attributes)
  if (!result.ok) fail(`${result.message}: ${result.label}`)
  else if (formatShape(result.shape) !== formatShape(spec.shape)) {
    fail(`has shape ${formatShape(spec.shape)}; its rule gives ${formatShape(result.shape)}`)
  }
}

function narrow(id: OperationId, spec: NetworkOperation, operations: readonly Operation[], fail: Fail): Operation {
  const base = { id, shape: spec.shape, side: sideOf(spec, operations), scope: spec.scope, span: spec.span } as const
  const { attributes, operands } = spec
  const attribute = (name: string): Plain => attributes[name] ?? null
  const number = (name: string): number => {
    const value = attribute(name)
    return typeof value === 'number' ? value : fail(`attribute ${name} is no number`)
  }
  const text = (name: string): string => {
    const value = attribute(name)
    return typeof value === 'string' ? value : fail(`attribute ${name} is no text`)
  }
  const numbers = (name: string): readonly number[] => {
    const value = attribute(name)
    return Array.isArray(value) && value.every((item) => typeof item === 'number')
      ? value
      : fail(`attribute ${name} is no list of numbers`)
  }
  const path = (): string => spec.path ?? fail('has no path')
  const nullary = (): { readonly operands: readonly [] } =>
    operands.length === 0 ? { operands: [] } : fail('takes no operand')
  const unary = (): { readonly operands: readonly [OperationId] } => {
    const [operand] = operands
    return operand !== undefined && operands.length === 1 ? { operands: [operand] } : fail('takes one operand')
  }
  const binary = (): { readonly operands: readonly [OperationId, OperationId] } => {
    const [left, right] = operands
    return left !== undefined && right !== undefined && operands.length === 2
      ? { operands: [left, right] }
      : fail('takes two operands')
  }
  const operandShape = (): Shape => operations[operands[0] ?? -1]?.shape ?? []
  const axisOf = (axis: number): number =>
    normalizeAxis(axis, operandShape().length) ?? fail(`there is no axis ${axis}`)
  const reduce = (reduction: 'sum' | 'max' | 'min'): OperationOf<'reduce'> => ({
    ...base,
    ...unary(),
    kind: 'reduce',
    reduction,
    axes: numbers('axes')
      .map(axisOf)
      .sort((a, b) => a - b),
    keepAxes: attribute('keep_axes') === true,
  })
  const statistics = (moment: 'mean' | 'variance'): OperationOf<'batch_statistics'> => ({
    ...base,
    ...unary(),
    kind: 'batch_statistics',
    path: path(),
    moment,
    momentum: number('momentum'),
  })

  switch (spec.kind) {
    case 'input': {
      const type = attribute('type')
      return {
        ...base,
        ...nullary(),
        kind: 'input',
        name: text('name'),
        type: type === null ? null : readQuantizer(type, fail),
      }
    }
    case 'parameter':
      return { ...base, ...nullary(), kind: 'parameter', path: path(), init: readInitializer(attribute('init'), fail) }
    case 'constant': {
      const value = attribute('value')
      return { ...base, ...nullary(), kind: 'constant', value: typeof value === 'number' ? value : numbers('value') }
    }
    case 'quantize':
      return {
        ...base,
        ...unary(),
        kind: 'quantize',
        path: path(),
        place: text('place'),
        quantizer: readQuantizer(attribute('quantizer'), fail),
      }
    case 'einsum':
      return { ...base, ...binary(), kind: 'einsum', equation: text('equation') }
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'maximum':
    case 'minimum':
    case 'divide':
      return { ...base, ...binary(), kind: spec.kind }
    case 'square_root':
    case 'negate':
    case 'relu':
    case 'abs':
    case 'stop_gradient':
    case 'reshape':
      return { ...base, ...unary(), kind: spec.kind }
    case 'shift':
      return { ...base, ...unary(), kind: 'shift', by: number('by') }
    case 'table': {
      const name = text('function')
      return isTableFunction(name)
        ? { ...base, ...unary(), kind: 'table', function: name }
        : fail(`there is no function ${name}`)
    }
    case 'reduce_sum':
      return reduce('sum')
    case 'reduce_max':
      return reduce('max')
    case 'reduce_min':
      return reduce('min')
    case 'transpose':
      return { ...base, ...unary(), kind: 'transpose', permutation: numbers('permutation').map(axisOf) }
    case 'slice': {
      const axis = axisOf(number('axis'))
      return {
        ...base,
        ...unary(),
        kind: 'slice',
        axis,
        ...sliceRange(number('start'), number('end'), operandShape()[axis] ?? 1),
      }
    }
    case 'concatenate':
      return { ...base, operands, kind: 'concat', axis: axisOf(number('axis')) }
    case 'patches':
      return { ...base, ...unary(), kind: 'patches', ...patchesOf(operandShape(), attributes) }
    case 'batch_mean':
      return statistics('mean')
    case 'batch_variance':
      return statistics('variance')
    default:
      return fail('is no kind of operation')
  }
}
