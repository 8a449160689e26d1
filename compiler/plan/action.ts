import type { Plain } from '../../lang/program.js'

/** The kinds of action, in the order of the way of the data. */
export const ACTION_KINDS = [
  'dataset',
  'start',
  'teach',
  'train',
  'calibrate',
  'import',
  'front',
  'select',
  'lower',
  'optimize',
  'schedule',
  'emit',
  'verify',
  'prove',
  'synthesize',
  'report',
] as const
export type ActionKind = (typeof ACTION_KINDS)[number]

/** SHA-256 in hexadecimal. */
export type Digest = string & { readonly __brand: 'Digest' }

/**
 * One step of a build: a pure function of `params` and of the contents of `inputs`.
 *
 * Its key is the SHA-256 of the canonical JSON of kind, params, input digests and the fingerprint of the code that runs
 * it; never of its address, so renaming a build reuses everything.
 */
export interface Action {
  /** Stable and readable: `muon_trigger/vu13p/try[0]/emit`. */
  readonly address: string
  readonly kind: ActionKind
  /** The elaborated values that this kind reads, nothing else. */
  readonly params: { readonly [name: string]: Plain }
  readonly inputs: { readonly [role: string]: ActionInput }
  /** JSON pointers into the Program from which `params` came, for explaining what changed. */
  readonly reads: readonly string[]
  /**
   * What progress and failures may show and no result may depend on, so no key holds it: how many epochs the whole
   * training has.
   */
  readonly hints?: { readonly [name: string]: Plain }
}

export type ActionInput =
  /** A source file, by its content. `path` is as written in the pipeline, relative to it. */
  | { readonly from: 'file'; readonly path: string }
  /** Output `role` of another action. */
  | { readonly from: 'action'; readonly address: string; readonly role: string }

export interface Plan {
  /** Every action stands behind those whose outputs it reads. */
  readonly actions: readonly Action[]
}

/** Why there is no proof of a design, and which tool would make one, where a tool would. */
export interface Unproven {
  readonly reason: 'tool_missing' | 'high_level_synthesis'
  readonly tool: string | null
}
