import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import type { Span } from '../../lang/source.js'
import type { TensorGraph } from '../graph/operation.js'

/** Stands for a file name in a span that names an operation instead of a place in a text. */
const OPERATION = '#operation'

/**
 * The graph with spans that name operations instead of places: what an action may read. A place in the text must not
 * reach a key or an artifact, or a comment added above would rebuild everything.
 */
export function withoutPlaces(graph: TensorGraph): TensorGraph {
  return {
    ...graph,
    operations: graph.operations.map((operation) => ({
      ...operation,
      span: { file: OPERATION, start: operation.id, end: operation.id },
    })),
  }
}

/** A message about operations of `graph`, as made by an action, with the places where they were written. */
export function withPlaces(diagnostic: Diagnostic, graph: TensorGraph): Diagnostic {
  const place = (span: Span): Span => (span.file === OPERATION ? (graph.operations[span.start]?.span ?? span) : span)
  return {
    ...diagnostic,
    span: diagnostic.span === undefined ? undefined : place(diagnostic.span),
    related: diagnostic.related.map((each) => ({ ...each, span: place(each.span) })),
  }
}
