/** A node of an and-inverter graph times 2, plus 1 where it is inverted. */
export type Literal = number

export const FALSE: Literal = 0
export const TRUE: Literal = 1

/** The inverse. */
export function not(literal: Literal): Literal {
  return literal ^ 1
}

/** Nodes of a graph stay below this, so that a pair of literals is one exact number. */
const MOST_LITERALS = 2 ** 26

/**
 * An and-inverter graph: every function as two-input ANDs and inversions. Equal ANDs of equal literals are one node, and
 * ANDs with a constant or of a literal with itself or its inverse are none, so functions that are built alike are equal
 * literals. Node 0 is the constant false.
 */
export class Aig {
  /** Operands of each node; -1 for the constant and for inputs. */
  readonly left: number[] = [-1]
  readonly right: number[] = [-1]
  readonly #known = new Map<number, Literal>()

  get size(): number {
    return this.left.length
  }

  /** A new free variable. */
  input(): Literal {
    this.left.push(-1)
    this.right.push(-1)
    return 2 * (this.left.length - 1)
  }

  /** Neither an AND nor the constant. */
  isInput(node: number): boolean {
    return node > 0 && this.left[node] === -1
  }

  and(a: Literal, b: Literal): Literal {
    if (a > b) return this.and(b, a)
    if (a === FALSE || a === not(b)) return FALSE
    if (a === TRUE || a === b) return b
    const key = a * MOST_LITERALS + b
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const literal = 2 * this.left.length
    if (literal >= MOST_LITERALS) throw new Error('an and-inverter graph of more than 2^25 nodes')
    this.left.push(a)
    this.right.push(b)
    this.#known.set(key, literal)
    return literal
  }

  or(a: Literal, b: Literal): Literal {
    return not(this.and(not(a), not(b)))
  }

  xor(a: Literal, b: Literal): Literal {
    return this.or(this.and(a, not(b)), this.and(not(a), b))
  }

  /** `yes` where `select`, else `no`. */
  mux(select: Literal, yes: Literal, no: Literal): Literal {
    if (yes === no) return yes
    return this.or(this.and(select, yes), this.and(not(select), no))
  }

  all(literals: Iterable<Literal>): Literal {
    let result = TRUE
    for (const literal of literals) result = this.and(result, literal)
    return result
  }

  any(literals: Iterable<Literal>): Literal {
    let result = FALSE
    for (const literal of literals) result = this.or(result, literal)
    return result
  }

  /** The nodes that the literals depend on, operands first, without the constant. */
  cone(roots: readonly Literal[]): readonly number[] {
    const seen = new Uint8Array(this.size)
    const waiting = roots.map((literal) => literal >> 1)
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (seen[node] === 1) continue
      seen[node] = 1
      if (this.left[node] === -1) continue
      waiting.push((this.left[node] as number) >> 1, (this.right[node] as number) >> 1)
    }
    // Operands are made before their users.
    const nodes: number[] = []
    for (let node = 1; node < seen.length; node++) if (seen[node] === 1) nodes.push(node)
    return nodes
  }
}
