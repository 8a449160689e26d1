import type { Operation } from '../../../compiler/graph/operation.js'

/** An operation as a message names it: by its path where it has one. */
export function describeOperation(operation: Operation): string {
  switch (operation.kind) {
    case 'input':
      return `input '${operation.name}'`
    case 'parameter':
      return `parameter '${operation.path}'`
    case 'quantize':
      return `quantizer '${operation.path}'`
    default:
      return operation.scope === '' ? `'${operation.kind}'` : `'${operation.kind}' in '${operation.scope}'`
  }
}
