// The one place that knows Nunjucks: how a template is compiled, and how one is rendered.
import nunjucks from 'nunjucks'
import { type GenericSchema, type InferInput, parse } from 'valibot'

/** A template as Nunjucks runs it: what its program gives. */
export interface CompiledTemplate {
  readonly root: (...words: never[]) => void
}

/**
 * Gives a template by its path in `targets/`: `verilog/templates/testbench.v.njk`. Injected, because only `runtime/` reads
 * files.
 */
export type TemplateLoader = (name: string) => CompiledTemplate

/** Nothing is escaped: Verilog is not HTML. */
const OPTIONS = { autoescape: false, throwOnUndefined: true, trimBlocks: true, lstripBlocks: true }

/**
 * The JavaScript of a template: the body of a function that gives a `CompiledTemplate`. Made with the package, so that no
 * code is generated when it runs. Throws on a template that is wrong.
 */
export function templateProgram(name: string, text: string): string {
  const environment = new nunjucks.Environment([], OPTIONS)
  return nunjucks.precompileString(text, { name, env: environment, wrapper: programOf })
}

/** Of the one template, which comes in a list, whatever the types of the package say. */
function programOf(templates: { readonly template: string } | readonly { readonly template: string }[]): string {
  const [only] = [templates].flat()
  if (only === undefined) throw new Error('Nunjucks has compiled nothing')
  return only.template
}

/**
 * A template's text for a context. A name that the context lacks is an error; since `{% if missing %}` would still pass, the
 * whole context is validated by `schema` as well. Throws on a context or a template that is wrong: both are our own, so
 * either is a bug.
 */
export function renderTemplate<Schema extends GenericSchema>(
  loader: TemplateLoader,
  name: string,
  schema: Schema,
  context: InferInput<Schema>,
): string {
  const getSource = (template: string) => ({
    // What is compiled already; the types know of text alone.
    src: { type: 'code', obj: loader(template) } as unknown as string,
    path: template,
    noCache: false,
  })
  const text = new nunjucks.Environment({ getSource }, OPTIONS).render(name, parse(schema, context) as object)
  return text.endsWith('\n') ? text : `${text}\n`
}
