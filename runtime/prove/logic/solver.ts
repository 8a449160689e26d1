import type { Clauses } from './cnf.js'
import { VariableHeap } from './heap.js'
import { Propagator } from './propagator.js'
import { confirmRefutation } from './refutation.js'

/** What a search may still cost, in propagated literals: the same on every machine, unlike a time. */
export interface Effort {
  left: number
}

export type Answer =
  /** No assignment exists; a separate check has followed the argument. */
  | { readonly kind: 'impossible' }
  /** By variable. */
  | { readonly kind: 'possible'; readonly model: readonly boolean[] }
  /** The effort is used up. */
  | { readonly kind: 'open' }

/**
 * Conflict-driven clause learning (Eén and Sörensson, "An Extensible SAT-solver", 2003): first unique implication points,
 * activities that decay, saved phases, restarts by Luby's sequence. Deterministic. That there is no assignment is only
 * said after `confirmRefutation` has followed the clauses learned.
 */
export function solve(problem: Clauses, effort: Effort): Answer {
  const search = new Search(problem)
  const answer = search.run(effort)
  if (answer.kind === 'impossible') confirmRefutation(problem, search.learned)
  return answer
}

const RESTART = 64
const DECAY = 1 / 0.95
const RESCALE = 1e100

class Search {
  readonly learned: number[][] = []
  readonly #state: Propagator
  readonly #variables: number
  readonly #levels: Int32Array
  readonly #phases: Uint8Array
  readonly #scores: Float64Array
  readonly #heap: VariableHeap
  readonly #seen: Uint8Array
  /** Length of the trail at each decision. */
  readonly #decisions: number[] = []
  #increment = 1
  #consistent = true

  constructor({ variables, clauses }: Clauses) {
    this.#variables = variables
    this.#state = new Propagator(variables)
    this.#levels = new Int32Array(variables)
    this.#phases = new Uint8Array(variables)
    this.#scores = new Float64Array(variables)
    this.#heap = new VariableHeap(this.#scores)
    this.#seen = new Uint8Array(variables)
    for (const clause of clauses) this.#require(clause)
  }

  run(effort: Effort): Answer {
    if (!this.#consistent) return { kind: 'impossible' }
    for (let round = 1; ; round++) {
      const answer = this.#episode(RESTART * luby(round), effort)
      if (answer !== null) return answer
      this.#backTo(0)
    }
  }

  /** Searches until something is known or there were so many conflicts. */
  #episode(conflicts: number, effort: Effort): Answer | null {
    let left = conflicts
    for (;;) {
      const before = this.#state.steps
      const conflict = this.#propagate()
      effort.left -= this.#state.steps - before + 1
      if (conflict >= 0) {
        if (this.#decisions.length === 0) return { kind: 'impossible' }
        this.#learn(conflict)
        left--
        continue
      }
      if (effort.left <= 0) return { kind: 'open' }
      if (left <= 0) return null
      const variable = this.#next()
      if (variable < 0) return { kind: 'possible', model: this.#model() }
      this.#decisions.push(this.#state.trail.length)
      this.#state.assign(2 * variable + (this.#phases[variable] === 1 ? 0 : 1), -1)
      this.#levels[variable] = this.#decisions.length
    }
  }

  /** A clause of the problem, at the top level. */
  #require(clause: readonly number[]): void {
    if (!this.#consistent) return
    const distinct = [...new Set(clause)]
    if (distinct.some((literal) => distinct.includes(literal ^ 1))) return
    const [only] = distinct
    if (only === undefined) this.#consistent = false
    else if (distinct.length > 1) this.#state.add(distinct)
    else if (this.#state.value(only) === false) this.#consistent = false
    else if (this.#state.value(only) === null) this.#state.assign(only, -1)
  }

  #propagate(): number {
    const { trail, reasons } = this.#state
    const from = trail.length
    const conflict = this.#state.propagate()
    for (let at = from; at < trail.length; at++) {
      const variable = (trail[at] as number) >> 1
      if (reasons[variable] !== -1) this.#levels[variable] = this.#decisions.length
    }
    return conflict
  }

  /** Learns the clause of the first unique implication point and goes back to where it forces something. */
  #learn(conflict: number): void {
    const { trail, reasons } = this.#state
    const level = this.#decisions.length
    const clause: number[] = [-1]
    const touched: number[] = []
    let open = 0
    let at = trail.length
    let reason = conflict
    let literal = -1
    do {
      for (const other of this.#state.clause(reason)) {
        const variable = other >> 1
        if (other === literal || this.#seen[variable] === 1 || this.#levels[variable] === 0) continue
        this.#seen[variable] = 1
        touched.push(variable)
        this.#raise(variable)
        if (this.#levels[variable] === level) open++
        else clause.push(other)
      }
      do at--
      while (this.#seen[(trail[at] as number) >> 1] === 0)
      literal = trail[at] as number
      reason = reasons[literal >> 1] as number
      open--
    } while (open > 0)
    clause[0] = literal ^ 1
    for (const variable of touched) this.#seen[variable] = 0
    this.#increment *= DECAY
    this.#adopt(clause)
  }

  #adopt(clause: number[]): void {
    this.learned.push([...clause])
    let back = 0
    for (let at = 1; at < clause.length; at++) {
      const level = this.#levels[(clause[at] as number) >> 1] as number
      if (level <= back) continue
      back = level
      // The second watch must be among the last to be taken back.
      const second = clause[1] as number
      clause[1] = clause[at] as number
      clause[at] = second
    }
    this.#backTo(back)
    const forced = clause[0] as number
    this.#state.assign(forced, clause.length > 1 ? this.#state.add(clause) : -1)
    this.#levels[forced >> 1] = back
  }

  #raise(variable: number): void {
    const score = (this.#scores[variable] as number) + this.#increment
    this.#scores[variable] = score
    if (score > RESCALE) {
      for (let each = 0; each < this.#variables; each++) this.#scores[each] = (this.#scores[each] as number) / RESCALE
      this.#increment /= RESCALE
    }
    this.#heap.raised(variable)
  }

  #backTo(level: number): void {
    if (level >= this.#decisions.length) return
    const { trail } = this.#state
    const length = this.#decisions[level] as number
    for (let at = length; at < trail.length; at++) {
      const literal = trail[at] as number
      this.#phases[literal >> 1] = 1 - (literal & 1)
      this.#heap.add(literal >> 1)
    }
    this.#state.undo(length)
    this.#decisions.length = level
  }

  #next(): number {
    for (;;) {
      const variable = this.#heap.take()
      if (variable < 0 || this.#state.value(2 * variable) === null) return variable
    }
  }

  #model(): readonly boolean[] {
    return Array.from({ length: this.#variables }, (_, variable) => this.#state.value(2 * variable) === true)
  }
}

/** 1 1 2 1 1 2 4 1 1 2 1 1 2 4 8 …, counted from 1. */
function luby(index: number): number {
  let size = 1
  while (size < index + 1) size *= 2
  return size === index + 1 ? size / 2 : luby(index - size / 2 + 1)
}
