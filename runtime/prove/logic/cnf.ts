import { type Aig, FALSE, type Literal, TRUE } from './aig.js'

/** Clauses over the variables 0 … variables - 1; a literal is 2·variable, plus 1 where it is inverted. */
export interface Clauses {
  readonly variables: number
  readonly clauses: readonly (readonly number[])[]
  /** Nodes of the graph by variable. */
  readonly nodes: readonly number[]
}

/** Clauses that can be satisfied exactly where all `roots` are true (Tseitin): one variable per node that they depend on. */
export function clausesOf(aig: Aig, roots: readonly Literal[]): Clauses {
  const nodes = aig.cone(roots)
  const variable = new Map(nodes.map((node, index) => [node, index]))
  const clauses: number[][] = []
  const literal = (of: Literal): number => 2 * (variable.get(of >> 1) as number) + (of & 1)
  for (const node of nodes) {
    if (aig.isInput(node)) continue
    const [y, a, b] = [literal(2 * node), literal(aig.left[node] as Literal), literal(aig.right[node] as Literal)]
    clauses.push([y ^ 1, a], [y ^ 1, b], [y, a ^ 1, b ^ 1])
  }
  for (const root of roots) {
    if (root === FALSE) clauses.push([])
    else if (root !== TRUE) clauses.push([literal(root)])
  }
  return { variables: nodes.length, clauses, nodes }
}
