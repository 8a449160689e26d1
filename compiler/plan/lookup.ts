import type { BuildSpec, DatasetSpec, ModelSource, Program, TrainingSpec } from '../../lang/program.js'
import { buildTensorGraph } from '../graph/build.js'
import type { TensorGraph } from '../graph/operation.js'
import { type NamedMetric, namedMetrics } from './metrics.js'

/** What a Program holds, by the names by which it refers to it. Throws for a name that it does not hold, which is a bug. */
export class ProgramLookup {
  readonly program: Program
  readonly #graphs = new Map<string, TensorGraph>()

  constructor(program: Program) {
    this.program = program
  }

  /** The metric of the first training decides for the whole build, so that its trainings can be compared. */
  metrics(build: BuildSpec): readonly NamedMetric[] {
    const [training] = this.trainings(build)
    if (training === undefined) throw new Error(`the build ${build.name} names no training`)
    return namedMetrics(training.metric, build.within)
  }

  /** The trainings and imports that a build chooses from, in its order. */
  trainings(build: BuildSpec): readonly ModelSource[] {
    const { trainings, imports } = this.program
    return build.from.map((id) =>
      found(
        [...trainings, ...imports].find((source) => source.id === id),
        id,
      ),
    )
  }

  /** The training with this id. */
  training(id: string): TrainingSpec {
    return found(
      this.program.trainings.find((training) => training.id === id),
      id,
    )
  }

  /** The trainings and imports of a build, each behind those that it starts from or is taught by. */
  lineage(build: BuildSpec): readonly ModelSource[] {
    const ordered = new Set<ModelSource>()
    const add = (source: ModelSource): void => {
      if (ordered.has(source)) return
      const others = 'checkpoint' in source ? [] : [source.from, source.teacher]
      for (const other of others) if (other !== undefined) add(this.training(other.training))
      ordered.add(source)
    }
    this.trainings(build).forEach(add)
    return [...ordered]
  }

  /** The data set of this name. */
  dataset(name: string): DatasetSpec {
    return found(
      this.program.datasets.find((dataset) => dataset.name === name),
      name,
    )
  }

  /** The network with this id as a graph of tensors. */
  graph(id: string): TensorGraph {
    const graph =
      this.#graphs.get(id) ??
      buildTensorGraph(
        found(
          this.program.networks.find((each) => each.id === id),
          id,
        ),
      )
    this.#graphs.set(id, graph)
    return graph
  }

  /** Where the Program holds a training or an import: a JSON pointer. */
  pointer(source: ModelSource): string {
    const { trainings, imports } = this.program
    return 'checkpoint' in source ? `/imports/${imports.indexOf(source)}` : `/trainings/${trainings.indexOf(source)}`
  }
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the Program names "${name}" but does not hold it`)
  return value
}
