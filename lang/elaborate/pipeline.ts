import { twoOfOneName } from '../diagnostics/messages/check-values.js'
import type { DatasetSpec, ImportSpec, ModelSource, NetworkSpec, TargetSpec, TrainingSpec } from '../program.js'
import type { EntryDeclaration } from '../syntax/ast.js'
import type { Parts } from './assemble.js'
import type { Elaboration } from './context.js'
import { identityOf } from './identity.js'
import { type ExpandedNetwork, expandNetwork } from './network/expand.js'
import type { Traced } from './origins.js'
import { buildSpec } from './specs/build.js'
import { datasetSpec } from './specs/dataset.js'
import { importSpec, isImport } from './specs/import.js'
import { targetSpec } from './specs/target.js'
import { type Task, taskOf } from './specs/tasks.js'
import { trainingSpec } from './specs/training.js'
import type { ValueOf } from './value.js'

type Declared = ValueOf<'declared'>
interface Network {
  readonly id: string
  readonly expanded: ExpandedNetwork
}

/** Elaborates each data set, network, training and target once, whoever asks for it. */
export class Pipeline {
  readonly #elaboration: Elaboration
  /** By kind and identity: two files may declare the same name, but one program cannot hold both. */
  readonly #declarations = new Map<string, EntryDeclaration>()
  readonly #datasets = new Map<string, Traced<DatasetSpec> | undefined>()
  readonly #trainings = new Map<string, Traced<TrainingSpec> | undefined>()
  readonly #imports = new Map<string, Traced<ImportSpec> | undefined>()
  readonly #targets = new Map<string, Traced<TargetSpec> | undefined>()
  readonly #networks = new Map<
    string,
    { readonly content: string; readonly network: Network; readonly value: ValueOf<'network'> }
  >()
  readonly #expanded = new Map<ValueOf<'network'>, Network | undefined>()

  constructor(elaboration: Elaboration) {
    this.#elaboration = elaboration
  }

  dataset(value: Declared): DatasetSpec | undefined {
    return this.tracedDataset(value)?.spec
  }

  tracedDataset(value: Declared): Traced<DatasetSpec> | undefined {
    return this.#once(this.#datasets, value, () => datasetSpec(value, this.#elaboration))
  }

  target(value: Declared): TargetSpec | undefined {
    return this.#once(this.#targets, value, () => targetSpec(value, this.#elaboration))?.spec
  }

  /** A training, or a network from a file that stands for one. */
  training(value: Declared): { readonly spec: ModelSource; readonly task: Task | null } | undefined {
    const traced = isImport(value, this.#elaboration)
      ? this.#once(this.#imports, value, () => importSpec(value, this, this.#elaboration))
      : this.#once(this.#trainings, value, () => trainingSpec(value, this, this.#elaboration))
    if (traced === undefined) return undefined
    if (traced.spec.dataset === null) return { spec: traced.spec, task: null }
    const dataset = this.#datasets.get(traced.spec.dataset)
    return dataset === undefined ? undefined : { spec: traced.spec, task: taskOf(dataset.spec) }
  }

  networkOf(training: TrainingSpec): ExpandedNetwork | undefined {
    return this.#networks.get(training.network)?.network.expanded
  }

  network(value: ValueOf<'network'>): Network | undefined {
    if (this.#expanded.has(value)) return this.#expanded.get(value)
    const expanded = expandNetwork(value, this.#elaboration)
    const network = expanded === undefined ? undefined : this.#named(value, expanded)
    this.#expanded.set(value, network)
    return network
  }

  /** Everything that the given builds need. */
  partsOf(builds: readonly Declared[]): Parts {
    const built = builds.flatMap((build) => buildSpec(build, this, this.#elaboration) ?? [])
    const from = this.#withAncestors(built.flatMap(({ spec }) => spec.from))
    const [trainings, imports] = [pick(this.#trainings, from), pick(this.#imports, from)]
    return {
      builds: built,
      trainings,
      imports,
      targets: pick(
        this.#targets,
        built.flatMap(({ spec }) => spec.targets),
      ),
      datasets: pick(
        this.#datasets,
        [...trainings, ...imports].flatMap(({ spec }) => spec.dataset ?? []),
      ),
      networks: [...new Set(trainings.map(({ spec }) => spec.network))].flatMap((id) => this.#traced(id)),
    }
  }

  /** Ids of trainings and imports, and of all trainings that those start from or are taught by. */
  #withAncestors(ids: readonly string[]): readonly string[] {
    const all = new Set(ids)
    // What is added while walking is walked as well.
    for (const id of all) {
      const spec = this.#trainings.get(id)?.spec
      for (const other of [spec?.from, spec?.teacher]) if (other !== undefined) all.add(other.training)
    }
    return [...all]
  }

  #once<Spec>(
    known: Map<string, Traced<Spec> | undefined>,
    value: Declared,
    make: () => Traced<Spec> | undefined,
  ): Traced<Spec> | undefined {
    const id = identityOf(value, this.#elaboration)
    const { kind, name } = value.declaration
    const first = this.#declarations.get(`${kind} ${id}`)
    if (first !== undefined && first !== value.declaration) {
      this.#elaboration.report(twoOfOneName({ kind, name: name.name, span: name.span, first: first.name.span }))
      return undefined
    }
    this.#declarations.set(`${kind} ${id}`, value.declaration)
    if (!known.has(id)) known.set(id, make())
    return known.get(id)
  }

  /** An id that no other network has: two `with { … }` may read the same and say different things. */
  #named(value: ValueOf<'network'>, expanded: ExpandedNetwork): Network {
    const base = identityOf(value, this.#elaboration)
    const content = JSON.stringify(expanded.spec, (key, inner: unknown) => (key === 'span' ? undefined : inner))
    for (let count = 1; ; count++) {
      const id = count === 1 ? base : `${base} #${count}`
      const other = this.#networks.get(id)
      if (other?.content === content) return other.network
      if (other !== undefined) continue
      const network = { id, expanded }
      this.#networks.set(id, { content, network, value })
      return network
    }
  }

  #traced(id: string): readonly Traced<NetworkSpec>[] {
    const found = this.#networks.get(id)
    if (found === undefined) return []
    return [{ spec: { id, ...found.network.expanded.spec }, traces: new Map([['', found.value]]) }]
  }
}

function pick<Spec>(
  known: ReadonlyMap<string, Traced<Spec> | undefined>,
  ids: readonly string[],
): readonly Traced<Spec>[] {
  return [...new Set(ids)].flatMap((id) => known.get(id) ?? [])
}
