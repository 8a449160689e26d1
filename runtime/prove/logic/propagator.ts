/** Not assigned. */
const OPEN = -1

/**
 * Clauses with two watched literals each (Moskewicz et al., DAC 2001), and an assignment that grows by unit propagation.
 * `reasons` gives the clause that forced a variable, -1 for a decision.
 */
export class Propagator {
  readonly #clauses: number[][] = []
  readonly #watches: number[][]
  /** By variable: 1, 0 or open. */
  readonly #values: Int8Array
  readonly reasons: Int32Array
  readonly trail: number[] = []
  #done = 0
  /** Literals that were propagated so far: what a search costs. */
  steps = 0

  constructor(variables: number) {
    this.#watches = Array.from({ length: 2 * variables }, () => [])
    this.#values = new Int8Array(variables).fill(OPEN)
    this.reasons = new Int32Array(variables).fill(-1)
  }

  clause(index: number): readonly number[] {
    return this.#clauses[index] as number[]
  }

  /** True, false or null for open. */
  value(literal: number): boolean | null {
    const value = this.#values[literal >> 1] as number
    return value === OPEN ? null : value !== (literal & 1)
  }

  /** A clause of at least two literals; the first two are watched. Gives its index. */
  add(literals: readonly number[]): number {
    const clause = [...literals]
    const index = this.#clauses.push(clause) - 1
    this.#watches[clause[0] as number]?.push(index)
    this.#watches[clause[1] as number]?.push(index)
    return index
  }

  assign(literal: number, reason: number): void {
    this.#values[literal >> 1] = 1 - (literal & 1)
    this.reasons[literal >> 1] = reason
    this.trail.push(literal)
  }

  /** Takes back all but the first `length` assignments. */
  undo(length: number): void {
    for (let at = this.trail.length - 1; at >= length; at--) this.#values[(this.trail[at] as number) >> 1] = OPEN
    this.trail.length = length
    this.#done = Math.min(this.#done, length)
  }

  /** Draws all conclusions; gives the index of a clause that became false, or -1. */
  propagate(): number {
    while (this.#done < this.trail.length) {
      const falsified = (this.trail[this.#done++] as number) ^ 1
      this.steps++
      const conflict = this.#visit(falsified)
      if (conflict >= 0) return conflict
    }
    return -1
  }

  #visit(falsified: number): number {
    const watching = this.#watches[falsified] as number[]
    let kept = 0
    for (let at = 0; at < watching.length; at++) {
      const index = watching[at] as number
      const clause = this.#clauses[index] as number[]
      if (clause[0] === falsified) {
        clause[0] = clause[1] as number
        clause[1] = falsified
      }
      const first = clause[0] as number
      if (this.value(first) === true || !this.#watchAnother(clause, index)) {
        watching[kept++] = index
        if (this.value(first) === true) continue
        if (this.value(first) === false) {
          for (let rest = at + 1; rest < watching.length; rest++) watching[kept++] = watching[rest] as number
          watching.length = kept
          return index
        }
        this.assign(first, index)
      }
    }
    watching.length = kept
    return -1
  }

  /** Moves the watch of a clause from its second literal, which is false, to one that is not; false when there is none. */
  #watchAnother(clause: number[], index: number): boolean {
    for (let other = 2; other < clause.length; other++) {
      const literal = clause[other] as number
      if (this.value(literal) === false) continue
      clause[other] = clause[1] as number
      clause[1] = literal
      this.#watches[literal]?.push(index)
      return true
    }
    return false
  }
}
