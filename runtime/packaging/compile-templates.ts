// Run after the compiler: writes the templates as a module, so that a build makes no code of text, and takes no time for it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compiledTemplates, packageRoot } from './locations.js'
import { templateModule } from './template-module.js'

writeFileSync(compiledTemplates, templateModule(join(packageRoot, 'targets')))
