import { metricWithoutData } from '../../diagnostics/messages/check-fit.js'
import type { ImportSpec } from '../../program.js'
import type { Span } from '../../source.js'
import { entriesOf } from '../call.js'
import { checkNumbers, seedRule } from '../checks.js'
import type { Elaboration } from '../context.js'
import { identityOf } from '../identity.js'
import type { Traced } from '../origins.js'
import { hasFailed, type Value, type ValueOf } from '../value.js'
import { fileAt } from './source.js'
import { metricFor, type TrainingParts } from './training.js'

/** Whether a `train` takes its network from a file. */
export function isImport(training: ValueOf<'declared'>, elaboration: Elaboration): boolean {
  return entriesOf(training, elaboration).has('checkpoint')
}

/** The file that holds a network. Undefined, and reported, where something is wrong. */
export function checkpointSpec(checkpoint: Value, elaboration: Elaboration): ImportSpec['checkpoint'] | undefined {
  if (checkpoint.kind !== 'built') return undefined
  if (checkpoint.name !== 'keras')
    throw new Error(`the prelude declares a checkpoint "${checkpoint.name}" that the elaborator does not know`)
  const path = checkpoint.arguments.get('path')
  const file = path?.kind === 'text' ? fileAt(path, 'network.keras', elaboration) : undefined
  return file === undefined ? undefined : { kind: 'keras', path: file.path }
}

/**
 * A network from a file, with the data that measure it, if any. Whether they fit shows when the file is read. Undefined
 * where something is wrong.
 */
export function importSpec(
  training: ValueOf<'declared'>,
  parts: Pick<TrainingParts, 'dataset'>,
  elaboration: Elaboration,
): Traced<ImportSpec> | undefined {
  const entries = entriesOf(training, elaboration)
  const valid = checkNumbers(entries, { seed: seedRule }, elaboration)
  const datasetValue = entries.get('dataset')
  const checkpoint = entries.get('checkpoint')
  const dataset = datasetValue?.kind === 'declared' ? parts.dataset(datasetValue) : undefined
  for (const value of entries.values()) if (hasFailed(value)) return undefined
  if (checkpoint === undefined || (datasetValue !== undefined && dataset === undefined)) return undefined
  const given = entries.get('metric')
  const metric =
    dataset === undefined || datasetValue?.kind !== 'declared'
      ? null
      : metricFor(entries, dataset, datasetValue, elaboration)
  if (metric === null && given?.kind === 'metric') {
    const related = [{ span: checkpoint.span, text: 'this network has no `dataset`' }]
    elaboration.report(metricWithoutData({ metric: given.declaration.name.name, span: given.span, related }))
    return undefined
  }
  const spec = checkpointSpec(checkpoint, elaboration)
  if (!valid || metric === undefined || spec === undefined) return undefined
  const seed = entries.get('seed')
  return {
    spec: {
      id: identityOf(training, elaboration),
      doc: training.declaration.doc,
      checkpoint: spec,
      dataset: dataset?.name ?? null,
      metric,
      seed: seed?.kind === 'number' ? seed.value : 0,
    },
    // Entries of a training have defaults, but are no part of this.
    traces: new Map<string, Value | Span>([
      ['', training.declaration.span],
      ...(['checkpoint', 'dataset', 'metric', 'seed'] as const).flatMap((name) => {
        const value = entries.get(name)
        return value === undefined ? [] : [[name, value] as const]
      }),
    ]),
  }
}
