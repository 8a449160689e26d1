import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TemplateLoader } from '../../targets/templates.js'
import { packageRoot } from '../packaging/locations.js'

/** Reads the templates that come with the package: `vivado/build_vivado.tcl.njk`; without a folder, those of Verilog. */
export const packageTemplates: TemplateLoader = (name) => {
  const [folder, file] = name.includes('/') ? name.split('/') : ['verilog', name]
  return readFileSync(join(packageRoot, 'targets', folder ?? '', 'templates', file ?? ''), 'utf8')
}
