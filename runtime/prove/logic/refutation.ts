import type { Clauses } from './cnf.js'
import { Propagator } from './propagator.js'

/**
 * Follows the argument that clauses cannot be satisfied: each learned clause has to hold because its contrary leads to a
 * contradiction by unit propagation alone (reverse unit propagation, Goldberg and Novikov, DATE 2003), and so has the
 * empty clause in the end. It shares no decision of the search. Throws where the argument has a gap: a bug of the solver.
 */
export function confirmRefutation(problem: Clauses, learned: readonly (readonly number[])[]): void {
  const check = new Check(problem.variables)
  for (const clause of problem.clauses) check.add(clause)
  for (const clause of learned) {
    if (!check.follows(clause)) throw new Error('the solver has learned a clause that does not follow')
    check.add(clause)
  }
  if (!check.follows([])) throw new Error('the solver has found a contradiction where there is none')
}

class Check {
  readonly #state: Propagator
  #contradiction = false

  constructor(variables: number) {
    this.#state = new Propagator(variables)
  }

  /** Adds a clause to what is known for good. */
  add(clause: readonly number[]): void {
    if (this.#contradiction) return
    const distinct = [...new Set(clause)]
    if (distinct.some((literal) => this.#state.value(literal) === true || distinct.includes(literal ^ 1))) return
    const open = distinct.filter((literal) => this.#state.value(literal) === null)
    const [only] = open
    if (only === undefined) this.#contradiction = true
    else if (open.length > 1) this.#state.add(open)
    else {
      this.#state.assign(only, -1)
      if (this.#state.propagate() >= 0) this.#contradiction = true
    }
  }

  /** Whether assuming the contrary of all its literals propagates to a contradiction. */
  follows(clause: readonly number[]): boolean {
    if (this.#contradiction) return true
    const known = this.#state.trail.length
    let contradiction = false
    for (const literal of clause) {
      const value = this.#state.value(literal)
      if (value === true) contradiction = true
      if (value === null) this.#state.assign(literal ^ 1, -1)
    }
    contradiction ||= this.#state.propagate() >= 0
    this.#state.undo(known)
    return contradiction
  }
}
