/** A file of the pipeline language as text. `path` is how messages name it, e.g. `pipeline.hgq` or `std/layers`. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** A half-open range `[start, end)` of UTF-16 offsets in one file. Lines and columns are computed when shown. */
export interface Span {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** The smallest span that covers both; both must lie in the same file. */
export function coveringSpan(first: Span, last: Span): Span {
  return { file: first.file, start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) }
}
