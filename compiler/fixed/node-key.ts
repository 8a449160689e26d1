import type { Term } from './graph.js'
import type { NodeFunction } from './nodes.js'

/** The same text for the same function of the same operands: by it equal nodes are made once. Tables have a number for theirs. */
export function keyOf(made: Exclude<NodeFunction, { readonly kind: 'lookup' }>): string {
  const term = (t: Term): string => `${t.negate ? '-' : '+'}${t.node}<${t.shift}`
  switch (made.kind) {
    case 'input':
      return `i${made.port},${made.element}`
    case 'constant':
      return `c${made.value.low},${made.value.fraction}`
    case 'add':
      return `a${term(made.left)}${term(made.right)}`
    case 'scale':
      return `x${term(made.term)}`
    case 'sum':
      return `s${made.terms.map(term).join('')}`
    case 'multiply_constant':
      return `k${made.node},${made.mantissa},${made.exponent}`
    case 'multiply':
      return `m${made.left},${made.right}`
    case 'cast':
      return `q${made.node},${made.type.k},${made.type.i},${made.type.f}`
    case 'relu':
      return `r${made.node}`
    case 'less':
      return `l${made.left},${made.right}`
    case 'select':
      return `w${made.condition},${made.whenTrue},${made.whenFalse}`
  }
}
