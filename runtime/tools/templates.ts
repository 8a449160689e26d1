import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type CompiledTemplate, type TemplateLoader, templateProgram } from '../../targets/templates.js'
import { compiledTemplates, packageRoot, runsFromSource } from '../packaging/locations.js'

type Compiled = { readonly [name: string]: CompiledTemplate }

let compiled: Compiled | undefined

/** Those that come with the package; when it runs from source, compiled here. */
export const packageTemplates: TemplateLoader = (name) => {
  if (runsFromSource) return evaluated(name, readFileSync(join(packageRoot, 'targets', name), 'utf8'))
  compiled ??= createRequire(import.meta.url)(compiledTemplates) as Compiled
  const template = compiled[name]
  if (template === undefined) throw new Error(`the package has no template ${name}`)
  return template
}

/** A template of its text, for those that are not in the package. */
export function evaluated(name: string, text: string): CompiledTemplate {
  return new Function(templateProgram(name, text))() as CompiledTemplate
}
