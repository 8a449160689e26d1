import { keepsOtherMetric, wrongTask } from '../../diagnostics/messages/check-fit.js'
import { weightDecayTooLarge } from '../../diagnostics/messages/check-schedules.js'
import type { Built, DatasetSpec, MetricSpec, Plain, Schedule, TrainingSpec } from '../../program.js'
import type { Span } from '../../source.js'
import { entriesOf } from '../call.js'
import {
  atLeastOne,
  belowOne,
  checkNumbers,
  notNegative,
  numberOf,
  positive,
  seedRule,
  share,
  wholeFromOne,
} from '../checks.js'
import type { Elaboration } from '../context.js'
import { identityOf } from '../identity.js'
import { checkInputUses, type ExpandedNetwork } from '../network/expand.js'
import type { Traced } from '../origins.js'
import { type Arguments, hasFailed, plainOf, type Value, type ValueOf } from '../value.js'
import { startedWithinLimits } from './controller.js'
import { checkFit } from './fit.js'
import { highestOf } from './highest.js'
import { type LineageParts, lineageOf } from './lineage.js'
import { metricFitsDataset, metricNamed, metricSpec } from './metric.js'
import { checkScheduled } from './schedule.js'
import { defaultMetric, lossesFor, taskOf } from './tasks.js'

/** What a training needs from the rest of the Program. */
export interface TrainingParts extends LineageParts {
  dataset(value: ValueOf<'declared'>): DatasetSpec | undefined
  network(value: ValueOf<'network'>): { readonly id: string; readonly expanded: ExpandedNetwork } | undefined
}

/** A training run, its values checked and its network and data set fitted to each other. Undefined where something is wrong. */
export function trainingSpec(
  training: ValueOf<'declared'>,
  parts: TrainingParts,
  elaboration: Elaboration,
): Traced<TrainingSpec> | undefined {
  const entries = entriesOf(training, elaboration)
  const before = elaboration.failures
  checkEntries(entries, elaboration)
  const datasetValue = entries.get('dataset')
  const modelValue = entries.get('model')
  const dataset = datasetValue?.kind === 'declared' ? parts.dataset(datasetValue) : undefined
  const network = modelValue?.kind === 'network' ? parts.network(modelValue) : undefined
  for (const value of entries.values()) if (hasFailed(value)) return undefined
  if (dataset === undefined || datasetValue?.kind !== 'declared') return undefined
  const loss = builtOf(entries, 'loss')
  const metric = metricFor(entries, dataset, datasetValue, elaboration)
  checkLoss(loss, entries, dataset, datasetValue, elaboration)
  if (network === undefined || modelValue?.kind !== 'network' || metric === undefined || loss === undefined)
    return undefined
  checkInputUses(network.expanded, elaboration)
  checkFit(
    {
      network: network.expanded,
      networkName: `'${modelValue.declaration.name.name}'`,
      dataset,
      entries: entriesOf(datasetValue, elaboration),
      datasetSpan: datasetValue.declaration.name.span,
      span: modelValue.span,
      isBinary: loss.kind === 'binary_cross_entropy',
      header: elaboration.host.peekData?.({ source: { ...dataset.source }, pipeline: elaboration.checked.entry }),
    },
    elaboration,
  )
  const lineage = lineageOf({ entries, network: network.expanded, dataset, loss: loss.kind }, parts, elaboration)
  const keep = keepOf(entries, metric, elaboration)
  const optimizer = builtOf(entries, 'optimizer')
  if (elaboration.failures > before || keep === undefined || optimizer === undefined || lineage === undefined)
    return undefined
  const number = (name: string): number => {
    const value = entries.get(name)
    return value === undefined ? 0 : (numberOf(value) ?? 0)
  }
  return {
    spec: {
      id: identityOf(training, elaboration),
      doc: training.declaration.doc,
      network: network.id,
      dataset: dataset.name,
      loss,
      ...lineage,
      metric,
      optimizer,
      epochs: number('epochs'),
      segment: number('segment'),
      batch: number('batch'),
      pressure: scheduleOf(startedWithinLimits(entries.get('pressure'), elaboration)),
      keep,
      calibrate: calibrationOf(entries),
      seed: number('seed'),
      engine: engineOf(entries),
    },
    traces: new Map<string, Value | Span>([
      ['', training.declaration.span],
      ...[...entries].map(([name, value]): [string, Value] => [name === 'model' ? 'network' : name, value]),
    ]),
  }
}

function checkEntries(entries: Arguments, elaboration: Elaboration): void {
  checkNumbers(
    entries,
    { epochs: atLeastOne, segment: wholeFromOne, batch: atLeastOne, seed: seedRule, distill: share },
    elaboration,
  )
  checkScheduled(entries, 'pressure', notNegative, entries.get('epochs'), elaboration)
  const optimizer = entries.get('optimizer')
  if (optimizer?.kind === 'built') checkOptimizer(optimizer.arguments, entries.get('epochs'), elaboration)
  const loss = entries.get('loss')
  if (loss?.kind === 'built') checkNumbers(loss.arguments, { delta: positive }, elaboration)
  const keep = entries.get('keep')
  if (keep?.kind === 'built') checkNumbers(keep.arguments, { size: atLeastOne }, elaboration)
  const calibrate = entries.get('calibrate')
  if (calibrate?.kind === 'record') checkNumbers(calibrate.entries, { margin: notNegative }, elaboration)
}

function checkOptimizer(values: Arguments, epochs: Value | undefined, elaboration: Elaboration): void {
  checkScheduled(values, 'rate', positive, epochs, elaboration)
  checkScheduled(values, 'width_rate', notNegative, epochs, elaboration)
  const rules = {
    beta_1: belowOne,
    beta_2: belowOne,
    epsilon: positive,
    weight_decay: notNegative,
    momentum: belowOne,
    clip_norm: positive,
  }
  if (checkNumbers(values, rules, elaboration)) checkDecay(values, epochs, elaboration)
}

/** Weights that shrink by all of themselves or more do not learn: they change their sign in every step. */
function checkDecay(values: Arguments, epochs: Value | undefined, elaboration: Elaboration): void {
  const [decayed, rated] = [values.get('weight_decay'), values.get('rate')]
  if (decayed === undefined || rated === undefined) return
  const length = epochs === undefined ? undefined : numberOf(epochs)
  const [decay, rate] = [numberOf(decayed), length === undefined ? undefined : highestOf(rated, length)]
  if (decay === undefined || rate === undefined || decay * rate < 1) return
  const { span } = decayed.span.file === elaboration.prelude.path ? rated : decayed
  elaboration.report(weightDecayTooLarge({ decay, rate, span }))
}

/** The metric that is named, if only in `keep`, else the usual one of the data set's task. Undefined, and reported, where it does not fit. */
export function metricFor(
  entries: Arguments,
  dataset: DatasetSpec,
  datasetValue: ValueOf<'declared'>,
  elaboration: Elaboration,
): MetricSpec | undefined {
  const keep = entries.get('keep')
  // A front is kept by the metric, so one that `keep` names is that of the training.
  const given = entries.get('metric') ?? (keep?.kind === 'built' ? keep.arguments.get('metric') : undefined)
  const span = given?.span ?? datasetValue.span
  const value: ValueOf<'metric'> =
    given?.kind === 'metric'
      ? given
      : {
          kind: 'metric',
          declaration: metricNamed(defaultMetric(taskOf(dataset)), elaboration),
          arguments: new Map(),
          span,
        }
  if (!metricFitsDataset(value.declaration, dataset, datasetValue.declaration.name.span, span, elaboration))
    return undefined
  return metricSpec(value, elaboration)
}

function checkLoss(
  loss: Built | undefined,
  entries: Arguments,
  dataset: DatasetSpec,
  datasetValue: ValueOf<'declared'>,
  elaboration: Elaboration,
): void {
  const span = entries.get('loss')?.span
  if (loss === undefined || span === undefined) return
  const task = taskOf(dataset)
  const instead = lossesFor(task)
  if (instead.includes(loss.kind)) return
  const related = [{ span: datasetValue.declaration.name.span, text: `'${dataset.name}' is for ${task}` }]
  elaboration.report(wrongTask({ what: 'loss', name: loss.kind, task, instead, span, related }))
}

const FRONT_SIZE = 32

function keepOf(entries: Arguments, metric: MetricSpec, elaboration: Elaboration): TrainingSpec['keep'] | undefined {
  const value = entries.get('keep')
  if (value === undefined) return { kind: 'pareto', metric: metric.kind, cost: 'ebops', size: FRONT_SIZE }
  if (value.kind !== 'built') return undefined
  if (value.name === 'last') return { kind: 'last' }
  const kept = value.arguments.get('metric')
  if (kept?.kind === 'metric' && kept.declaration.name.name !== metric.kind) {
    const given: Span | undefined = entries.get('metric')?.span
    const related = given === undefined ? [] : [{ span: given, text: 'the metric' }]
    elaboration.report(
      keepsOtherMetric({ kept: kept.declaration.name.name, metric: metric.kind, span: kept.span, related }),
    )
    return undefined
  }
  const size = value.arguments.get('size')
  return { kind: 'pareto', metric: metric.kind, cost: 'ebops', size: size?.kind === 'number' ? size.value : FRONT_SIZE }
}

/** Fields that are left out have the values of the prelude's default. */
function calibrationOf(entries: Arguments): TrainingSpec['calibrate'] {
  const value = entries.get('calibrate')
  const data = value?.kind === 'record' ? memberOf(value.entries.get('data')) : undefined
  const margin = value?.kind === 'record' ? value.entries.get('margin') : undefined
  return {
    data: data === 'validation' || data === 'all' ? data : 'train',
    margin: margin === undefined ? 0 : (numberOf(margin) ?? 0),
  }
}

function engineOf(entries: Arguments): TrainingSpec['engine'] {
  const name = memberOf(entries.get('engine'))
  return name === 'tfjs' || name === 'tfjs_node' ? name : 'hgq'
}

function scheduleOf(value: Value | undefined): Schedule {
  if (value?.kind === 'built') return asBuilt(value)
  return value === undefined ? 0 : (numberOf(value) ?? 0)
}

function builtOf(entries: Arguments, name: string): Built | undefined {
  const value = entries.get(name)
  return value?.kind === 'built' ? asBuilt(value) : undefined
}

function asBuilt(value: ValueOf<'built'>): Built {
  const plain = plainOf(value)
  return { ...(plain as { readonly [argument: string]: Plain }), kind: value.name }
}

function memberOf(value: Value | undefined): string | undefined {
  return value?.kind === 'member' ? value.name : undefined
}
