import nunjucks from 'nunjucks'
import { type GenericSchema, type InferInput, parse } from 'valibot'

/**
 * Gives the text of a template by its path in `targets/`: `verilog/templates/testbench.v.njk`. Injected, because only
 * `runtime/` reads files.
 */
export type TemplateLoader = (name: string) => string

/**
 * The one place that knows Nunjucks. Nothing is escaped (Verilog is not HTML) and a name that the context lacks is an
 * error; since `{% if missing %}` would still pass, the whole context is validated by `schema` as well.
 * Throws on a context or a template that is wrong: both are our own, so either is a bug.
 */
export function renderTemplate<Schema extends GenericSchema>(
  loader: TemplateLoader,
  name: string,
  schema: Schema,
  context: InferInput<Schema>,
): string {
  const environment = new nunjucks.Environment(
    { getSource: (template: string) => ({ src: loader(template), path: template, noCache: false }) },
    { autoescape: false, throwOnUndefined: true, trimBlocks: true, lstripBlocks: true },
  )
  const text = environment.render(name, parse(schema, context) as object)
  return text.endsWith('\n') ? text : `${text}\n`
}
