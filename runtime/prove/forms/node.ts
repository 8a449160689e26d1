import type { FixedNode, NodeId, Term } from '../../../compiler/fixed/graph.js'
import { constantForm, type Form, FormBuilder, multiplyForms } from './form.js'

/** An exact value: a polynomial in bits, times 2^-fraction. */
export interface Value {
  readonly form: Form
  readonly fraction: number
}

/**
 * What a sum or a product means as a polynomial in the bits of its operands, counted in steps of 2^-fraction. Null for
 * other nodes, and where a step is too coarse to hold each part of it.
 */
export function nodeForm(node: FixedNode, fraction: number, operand: (id: NodeId) => Value): Form | null {
  switch (node.kind) {
    case 'add':
      return sumForm([node.left, node.right], fraction, operand)
    case 'sum':
      return sumForm(node.terms, fraction, operand)
    case 'scale':
      return sumForm([node.term], fraction, operand)
    case 'multiply_constant': {
      const value = operand(node.node)
      return multipleOf(value.form, node.mantissa, fraction - (value.fraction - node.exponent))
    }
    case 'multiply': {
      const [left, right] = [operand(node.left), operand(node.right)]
      const product = multiplyForms(left.form, right.form)
      return product === null ? null : multipleOf(product, 1n, fraction - (left.fraction + right.fraction))
    }
    default:
      return null
  }
}

function sumForm(terms: readonly Term[], fraction: number, operand: (id: NodeId) => Value): Form | null {
  const sum = new FormBuilder()
  for (const { node, shift, negate } of terms) {
    const value = operand(node)
    const part = multipleOf(value.form, negate ? -1n : 1n, fraction - (value.fraction - shift))
    if (part === null) return null
    sum.addForm(part, 1n)
  }
  return sum.form
}

/** form · factor · 2^exponent, where that has integer coefficients. */
function multipleOf(form: Form, factor: bigint, exponent: number): Form | null {
  if (exponent >= 0) return multiplyForms(form, constantForm(factor << BigInt(exponent)))
  const divisor = 1n << BigInt(-exponent)
  const divided = new FormBuilder()
  for (const [key, coefficient] of form) {
    const product = coefficient * factor
    if (product % divisor !== 0n) return null
    divided.add(key, product / divisor)
  }
  return divided.form
}
