import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { portElementTooWide } from '../../lang/diagnostics/messages/compile.js'
import { elementCount } from '../../lang/shape.js'
import { FixedGraphBuilder } from '../fixed/builder.js'
import { dyadicOf } from '../fixed/dyadic.js'
import type { FixedGraph } from '../fixed/graph.js'
import { typeOfInterval } from '../fixed/interval.js'
import { widthOf } from '../fixed/type.js'
import type { Calibrated } from '../graph/calibrated.js'
import type { Operation, OperationId } from '../graph/operation.js'
import { liveOperations, operationAt } from '../graph/walk.js'
import { lowerOperation } from './operations.js'
import type { Scalars } from './tensor.js'

/** Elements of ports are doubles in software, so they have at most this many bits. */
export const WIDEST_PORT_ELEMENT = 53

/**
 * The calibrated network as exact fixed-point operations on scalars: an interpreter of the data side of its graph. Every
 * node stands for the exact real number that the network means, so the result equals exact inference bit for bit.
 *
 * Errors: an operation on data that hardware cannot do (HGQ5001), an element of a port wider than 53 bits (HGQ5002).
 */
export function lower(calibrated: Calibrated): Result<FixedGraph> {
  const { graph } = calibrated
  const builder = new FixedGraphBuilder()
  const values = new Map<OperationId, Scalars>()
  for (const { name, operation: id } of graph.inputs) {
    const operation = operationAt(graph, id)
    const types = calibrated.inputs.get(id)?.types
    if (types === undefined) throw new Error(`input "${name}" was not calibrated`)
    const tooWide = firstTooWide(name, 'input', types.map(widthOf), operation)
    if (tooWide !== null) return { ok: false, error: tooWide }
    builder.origin = operation.scope
    values.set(id, { shape: operation.shape, nodes: builder.input(name, operation.shape, types) })
  }
  const scalarsOf = (id: OperationId): Scalars => {
    const known = values.get(id)
    if (known !== undefined) return known
    const value = constantScalars(calibrated, id, builder)
    values.set(id, value)
    return value
  }
  for (const id of liveOperations(graph)) {
    const operation = operationAt(graph, id)
    if (operation.side === 'parameter' || operation.kind === 'input') continue
    builder.origin = operation.scope
    const result = lowerOperation(operation, { builder, calibrated, scalarsOf })
    if (!result.ok) return result
    values.set(id, { shape: operation.shape, nodes: result.value })
  }
  for (const { name, operation: id } of graph.outputs) {
    const { shape, nodes } = scalarsOf(id)
    const widths = nodes.map((node) => widthOf(typeOfInterval(builder.intervalAt(node))))
    const tooWide = firstTooWide(name, 'output', widths, operationAt(graph, id))
    if (tooWide !== null) return { ok: false, error: tooWide }
    builder.output(name, shape, nodes)
  }
  return { ok: true, value: builder.finish() }
}

/** A parameter-side value as constant nodes. */
function constantScalars(calibrated: Calibrated, id: OperationId, builder: FixedGraphBuilder): Scalars {
  const { shape } = operationAt(calibrated.graph, id)
  const values = calibrated.constants.get(id)?.values
  if (values === undefined) throw new Error(`operation ${id} is used by data but has no calibrated value`)
  const nodes = Array.from({ length: elementCount(shape) }, (_, element) => {
    const { mantissa, exponent } = dyadicOf(values[values.length === 1 ? 0 : element] ?? 0)
    return builder.constant(mantissa, exponent)
  })
  return { shape, nodes }
}

function firstTooWide(
  port: string,
  side: 'input' | 'output',
  widths: readonly number[],
  operation: Operation,
): Diagnostic | null {
  const element = widths.findIndex((width) => width > WIDEST_PORT_ELEMENT)
  if (element < 0) return null
  const width = widths[element] ?? 0
  return portElementTooWide({ port, side, element, width, limit: WIDEST_PORT_ELEMENT, span: operation.span })
}
