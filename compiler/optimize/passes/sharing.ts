import { trailingZeros } from '../../fixed/arithmetic.js'
import { type FixedGraphBuilder, plain } from '../../fixed/builder.js'
import { type Dyadic, scaleDyadic } from '../../fixed/dyadic.js'
import type { FixedGraph, NodeId, Term } from '../../fixed/graph.js'
import type { LinearForm } from '../../fixed/linear.js'
import { operandsOf } from '../../fixed/nodes.js'
import { AdderDepths } from '../adder-tree.js'
import { copyNode, rebuild } from '../rebuild.js'

/**
 * Global sub-expression elimination on values: a sum that equals an earlier one times ±2^n, by their affine forms and so
 * however the two are put together, becomes wiring of that one. Never later than before; a negation, which costs as much as
 * the adder it saves, only where every reader can take it in.
 */
export function shareEqualSums(graph: FixedGraph): FixedGraph {
  const canNegate = readersTakeSign(graph)
  const known = new Map<string, Term>()
  let depths: AdderDepths | undefined
  return rebuild(graph, (node, id, rebuilt) => {
    const { builder } = rebuilt
    const made = copyNode(node, rebuilt)
    if (node.kind !== 'add' && node.kind !== 'scale') return made
    depths ??= new AdderDepths(builder)
    const own = builder.resolve(plain(made))
    const normal = normalForm(builder, own.node)
    if (normal === null) return made
    const found = known.get(normal.key)
    if (found === undefined || depths.of(found.node) > depths.of(own.node)) {
      known.set(normal.key, { node: own.node, shift: normal.shift, negate: normal.negate })
      return made
    }
    if (found.node === own.node) return made
    const negate = own.negate !== (normal.negate !== found.negate)
    if (negate && !own.negate && canNegate[id] !== true) return made
    return builder.scale({ node: found.node, shift: own.shift + normal.shift - found.shift, negate })
  })
}

/** form = ±2^shift · (what the key says), which begins with a positive odd coefficient. Null for a form of no use. */
function normalForm(
  builder: FixedGraphBuilder,
  node: NodeId,
): { readonly key: string; readonly shift: number; readonly negate: boolean } | null {
  const form: LinearForm = builder.formAt(node)
  const parts: (readonly [string, Dyadic])[] = [...form.coefficients]
    .sort(([a], [b]) => a - b)
    .map(([atom, value]) => [String(atom), value])
  const [first] = parts
  if (first === undefined) return null
  if (form.constant.mantissa !== 0n) parts.push(['', form.constant])
  const shift = first[1].exponent + trailingZeros(first[1].mantissa)
  const negate = first[1].mantissa < 0n
  const text = (value: Dyadic): string => {
    const { mantissa, exponent } = scaleDyadic(value, -shift, negate)
    const zeros = trailingZeros(mantissa)
    return `${mantissa >> BigInt(zeros)}e${exponent + zeros}`
  }
  return { key: parts.map(([atom, value]) => `${atom}*${text(value)}`).join('+'), shift, negate }
}

/** Nodes that only adders read, whose other operand is not negated, so that they can subtract instead of add. */
function readersTakeSign(graph: FixedGraph): readonly boolean[] {
  const can = graph.nodes.map(() => true)
  for (const port of graph.outputs) for (const id of port.nodes) can[id] = false
  for (const node of graph.nodes) {
    if (node.kind === 'add') {
      // One of two negated operands may turn positive, but none may join the other.
      if (node.left.negate && !node.right.negate) can[node.right.node] = false
      if (node.right.negate && !node.left.negate) can[node.left.node] = false
      if (node.left.node === node.right.node) can[node.left.node] = false
    } else for (const operand of operandsOf(node)) can[operand] = false
  }
  return can
}
