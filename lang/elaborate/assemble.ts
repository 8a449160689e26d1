import type { NetworkSpec, Program } from '../program.js'
import { originsOf, type Traced } from './origins.js'

/** The parts of a Program, each once, with where its values were written. */
export interface Parts {
  readonly datasets: readonly Traced<Program['datasets'][number]>[]
  readonly trainings: readonly Traced<Program['trainings'][number]>[]
  readonly imports: readonly Traced<Program['imports'][number]>[]
  readonly networks: readonly Traced<NetworkSpec>[]
  readonly builds: readonly Traced<Program['builds'][number]>[]
  readonly targets: readonly Traced<Program['targets'][number]>[]
}

/** The Program: every list sorted by name, so that the order of declarations does not matter. */
export function assemble(file: string, parts: Parts): Program {
  const lists = {
    datasets: sorted(parts.datasets, (spec) => spec.name),
    trainings: sorted(parts.trainings, (spec) => spec.id),
    imports: sorted(parts.imports, (spec) => spec.id),
    networks: sorted(parts.networks, (spec) => spec.id),
    builds: sorted(parts.builds, (spec) => spec.name),
    targets: sorted(parts.targets, (spec) => spec.name),
  }
  return {
    file,
    datasets: specsOf(lists.datasets),
    trainings: specsOf(lists.trainings),
    imports: specsOf(lists.imports),
    networks: specsOf(lists.networks),
    builds: specsOf(lists.builds),
    targets: specsOf(lists.targets),
    origins: originsOf(lists),
  }
}

function sorted<Spec>(parts: readonly Traced<Spec>[], nameOf: (spec: Spec) => string): readonly Traced<Spec>[] {
  return [...parts].sort((a, b) => compare(nameOf(a.spec), nameOf(b.spec)))
}

function specsOf<Spec>(parts: readonly Traced<Spec>[]): readonly Spec[] {
  return parts.map(({ spec }) => spec)
}

/** By code units: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
