import type { NetworkSpec, Program } from '../program.js'
import type { Span } from '../source.js'
import { type Traced, traceValue } from './origins.js'

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
  const origins = new Map<string, Span>()
  const list = <Spec>(
    key: string,
    traced: readonly Traced<Spec>[],
    nameOf: (spec: Spec) => string,
  ): readonly Spec[] => {
    const sorted = [...traced].sort((a, b) => compare(nameOf(a.spec), nameOf(b.spec)))
    for (const [index, { traces }] of sorted.entries()) {
      for (const [path, value] of traces) traceValue(origins, `/${key}/${index}${path === '' ? '' : `/${path}`}`, value)
    }
    return sorted.map(({ spec }) => spec)
  }
  return {
    file,
    datasets: list('datasets', parts.datasets, (spec) => spec.name),
    trainings: list('trainings', parts.trainings, (spec) => spec.id),
    imports: list('imports', parts.imports, (spec) => spec.id),
    networks: list('networks', parts.networks, (spec) => spec.id),
    builds: list('builds', parts.builds, (spec) => spec.name),
    targets: list('targets', parts.targets, (spec) => spec.name),
    origins: Object.fromEntries(origins),
  }
}

/** By code units: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
