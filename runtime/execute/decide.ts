import type { Action, Digest } from '../../compiler/plan/action.js'
import { keyText } from '../../compiler/plan/key.js'
import type { Fingerprints } from '../packaging/identity.js'
import { digestOf } from '../store/digest.js'
import type { ActionRecord } from '../store/record.js'
import type { Store } from '../store/store.js'

/** What is to be done about an action whose inputs are known. */
export interface Decision {
  readonly key: Digest
  readonly inputs: ReadonlyMap<string, Digest>
  readonly fingerprint: string
  /** The stored result; null when the action has to run. */
  readonly record: ActionRecord | null
}

export interface DecisionContext {
  readonly store: Store
  readonly fingerprints: Fingerprints
  /** Digest of a source file by its path in the pipeline. Rejects when it cannot be read. */
  readonly sourceDigest: (path: string) => Promise<Digest>
  /** Digest of an output of an action that is done. */
  readonly outputDigest: (address: string, role: string) => Digest
}

/** The one place that decides whether an action runs: `plan` and `build` both ask it, so they cannot disagree. */
export async function decide(action: Action, context: DecisionContext): Promise<Decision> {
  const inputs = new Map<string, Digest>()
  for (const [role, input] of Object.entries(action.inputs)) {
    const digest =
      input.from === 'file' ? await context.sourceDigest(input.path) : context.outputDigest(input.address, input.role)
    inputs.set(role, digest)
  }
  const fingerprint = context.fingerprints(action.kind)
  const key = keyOf(action, inputs, fingerprint)
  return { key, inputs, fingerprint, record: await context.store.find(key) }
}

/** The key of an action whose inputs have these contents. */
export function keyOf(action: Action, inputs: ReadonlyMap<string, Digest>, fingerprint: string): Digest {
  return digestOf(keyText(action, inputs, fingerprint))
}

/** The digest of an output by role. Throws when the record has none, which is a bug of the action. */
export function outputOf(record: ActionRecord, role: string): ActionRecord['outputs'][number] {
  const output = record.outputs.find((each) => each.role === role)
  if (output === undefined) throw new Error(`${record.address} has no output "${role}"`)
  return output
}
