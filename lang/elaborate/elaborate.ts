import type { CheckedModule, CheckedProgram } from '../check/result.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { LanguageHost } from '../host.js'
import type { Program } from '../program.js'
import type { ArchitectureDeclaration, EntryDeclaration, Parameter } from '../syntax/ast.js'
import { assemble } from './assemble.js'
import { entriesOf, standAlone, withDefaults } from './call.js'
import { Elaboration, type Env, TooLarge } from './context.js'
import type { Frame } from './network/frames.js'
import { checkFixed } from './network/quantizer.js'
import { Pipeline } from './pipeline.js'
import { deviceSpec } from './specs/target.js'
import type { ValueOf } from './value.js'

/**
 * Evaluates a checked program to plain data: quantities in base units, defaults filled in, networks expanded into
 * operations, and every value checked that types cannot judge. Also what no build uses is checked where it can stand
 * alone. `program` is null when there is an error.
 */
export function elaborate(
  checked: CheckedProgram,
  host: LanguageHost,
): { program: Program | null; diagnostics: Diagnostic[] } {
  const elaboration = new Elaboration(checked, host)
  try {
    const program = elaborateAll(elaboration)
    return { program, diagnostics: elaboration.diagnostics }
  } catch (error) {
    if (error instanceof TooLarge) return { program: null, diagnostics: elaboration.diagnostics }
    throw error
  }
}

function elaborateAll(elaboration: Elaboration): Program | null {
  const { entry: path } = elaboration.checked
  const entry = elaboration.module(path)
  const pipeline = new Pipeline(elaboration)
  const builds = standAlones(entry, 'build', elaboration)
  const parts = pipeline.partsOf(builds)
  checkUnused(entry, pipeline, elaboration)
  if (elaboration.diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return null
  if (parts.builds.length < builds.length) throw new Error('a build failed to elaborate, and nothing says why')
  return assemble(path, parts)
}

/** The declarations of a kind that need no arguments. */
function standAlones(
  module: CheckedModule,
  kind: EntryDeclaration['kind'],
  elaboration: Elaboration,
): readonly ValueOf<'declared'>[] {
  return module.ast.declarations.flatMap((declaration) =>
    declaration.kind === kind && needsNothing(declaration.parameters)
      ? [standAlone(declaration, module, elaboration, declaration.name.span)]
      : [],
  )
}

function needsNothing(parameters: readonly Parameter[]): boolean {
  return parameters.every(({ defaultValue, type }) => defaultValue !== undefined || type.kind === 'optional_type')
}

/** What no build uses is checked as well; what was elaborated before is not elaborated again. */
function checkUnused(module: CheckedModule, pipeline: Pipeline, elaboration: Elaboration): void {
  for (const dataset of standAlones(module, 'dataset', elaboration)) pipeline.dataset(dataset)
  for (const training of standAlones(module, 'train', elaboration)) pipeline.training(training)
  for (const target of standAlones(module, 'target', elaboration)) pipeline.target(target)
  for (const device of standAlones(module, 'device', elaboration)) deviceSpec(device, elaboration)
  for (const quantizer of standAlones(module, 'quantizer', elaboration)) {
    const env: Env = { elaboration, module, locals: new Map(), frames: [], body: undefined }
    for (const value of entriesOf(quantizer, elaboration).values()) if (value.kind === 'built') checkFixed(value, env)
  }
  for (const declaration of module.ast.declarations) {
    if (declaration.kind === 'architecture' && needsNothing(declaration.parameters))
      checkArchitecture(declaration, module, pipeline, elaboration)
  }
}

/**
 * Checks the shapes of an architecture by its default arguments. Which quantizer will be in force is only known where it
 * is used, so here every place has one.
 */
function checkArchitecture(
  declaration: ArchitectureDeclaration,
  module: CheckedModule,
  pipeline: Pipeline,
  elaboration: Elaboration,
): void {
  const env = { elaboration, module, locals: new Map(), frames: [], body: undefined }
  const parameters = withDefaults(declaration.parameters, new Map(), env, module)
  const frames = [anyQuantizer(declaration, elaboration)]
  pipeline.network({ kind: 'network', declaration, module, parameters, frames, span: declaration.name.span })
}

function anyQuantizer(declaration: ArchitectureDeclaration, elaboration: Elaboration): Frame {
  const { span } = declaration.name
  const number = (value: number) => ({ kind: 'number', value, span }) as const
  const fixed = elaboration.prelude.declarations.get('fixed')
  if (fixed?.kind !== 'extern' || fixed.what !== 'function') throw new Error('the prelude does not declare `fixed`')
  const env = { elaboration, module: elaboration.prelude, locals: new Map(), frames: [], body: undefined }
  const given = new Map([
    ['integer', number(2)],
    ['fraction', number(4)],
  ])
  const value = {
    kind: 'built',
    name: 'fixed',
    arguments: withDefaults(fixed.parameters, given, env, elaboration.prelude),
    span,
  } as const
  return { places: new Map(['weight', 'activation', 'bias', 'table'].map((place) => [place, value])), name: 'any' }
}
