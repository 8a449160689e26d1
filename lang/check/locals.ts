import type { Identifier, Parameter } from '../syntax/ast.js'
import type { LocalRole } from './result.js'
import type { Type } from './types.js'

/** A parameter, a `let`, an input, a loop variable or a shared layer of one body. */
export interface Local {
  readonly name: string
  readonly role: LocalRole
  readonly definition: Identifier
  /** Changes once: an empty list takes the type of what is put into it. */
  type: Type
  /** Of a share: the parameter that its calls fill. Undefined when its layer is unknown. */
  readonly open?: Parameter | undefined
  used: boolean
}

/** Names of a body. The body of a `for` has a scope of its own inside that of the outer one. */
export interface LocalScope {
  readonly names: Map<string, Local>
  readonly outer: LocalScope | undefined
  /** Every local of the whole body, in source order, for the warnings about unused ones. */
  readonly all: Local[]
}

/** The empty scope of a body. */
export function bodyScope(): LocalScope {
  return { names: new Map(), outer: undefined, all: [] }
}

/** A scope of a block: sees the outer names, and hides them by its own. */
export function innerScope(outer: LocalScope): LocalScope {
  return { names: new Map(), outer, all: outer.all }
}

/** The local of this name, innermost first. */
export function findLocal(scope: LocalScope, name: string): Local | undefined {
  return scope.names.get(name) ?? (scope.outer === undefined ? undefined : findLocal(scope.outer, name))
}

/** Declares a local; of two with one name in a scope the later counts. */
export function addLocal(scope: LocalScope, local: Local): void {
  scope.names.set(local.name, local)
  scope.all.push(local)
}

/** Every name that can be used at this place. */
export function localNames(scope: LocalScope): readonly string[] {
  return [...scope.names.keys(), ...(scope.outer === undefined ? [] : localNames(scope.outer))]
}
