import type { CheckedModule, CheckedProgram } from '../check/result.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { LanguageHost } from '../host.js'
import type { PipelineInputs, Program } from '../program.js'
import type { ArchitectureDeclaration, EntryDeclaration } from '../syntax/ast.js'
import { assemble } from './assemble.js'
import { entriesOf, standAlone, standsAlone, withDefaults } from './call.js'
import { Elaboration, type Env, TooLarge } from './context.js'
import { pipelineInputs } from './inputs.js'
import type { Frame } from './network/frames.js'
import { checkFixed } from './network/quantizer.js'
import { Pipeline } from './pipeline.js'
import { deviceSpec } from './specs/target.js'
import type { ValueOf } from './value.js'

export interface Elaborated {
  /** Null when there is an error. */
  readonly program: Program | null
  /** What can be told of the files that the pipeline reads, whether or not there is an error. */
  readonly inputs: PipelineInputs
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Evaluates a checked program to plain data: quantities in base units, defaults filled in, networks expanded into
 * operations, and every value checked that types cannot judge. Also what no build uses is checked where it can stand
 * alone. Where the checker found an error, only what reads files and is without one is evaluated.
 */
export function elaborate(checked: CheckedProgram, host: LanguageHost): Elaborated {
  const elaboration = new Elaboration(checked, host)
  const pipeline = new Pipeline(elaboration)
  const program = elaboration.mistaken ? null : bounded(elaboration, () => elaborateAll(pipeline, elaboration))
  const inputs = bounded(elaboration, () => pipelineInputs(pipeline, elaboration))
  return { program, inputs: inputs ?? NO_INPUTS, diagnostics: elaboration.diagnostics }
}

const NO_INPUTS: PipelineInputs = { datasets: [], imports: [], origins: {} }

/** Null, and reported, where evaluation has to end early. */
function bounded<T>(elaboration: Elaboration, evaluateAll: () => T): T | null {
  elaboration.restart()
  try {
    return evaluateAll()
  } catch (error) {
    if (error instanceof TooLarge) return null
    throw error
  }
}

function elaborateAll(pipeline: Pipeline, elaboration: Elaboration): Program | null {
  const { entry: path } = elaboration.checked
  const entry = elaboration.module(path)
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
    declaration.kind === kind && standsAlone(declaration)
      ? [standAlone(declaration, module, elaboration, declaration.name.span)]
      : [],
  )
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
    if (declaration.kind === 'architecture' && standsAlone(declaration))
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
