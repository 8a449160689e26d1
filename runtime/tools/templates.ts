import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TemplateLoader } from '../../targets/templates.js'
import { packageRoot } from '../packaging/locations.js'

/** Reads the templates that come with the package. */
export const packageTemplates: TemplateLoader = (name) => readFileSync(join(packageRoot, 'targets', name), 'utf8')
