import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)

/** True when the program runs from its TypeScript sources (tests, development) instead of `dist/`. */
export const runsFromSource: boolean = here.endsWith('.ts')

/** The folder that holds the modules as they run: the package itself, or its `dist/`. */
export const codeRoot: string = join(dirname(here), '..', '..')

/** The compiled templates, in `dist/`. */
export const compiledTemplates: string = join(codeRoot, 'targets', 'compiled-templates.cjs')

/** The folder that holds `package.json`, `stdlib/` and, in `targets/`, the text of the templates. */
export const packageRoot: string = findUp(codeRoot)

function findUp(folder: string): string {
  return existsSync(join(folder, 'package.json')) || folder === dirname(folder) ? folder : findUp(dirname(folder))
}
