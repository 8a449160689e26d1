import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { templateProgram } from '../../targets/templates.js'
import { templatesOf } from './closure.js'

/** The text of a CommonJS module that holds the templates of a folder, compiled, by relative path. */
export function templateModule(folder: string): string {
  const entries = templatesOf(folder).map((name) => {
    const program = templateProgram(name, readFileSync(join(folder, name), 'utf8'))
    return `${JSON.stringify(name)}: (() => {\n${program}\n})(),\n`
  })
  return `module.exports = {\n${entries.join('')}}\n`
}
