import type { ProgramContext } from './context.js'
import { PRELUDE, parseToContext } from './modules.js'

/** The standard module that exports `name`, if one does. */
export function standardModuleOf(name: string, program: ProgramContext): string | undefined {
  return standardNames(program).get(name)
}

/** What the modules of the standard library export, but for the prelude, and which one exports it. */
export function standardNames(program: ProgramContext): ReadonlyMap<string, string> {
  program.standardExports ??= collect(program)
  return program.standardExports
}

function collect(program: ProgramContext): Map<string, string> {
  const exports = new Map<string, string>()
  for (const specifier of program.host.standardModules()) {
    if (specifier === PRELUDE) continue
    const source = program.host.readModule(specifier, program.prelude.path)
    if (source === undefined) continue
    const module = program.modules.get(source.path) ?? parseToContext(source)
    for (const declaration of module.ast.declarations) {
      const name = declaration.name.name
      if (declaration.exported && name !== '' && !exports.has(name)) exports.set(name, specifier)
    }
  }
  return exports
}
