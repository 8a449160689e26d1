import type { FixedGraph, FixedNode, Term } from '../../compiler/fixed/graph.js'

/** A real number numerator · 2^-fraction. */
interface Real {
  readonly numerator: bigint
  readonly fraction: number
}

/**
 * The meaning of a `FixedGraph` written down as plainly as possible, in exact rationals and without any width: the oracle
 * of the tests of emitters. `inputs` are the integers of each port's elements on the grids of their types. Gives each
 * output element as an integer on the grid of its node's interval.
 */
export function evaluateReference(
  graph: FixedGraph,
  inputs: readonly (readonly bigint[])[],
): readonly (readonly bigint[])[] {
  const values: Real[] = []
  const at = (id: number): Real => values[id] ?? fail(id)
  for (const node of graph.nodes) values.push(meaningOf(node, at, inputs))
  return graph.outputs.map((port) =>
    port.nodes.map((id) => {
      const { interval } = graph.nodes[id] ?? fail(id)
      const integer = onGrid(at(id), interval.fraction)
      if (integer < interval.low || integer > interval.high) throw new Error(`node ${id} leaves its interval`)
      return integer
    }),
  )
}

function meaningOf(node: FixedNode, at: (id: number) => Real, inputs: readonly (readonly bigint[])[]): Real {
  switch (node.kind) {
    case 'input':
      return { numerator: inputs[node.port]?.[node.element] ?? 0n, fraction: node.type.f }
    case 'constant':
      return { numerator: node.interval.low, fraction: node.interval.fraction }
    case 'add':
      return sum([node.left, node.right], at)
    case 'sum':
      return sum(node.terms, at)
    case 'scale':
      return sum([node.term], at)
    case 'multiply_constant':
      return product(at(node.node), { numerator: node.mantissa, fraction: -node.exponent })
    case 'multiply':
      return product(at(node.left), at(node.right))
    case 'cast': {
      const { k, i, f } = node.type
      const value = at(node.node)
      const shift = value.fraction - f
      const dropped = shift >= 0 ? value.numerator >> BigInt(shift) : value.numerator << BigInt(-shift)
      const width = Math.max(0, k + i + f)
      return { numerator: k === 1 ? BigInt.asIntN(width, dropped) : BigInt.asUintN(width, dropped), fraction: f }
    }
    case 'relu': {
      const value = at(node.node)
      return value.numerator < 0n ? { numerator: 0n, fraction: 0 } : value
    }
    case 'less':
      return { numerator: difference(at(node.left), at(node.right)) < 0n ? 1n : 0n, fraction: 0 }
    case 'select':
      return at(node.condition).numerator !== 0n ? at(node.whenTrue) : at(node.whenFalse)
    case 'lookup': {
      const entry = node.table.entries[Number(onGrid(at(node.node), node.grid)) - node.table.low]
      if (entry === undefined) throw new Error('a table without an entry for its operand')
      return { numerator: BigInt(entry), fraction: node.fraction }
    }
  }
}

function sum(terms: readonly Term[], at: (id: number) => Real): Real {
  const values = terms.map((term) => {
    const { numerator, fraction } = at(term.node)
    return { numerator: term.negate ? -numerator : numerator, fraction: fraction - term.shift }
  })
  const fraction = Math.max(0, ...values.map((value) => value.fraction))
  return { numerator: values.reduce((total, value) => total + onGrid(value, fraction), 0n), fraction }
}

function product(a: Real, b: Real): Real {
  return { numerator: a.numerator * b.numerator, fraction: a.fraction + b.fraction }
}

function difference(a: Real, b: Real): bigint {
  const fraction = Math.max(a.fraction, b.fraction)
  return onGrid(a, fraction) - onGrid(b, fraction)
}

function onGrid({ numerator, fraction }: Real, grid: number): bigint {
  const shift = grid - fraction
  if (shift >= 0) return numerator << BigInt(shift)
  const result = numerator >> BigInt(-shift)
  if (result << BigInt(-shift) !== numerator)
    throw new Error(`${numerator}·2^-${fraction} is not on the grid 2^-${grid}`)
  return result
}

function fail(id: number): never {
  throw new Error(`no node ${id}`)
}
