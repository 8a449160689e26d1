import type { ActionKind } from '../../compiler/plan/action.js'
import type { ActionFunction } from './task.js'

/** The function that runs a kind of action; its code is loaded only when the kind is needed. */
export async function loadAction(kind: ActionKind): Promise<ActionFunction> {
  switch (kind) {
    case 'dataset':
      return (await import('./actions/dataset.js')).run
    case 'start':
      return (await import('./actions/start.js')).run
    case 'teach':
      return (await import('./actions/teach.js')).run
    case 'train':
      return (await import('./actions/train.js')).run
    case 'calibrate':
      return (await import('./actions/calibrate.js')).run
    case 'import':
      return (await import('./actions/import.js')).run
    case 'front':
      return (await import('./actions/front.js')).run
    case 'select':
      return (await import('./actions/select.js')).run
    case 'lower':
      return (await import('./actions/lower.js')).run
    case 'optimize':
      return (await import('./actions/optimize.js')).run
    case 'schedule':
      return (await import('./actions/schedule.js')).run
    case 'emit':
      return (await import('./actions/emit.js')).run
    case 'verify':
      return (await import('./actions/verify.js')).run
    case 'prove':
      return (await import('./actions/prove.js')).run
    case 'synthesize':
      return (await import('./actions/synthesize.js')).run
    case 'report':
      return (await import('./actions/report.js')).run
  }
}
