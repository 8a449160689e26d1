import type { Result } from '../../lang/diagnostics/diagnostic.js'
import { operationHasNoHardware } from '../../lang/diagnostics/messages/compile.js'
import type { Shape } from '../../lang/host.js'
import { type FixedGraphBuilder, plain } from '../fixed/builder.js'
import type { NodeId } from '../fixed/graph.js'
import type { Calibrated } from '../graph/calibrated.js'
import { broadcastMap, concatMap, sliceMap, transposeMap } from '../graph/elements.js'
import { lookupsOf, tableBefore } from '../graph/lookup.js'
import type { Operation, OperationId, OperationKind, OperationOf, OperationTable } from '../graph/operation.js'
import { patchesMap } from '../graph/patches.js'
import { lowerLookups } from './lookup.js'
import { lowerQuantizer } from './quantize.js'
import { contractionPairs, reductionGroups, type Scalars } from './tensor.js'

export interface LoweringContext {
  readonly builder: FixedGraphBuilder
  readonly calibrated: Calibrated
  /** The scalars of an operand; constants for one of the parameter side. */
  readonly scalarsOf: (id: OperationId) => Scalars
}

/** Elements of the result, row-major. */
type Lowered = Result<readonly NodeId[]>
type Handler<K extends OperationKind> = (operation: OperationOf<K>, context: LoweringContext) => Lowered
type Handlers = OperationTable<{ readonly [K in OperationKind]: Handler<K> }>

/** The scalars of one data-side operation. */
export function lowerOperation<K extends OperationKind>(operation: OperationOf<K>, context: LoweringContext): Lowered {
  const handler = handlers[operation.kind as K] as Handler<K>
  return handler(operation, context)
}

const handlers: Handlers = {
  input: (operation) => misplaced(operation),
  parameter: (operation) => misplaced(operation),
  batch_statistics: (operation) => misplaced(operation),
  constant: (operation) => misplaced(operation),
  quantize: (operation, { builder, calibrated, scalarsOf }) => {
    const types = calibrated.quantizers.get(operation.id)
    if (types === undefined) throw new Error(`quantizer "${operation.path}" was not calibrated`)
    if (tableBefore(calibrated.graph, operation) !== null)
      return done(lowerLookups(builder, scalarsOf(operation.operands[0]).nodes, lookupsOf(calibrated, operation)))
    const nodes = scalarsOf(operation.operands[0]).nodes.map((node, element) => {
      const type = types.types[element]
      if (type === undefined) throw new Error(`quantizer "${operation.path}" has no type for element ${element}`)
      return lowerQuantizer(builder, node, type, types.rounding, types.overflow)
    })
    return done(nodes)
  },
  einsum: ({ operands: [a, b], equation, shape }, { builder, scalarsOf }) => {
    const [left, right] = [scalarsOf(a), scalarsOf(b)]
    return done(
      contractionPairs(equation, left.shape, right.shape, shape).map((pairs) =>
        builder.sum(pairs.map(([i, j]) => plain(builder.multiply(at(left, i), at(right, j))))),
      ),
    )
  },
  add: elementwise((builder, a, b) => builder.sum([plain(a), plain(b)])),
  subtract: elementwise((builder, a, b) => builder.sum([plain(a), { node: b, shift: 0, negate: true }])),
  multiply: elementwise((builder, a, b) => builder.multiply(a, b)),
  maximum: elementwise((builder, a, b) => builder.maximum(a, b)),
  minimum: elementwise((builder, a, b) => builder.minimum(a, b)),
  divide: (operation) => noHardware(operation, 'only values that depend on parameters alone may be divided'),
  // Its quantizer looks up what the operand is.
  table: each((_, node) => node),
  square_root: (operation) =>
    noHardware(operation, 'only values that depend on parameters alone may have their root taken'),
  negate: each((builder, node) => builder.negate(node)),
  relu: each((builder, node) => builder.relu(node)),
  abs: each((builder, node) => {
    const { low, high } = builder.intervalAt(node)
    if (low >= 0n) return node
    const negated = builder.negate(node)
    return high <= 0n ? negated : builder.select(builder.less(node, builder.constant(0n)), negated, node)
  }),
  stop_gradient: each((_, node) => node),
  shift: (operation, context) =>
    each((builder, node) => builder.scale({ node, shift: operation.by, negate: false }))(operation, context),
  reduce: ({ operands: [operand], axes, reduction }, { builder, scalarsOf }) => {
    const value = scalarsOf(operand)
    return done(
      reductionGroups(value.shape, axes).map((group) => {
        const nodes = group.map((index) => at(value, index))
        if (reduction === 'sum') return builder.sum(nodes.map(plain))
        return balanced(nodes, (a, b) => (reduction === 'max' ? builder.maximum(a, b) : builder.minimum(a, b)))
      }),
    )
  },
  reshape: ({ operands: [operand] }, { scalarsOf }) => done(scalarsOf(operand).nodes),
  transpose: ({ operands: [operand], permutation }, { scalarsOf }) =>
    picked(scalarsOf(operand), (shape) => transposeMap(shape, permutation)),
  slice: ({ operands: [operand], axis, start, end }, { scalarsOf }) =>
    picked(scalarsOf(operand), (shape) => sliceMap(shape, axis, start, end)),
  concat: ({ operands, axis }, { scalarsOf }) => {
    const parts = operands.map(scalarsOf)
    const from = concatMap(
      parts.map(({ shape }) => shape),
      axis,
    )
    return done(Array.from(from.operand, (index, element) => at(parts[index], from.element[element] ?? -1)))
  },
  patches: (operation, { builder, scalarsOf }) => {
    const value = scalarsOf(operation.operands[0])
    const map = patchesMap(value.shape, operation)
    return done(Array.from(map, (element) => (element < 0 ? builder.constant(0n) : at(value, element))))
  },
}

function each(make: (builder: FixedGraphBuilder, node: NodeId) => NodeId) {
  return ({ operands: [operand] }: { readonly operands: readonly [OperationId] }, context: LoweringContext): Lowered =>
    done(context.scalarsOf(operand).nodes.map((node) => make(context.builder, node)))
}

function elementwise(make: (builder: FixedGraphBuilder, left: NodeId, right: NodeId) => NodeId) {
  return (
    { operands: [a, b], shape }: { readonly operands: readonly [OperationId, OperationId]; readonly shape: Shape },
    { builder, scalarsOf }: LoweringContext,
  ): Lowered => {
    const [left, right] = [scalarsOf(a), scalarsOf(b)]
    const ofRight = broadcastMap(right.shape, shape)
    return done(
      Array.from(broadcastMap(left.shape, shape), (element, position) =>
        make(builder, at(left, element), at(right, ofRight[position] ?? -1)),
      ),
    )
  }
}

/** All nodes joined by a binary operation, in a tree of least depth. */
function balanced(nodes: readonly NodeId[], join: (left: NodeId, right: NodeId) => NodeId): NodeId {
  const [first] = nodes
  if (first === undefined) throw new Error('a reduction of nothing')
  if (nodes.length === 1) return first
  const middle = nodes.length >> 1
  return join(balanced(nodes.slice(0, middle), join), balanced(nodes.slice(middle), join))
}

function picked(value: Scalars, mapOf: (shape: Shape) => Int32Array): Lowered {
  return done(Array.from(mapOf(value.shape), (element) => at(value, element)))
}

function at(value: Scalars | undefined, index: number): NodeId {
  const node = value?.nodes[index]
  if (node === undefined) throw new Error(`a tensor of ${value?.nodes.length} elements has no element ${index}`)
  return node
}

function done(nodes: readonly NodeId[]): Lowered {
  return { ok: true, value: nodes }
}

function noHardware(operation: Operation, rule: string): Lowered {
  return { ok: false, error: operationHasNoHardware({ kind: operation.kind, span: operation.span, rule }) }
}

function misplaced(operation: Operation): never {
  throw new Error(`operation ${operation.id} (${operation.kind}) is no operation on data`)
}
