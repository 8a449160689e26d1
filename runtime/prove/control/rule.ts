import type { Aig, Literal } from '../logic/aig.js'

/** Something that control logic has to do, whatever happens. */
export interface Rule {
  /** As in `… should hold 0 after an edge at which 'rst' is high`. */
  readonly text: string
  /** The signal that it is about, and the clocked stage of that. */
  readonly subject: string
  readonly stage: number
  readonly aig: Aig
  /** Has to be true whenever all facts are. */
  readonly goal: Literal
  readonly facts?: readonly Literal[]
}

/** What keeps a rule from being stated: a signal is missing. */
export interface Problem {
  readonly problem: string
}

export type Rules = Iterable<Rule | Problem>
