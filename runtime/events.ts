import type { ActionKind, Digest } from '../compiler/plan/action.js'
import type { Diagnostic } from '../lang/diagnostics/diagnostic.js'
import type { FrontRow, TargetNumbers } from './report/schema.js'

/**
 * What happens during a command, in order. Every view (task list, plain lines, ndjson) is made from this stream alone;
 * the scheduler knows no view.
 */
export type Event =
  | {
      readonly type: 'build-started'
      readonly pipeline: string
      readonly builds: readonly string[]
      readonly actions: number
    }
  /** Actions that are to be done, at the start and when a further try is added. */
  | {
      readonly type: 'actions-planned'
      readonly actions: readonly { readonly address: string; readonly kind: ActionKind }[]
    }
  | { readonly type: 'action-started'; readonly address: string; readonly kind: ActionKind; readonly key: Digest }
  | { readonly type: 'action-progress'; readonly address: string; readonly progress: Progress }
  | {
      readonly type: 'action-finished'
      readonly address: string
      readonly kind: ActionKind
      readonly key: Digest
      readonly how: 'ran' | 'hit'
      readonly milliseconds: number
    }
  | {
      readonly type: 'action-failed'
      readonly address: string
      readonly kind: ActionKind
      readonly diagnostic: Diagnostic
    }
  /** It was not started, or was stopped, because another failed or the user interrupted. */
  | { readonly type: 'action-cancelled'; readonly address: string; readonly kind: ActionKind }
  /** `address`: of the action that it is about; absent where it is about none. */
  | { readonly type: 'message'; readonly diagnostic: Diagnostic; readonly address?: string }
  /** A design is chosen and its files are written. */
  | {
      readonly type: 'design-ready'
      readonly build: string
      readonly target: string
      /** How many candidates were measured before this one was good. */
      readonly attempt: number
      readonly numbers: TargetNumbers
    }
  /** The front of a build that trains only. */
  | { readonly type: 'front-ready'; readonly build: string; readonly front: readonly FrontRow[] }
  | {
      readonly type: 'build-finished'
      readonly exitCode: number
      readonly milliseconds: number
      readonly ran: number
      readonly hits: number
    }

/** How far an action is. */
export interface Progress {
  /** 0…1, or null when unknown. */
  readonly fraction: number | null
  /** One short line: `epoch 12/60  loss 0.21  accuracy 0.91  EBOPs 2810`. */
  readonly text: string
  /** Of a training, those of its last epoch; rates and pressure of its last step. */
  readonly figures?: TrainingFigures
}

/** What a program may want to draw of a training. */
export interface TrainingFigures {
  /** Counted from 1 over the whole training. */
  readonly epoch: number
  /** Mean task loss. */
  readonly loss: number
  /** On the validation part, rounding only. */
  readonly metric: number
  readonly ebops: number
  readonly pressure: number
  readonly rate: number
  readonly widthRate: number
}

export type Emit = (event: Event) => void
