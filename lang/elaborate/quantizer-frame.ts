import type { Expression } from '../syntax/ast.js'
import { entriesOf } from './call.js'
import type { Env } from './context.js'
import { identityOf } from './identity.js'
import type { Frame } from './network/frames.js'
import type { Value } from './value.js'

/** What a `with` puts in force: the entries of a quantizer, or a record of places. Undefined where its value failed. */
export function frameOf(value: Value, expression: Expression, env: Env): Frame | undefined {
  switch (value.kind) {
    case 'declared':
      return { places: entriesOf(value, env.elaboration), name: identityOf(value, env.elaboration) }
    case 'record':
      return { places: value.entries, name: '{…}' }
    case 'failed':
      return undefined
    default:
      throw new Error(
        `the checker let a ${value.kind} pass as a quantizer at ${expression.span.file}:${expression.span.start}`,
      )
  }
}
