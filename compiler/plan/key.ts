import type { Action, Digest } from './action.js'
import { canonicalJson } from './canonical-json.js'

/**
 * The text whose SHA-256 is the key of an action: its kind, what it reads and the code that runs it. Never its address,
 * so a renamed build finds everything again, and never where the inputs came from, so equal contents are equal.
 */
export function keyText(action: Action, inputs: ReadonlyMap<string, Digest>, fingerprint: string): string {
  return canonicalJson({
    kind: action.kind,
    params: action.params,
    inputs: Object.fromEntries(inputs),
    fingerprint,
  })
}
