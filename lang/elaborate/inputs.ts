import type { CheckedModule } from '../check/result.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import type { DatasetSpec, PipelineInputs } from '../program.js'
import type { Span } from '../source.js'
import type { EntryDeclaration, Expression } from '../syntax/ast.js'
import { standAlone, standsAlone } from './call.js'
import type { Elaboration, Env } from './context.js'
import { evaluate } from './evaluate.js'
import { identityOf } from './identity.js'
import { originsOf, type Traced } from './origins.js'
import { Soundness } from './sound.js'
import { checkpointSpec } from './specs/import.js'
import { itemsOf, type Value, type ValueOf } from './value.js'

type Declared = ValueOf<'declared'>
type Checkpoint = PipelineInputs['imports'][number]

/** What finds the data sets of a pipeline; `Pipeline` in a build, as it elaborates each once. */
interface Datasets {
  tracedDataset(value: Declared): Traced<DatasetSpec> | undefined
}

/**
 * What the pipeline file reads from files, as far as that can be told: of each data set and checkpoint that is without a
 * mistake, whatever is wrong elsewhere. What a library exports is left to the files that use it, for paths are relative to those.
 */
export function pipelineInputs(datasets: Datasets, elaboration: Elaboration): PipelineInputs {
  return new Inputs(datasets, elaboration).collect()
}

class Inputs {
  readonly #datasets: Datasets
  readonly #elaboration: Elaboration
  readonly #sound: Soundness
  readonly #foundDatasets = new Map<string, Traced<DatasetSpec>>()
  readonly #seenTrainings = new Set<string>()
  readonly #foundImports = new Map<string, Traced<Checkpoint>>()

  constructor(datasets: Datasets, elaboration: Elaboration) {
    this.#datasets = datasets
    this.#elaboration = elaboration
    const known: readonly Diagnostic[] = [...elaboration.checked.diagnostics, ...elaboration.diagnostics]
    this.#sound = new Soundness(elaboration.checked, known)
  }

  collect(): PipelineInputs {
    const module = this.#elaboration.module(this.#elaboration.checked.entry)
    const { declarations } = module.ast
    const isLibrary =
      declarations.some(({ exported }) => exported) && !declarations.some(({ kind }) => kind === 'build')
    for (const declaration of isLibrary ? [] : declarations) {
      if (declaration.kind === 'build') this.#build(declaration, module)
      else if (declaration.exported) continue
      else if (declaration.kind === 'dataset') this.#dataset(this.#alone(declaration, module))
      else if (declaration.kind === 'train') this.#training(this.#alone(declaration, module))
    }
    const [found, imported] = [[...this.#foundDatasets.values()], [...this.#foundImports.values()]]
    return {
      datasets: found.map(({ spec }) => spec),
      imports: imported.map(({ spec }) => spec),
      origins: originsOf({ datasets: found, imports: imported }),
    }
  }

  /** Undefined for what needs arguments, or has a mistake in their defaults. */
  #alone(declaration: EntryDeclaration, module: CheckedModule): Declared | undefined {
    const { parameters } = declaration
    const isSound = standsAlone(declaration) && parameters.every(({ span }) => this.#sound.holds(span, module))
    return isSound ? standAlone(declaration, module, this.#elaboration, declaration.name.span) : undefined
  }

  /** The trainings of a build, whatever their arguments are. */
  #build(declaration: EntryDeclaration, module: CheckedModule): void {
    const build = this.#alone(declaration, module)
    const from = build === undefined ? undefined : this.#entry(build, 'from')
    for (const value of from === undefined ? [] : (itemsOf(from) ?? [from]))
      if (value.kind === 'declared') this.#training(value)
  }

  #training(value: Declared | undefined): void {
    if (value === undefined) return
    const id = identityOf(value, this.#elaboration)
    if (this.#seenTrainings.has(id)) return
    this.#seenTrainings.add(id)
    const dataset = this.#entry(value, 'dataset')
    if (dataset?.kind === 'declared') this.#dataset(dataset)
    const { declaration, module } = value
    // A training that needs itself has a mistake, at one of the links that lead back to it.
    if (!this.#sound.holds(declaration.span, module)) return
    for (const entry of ['from', 'teacher']) {
      const other = this.#entry(value, entry)
      if (other?.kind === 'declared') this.#training(other)
    }
    const checkpoint = this.#entry(value, 'checkpoint')
    const spec = checkpoint === undefined ? undefined : checkpointSpec(checkpoint, this.#elaboration)
    if (checkpoint === undefined || spec === undefined) return
    this.#foundImports.set(id, {
      spec: { id, checkpoint: spec },
      traces: new Map<string, Value | Span>([['checkpoint', checkpoint]]),
    })
  }

  #dataset(value: Declared | undefined): void {
    if (value === undefined || !this.#sound.holds(value.declaration.span, value.module)) return
    const traced = this.#datasets.tracedDataset(value)
    if (traced !== undefined) this.#foundDatasets.set(identityOf(value, this.#elaboration), traced)
  }

  /** One entry of a declaration; the others may be wrong. */
  #entry({ declaration, module, parameters }: Declared, name: string): Value | undefined {
    const bound = module.calls.get(declaration)?.arguments ?? []
    const value: Expression | undefined = bound.find(({ parameter }) => parameter.name.name === name)?.value
    if (value === undefined || !this.#sound.holds(value.span, module)) return undefined
    const env: Env = {
      elaboration: this.#elaboration,
      module,
      locals: new Map(parameters),
      frames: [],
      body: undefined,
    }
    return evaluate(value, env)
  }
}
