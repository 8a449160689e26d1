import { unknownPlace } from '../diagnostics/messages/check-types.js'
import { nearest } from '../suggest.js'
import type { Expression, Identifier, Statement } from '../syntax/ast.js'
import { type Env, type ModuleContext, report } from './context.js'
import { type PlaceStatement, STANDARD_PLACES } from './result.js'

/**
 * The place `name` and those it falls back to, as far as layers declare them: `['output', 'activation']`. Undefined for an
 * unknown name. A place may only fall back to one that is declared before it, so this ends.
 */
export function placeChain(name: string, declared: ReadonlyMap<string, PlaceStatement>): readonly string[] | undefined {
  const chain: string[] = []
  let current = name
  for (;;) {
    if (chain.includes(current)) return undefined
    chain.push(current)
    const statement = declared.get(current)
    if (statement === undefined) return STANDARD_PLACES.has(current) ? chain : undefined
    current = statement.fallback.name
  }
}

/** Every place that a layer or an architecture of the module declares. */
export function placeStatements(module: ModuleContext): readonly PlaceStatement[] {
  return module.ast.declarations.flatMap((declaration) =>
    declaration.kind === 'layer' || declaration.kind === 'architecture' ? placesIn(declaration.body) : [],
  )
}

function placesIn(body: readonly Statement[]): readonly PlaceStatement[] {
  return body.flatMap((statement) =>
    statement.kind === 'place' ? [statement] : statement.kind === 'for' ? placesIn(statement.body) : [],
  )
}

/** The entries of a record after `with` must be places that some layer knows. */
export function checkPlaceKeys(quantizer: Expression, env: Env): void {
  if (quantizer.kind === 'conditional') {
    checkPlaceKeys(quantizer.whenTrue, env)
    checkPlaceKeys(quantizer.whenFalse, env)
  } else if (quantizer.kind === 'record') {
    for (const entry of quantizer.entries) checkPlaceName(entry.name, env)
  }
}

/** A standard place, or one that a layer of the program declares. */
export function isPlaceName(name: string, env: Env): boolean {
  return STANDARD_PLACES.has(name) || env.program.places.has(name)
}

/** Reports a name that is no place. An empty name was reported by the parser. */
export function checkPlaceName(name: Identifier, env: Env): void {
  if (name.name !== '' && !isPlaceName(name.name, env))
    reportUnknownPlace(name, env, [...STANDARD_PLACES.keys(), ...env.program.places])
}

/** `known` are the places that could be meant. */
export function reportUnknownPlace(name: Identifier, env: Env, known: readonly string[]): void {
  report(env, unknownPlace({ name: name.name, span: name.span, known, nearest: nearest(name.name, known) }))
}
