import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TemplateLoader } from '../../targets/templates.js'
import { packageRoot } from '../packaging/locations.js'

/** Reads the templates that come with the package. */
export const verilogTemplates: TemplateLoader = (name) =>
  readFileSync(join(packageRoot, 'targets', 'verilog', 'templates', name), 'utf8')

/** The same for those that are named by their path in `targets/`. */
export const packageTemplates: TemplateLoader = (name) => readFileSync(join(packageRoot, 'targets', name), 'utf8')
