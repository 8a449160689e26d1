import type { Interval } from './interval.js'
import type { LookupTable } from './lookup.js'
import type { FixedType } from './type.js'

/** Index of a node in `FixedGraph.nodes`. */
export type NodeId = number

/**
 * Exact fixed-point operations on scalars. Every node's value is a real number on the grid of its interval; nodes never
 * round or overflow except `cast`, which drops bits. Plain data; `fixed/serialize.ts` writes it as JSON (bigints as
 * decimal strings).
 */
export interface FixedGraph {
  /** Operands precede their users. */
  readonly nodes: readonly FixedNode[]
  readonly inputs: readonly FixedPort[]
  readonly outputs: readonly FixedPort[]
}

/** A tensor at the border of the design: its elements in row-major order. */
export interface FixedPort {
  readonly name: string
  readonly shape: readonly number[]
  readonly nodes: readonly NodeId[]
}

interface NodeBase {
  /** Every value the node can take. */
  readonly interval: Interval
  /** Path of the operation that it belongs to, for reports and comments: `dense[0]`. */
  readonly origin: string
}

/** ±operand · 2^shift. */
export interface Term {
  readonly node: NodeId
  readonly shift: number
  readonly negate: boolean
}

export type FixedNode =
  | (NodeBase & { readonly kind: 'input'; readonly port: number; readonly element: number; readonly type: FixedType })
  /** The interval's single value. */
  | (NodeBase & { readonly kind: 'constant' })
  /** left + right with their shifts and signs; at most one of the two is negated after `optimize`. */
  | (NodeBase & { readonly kind: 'add'; readonly left: Term; readonly right: Term })
  /** ±operand · 2^shift: wiring, and an inversion where negated. */
  | (NodeBase & { readonly kind: 'scale'; readonly term: Term })
  /** constant · operand, where constant = mantissa · 2^exponent. Gone after `optimize`. */
  | (NodeBase & {
      readonly kind: 'multiply_constant'
      readonly node: NodeId
      readonly mantissa: bigint
      readonly exponent: number
    })
  /** Sum of any number of terms. After `optimize` a three-input adder: of three terms, at most two of them negated. */
  | (NodeBase & { readonly kind: 'sum'; readonly terms: readonly Term[] })
  | (NodeBase & { readonly kind: 'multiply'; readonly left: NodeId; readonly right: NodeId })
  /** Drop the bits below 2^-f (towards minus infinity) and those above k + i (modulo 2^(k+i), two's complement). */
  | (NodeBase & { readonly kind: 'cast'; readonly node: NodeId; readonly type: FixedType })
  /** max(operand, 0). */
  | (NodeBase & { readonly kind: 'relu'; readonly node: NodeId })
  /** 1 when left < right, else 0. */
  | (NodeBase & { readonly kind: 'less'; readonly left: NodeId; readonly right: NodeId })
  /** whenTrue where condition is 1, else whenFalse. */
  | (NodeBase & {
      readonly kind: 'select'
      readonly condition: NodeId
      readonly whenTrue: NodeId
      readonly whenFalse: NodeId
    })
  /**
   * What the table has for the operand, with an entry for each value of the operand's interval: `grid` and `fraction` are
   * those of the intervals of operand and result, in whose units the table counts.
   */
  | (NodeBase & {
      readonly kind: 'lookup'
      readonly node: NodeId
      /** Nodes with equal contents share one object. */
      readonly table: LookupTable
      readonly grid: number
      readonly fraction: number
    })

export type FixedNodeKind = FixedNode['kind']
export type FixedNodeOf<K extends FixedNodeKind> = Extract<FixedNode, { readonly kind: K }>
