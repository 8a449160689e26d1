import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { templateProgram } from '../../targets/templates.js'

/** Templates in a folder and below it, by relative path with slashes, in order. */
export function templatesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.njk'))
    .sort()
}

/** The text of a CommonJS module that holds the templates of a folder, compiled, by relative path. */
export function templateModule(folder: string): string {
  const entries = templatesOf(folder).map((name) => {
    const program = templateProgram(name, readFileSync(join(folder, name), 'utf8'))
    return `${JSON.stringify(name)}: (() => {\n${program}\n})(),\n`
  })
  return `module.exports = {\n${entries.join('')}}\n`
}
