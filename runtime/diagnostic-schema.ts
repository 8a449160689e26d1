import * as v from 'valibot'
import type { DiagnosticCode } from '../lang/diagnostics/catalogue.js'

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const span = v.object({ file: v.string(), start: count, end: count })
const code = v.custom<DiagnosticCode>((value) => typeof value === 'string' && /^HGQ\d{4}$/.test(value))

/** A `Diagnostic` as JSON. */
export const diagnosticSchema = v.object({
  code,
  severity: v.picklist(['error', 'warning', 'hint']),
  message: v.string(),
  span: v.optional(span),
  label: v.optional(v.string()),
  related: v.array(v.object({ span, text: v.string() })),
  notes: v.array(v.string()),
  fixes: v.array(v.object({ title: v.string(), edits: v.array(v.object({ span, text: v.string() })) })),
})
