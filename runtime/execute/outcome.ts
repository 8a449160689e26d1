import type { Digest } from '../../compiler/plan/action.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import type { ActionRecord } from '../store/record.js'

/** What became of an action. */
export type Outcome =
  | { readonly state: 'done'; readonly key: Digest; readonly record: ActionRecord; readonly how: 'ran' | 'hit' }
  | { readonly state: 'failed'; readonly diagnostic: Diagnostic }
  | { readonly state: 'cancelled' }

export const CANCELLED: Outcome = { state: 'cancelled' }
