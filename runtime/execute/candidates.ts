import { type Candidate, decodeCandidates, gatherCandidates } from '../train/candidates.js'
import { decodeState } from '../train/state.js'
import { input } from './inputs.js'
import type { Task } from './task.js'

/** The candidates that a training of so many segments holds at its end, of the inputs `candidates[N]` and `state`. */
export function heldCandidates(task: Task, segments: number): readonly Candidate[] {
  const born = Array.from({ length: segments }, (_, n) => decodeCandidates(input(task, `candidates[${n}]`)))
  return gatherCandidates(decodeState(input(task, 'state')).held, born)
}
