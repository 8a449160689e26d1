import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import type { Span } from '../../lang/source.js'
import type { TensorGraph } from '../graph/operation.js'

/** Stands for a file name in a span that names an operation instead of a place in a text. */
const OPERATION = '#operation'
/** Begins what stands for a file name in a span that names an entry of a declaration. */
const ENTRY = '#entry/'

/**
 * The graph with spans that name operations instead of places: what an action may read. A place in the text must not
 * reach a key or an artifact, or a comment added above would rebuild everything.
 */
export function withoutSpans(graph: TensorGraph): TensorGraph {
  return {
    ...graph,
    operations: graph.operations.map((operation) => ({
      ...operation,
      span: { file: OPERATION, start: operation.id, end: operation.id },
    })),
  }
}

/** Stands for the place of an entry of the declaration that an action is about: `source` of a data set. */
export function entrySpan(entry: string): Span {
  return { file: `${ENTRY}${entry}`, start: 0, end: 0 }
}

/** A place in the text, and others that tell how one comes there. */
interface Place {
  readonly span: Span
  readonly related?: Diagnostic['related']
}

/** Where things were written that an action knows by number or name only. */
export interface SpanLookup {
  operation(id: number): Place | undefined
  entry(name: string): Span | undefined
}

/** A message made by an action, with the places in the text that it may not know. */
export function withSpans(diagnostic: Diagnostic, lookup: SpanLookup): Diagnostic {
  const found = (span: Span): Place | undefined => {
    if (span.file === OPERATION) return lookup.operation(span.start)
    const entry = span.file.startsWith(ENTRY) ? lookup.entry(span.file.slice(ENTRY.length)) : span
    return entry && { span: entry }
  }
  const place = diagnostic.span === undefined ? undefined : found(diagnostic.span)
  const related = diagnostic.related.flatMap((each) => {
    const span = found(each.span)?.span
    return span === undefined ? [] : [{ ...each, span }]
  })
  return { ...diagnostic, span: place?.span, related: [...(place?.related ?? []), ...related] }
}
