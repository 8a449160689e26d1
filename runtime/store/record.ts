import * as v from 'valibot'
import type { ActionKind, Digest } from '../../compiler/plan/action.js'
import { ACTION_KINDS } from '../../compiler/plan/action.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { diagnosticSchema } from '../diagnostic-schema.js'
import { isDigest } from './digest.js'

/** An output of an action: a blob of the store. */
export interface StoredOutput {
  readonly role: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
}

/** Proof that an action has run: written last, so whoever finds one finds its outputs. */
export interface ActionRecord {
  readonly version: 1
  readonly key: Digest
  readonly kind: ActionKind
  /** Under which it ran last; not part of the key. */
  readonly address: string
  /** What the key was made of, for explaining. */
  readonly params: unknown
  readonly inputs: Readonly<Record<string, Digest>>
  readonly fingerprint: string
  readonly outputs: readonly StoredOutput[]
  /**
   * What the action said while it ran, to be said again where its result is used: as it came from the action, which knows no
   * place in the text.
   */
  readonly messages: readonly Diagnostic[]
  readonly milliseconds: number
}

const digest = v.custom<Digest>(isDigest)

const schema = v.object({
  version: v.literal(1),
  key: digest,
  kind: v.picklist(ACTION_KINDS),
  address: v.string(),
  params: v.unknown(),
  inputs: v.record(v.string(), digest),
  fingerprint: v.string(),
  outputs: v.array(v.object({ role: v.string(), digest, size: v.pipe(v.number(), v.integer(), v.minValue(0)) })),
  // Records of former versions have none.
  messages: v.optional(v.array(diagnosticSchema), []),
  milliseconds: v.number(),
})

/** The record in `text`, or null where it is damaged or not that of `key`. */
export function parseRecord(text: string, key: Digest): ActionRecord | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  const parsed = v.safeParse(schema, json)
  return parsed.success && parsed.output.key === key ? parsed.output : null
}
