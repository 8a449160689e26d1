import { metricNeedsUnit, wrongTask } from '../../diagnostics/messages/check-fit.js'
import type { DatasetSpec, MetricSpec } from '../../program.js'
import type { Span } from '../../source.js'
import type { ExternFunction } from '../../syntax/ast.js'
import { withDefaults } from '../call.js'
import { checkNumbers, positive } from '../checks.js'
import type { Elaboration } from '../context.js'
import { type Arguments, plainRecord, type ValueOf } from '../value.js'
import { metricsFor, taskOf } from './tasks.js'

/** A metric with all its arguments; a metric that stands without a call has its defaults. */
export function metricSpec(metric: ValueOf<'metric'>, elaboration: Elaboration): MetricSpec | undefined {
  const { declaration } = metric
  const full = metricArguments(declaration, metric.arguments, elaboration)
  if (!checkNumbers(full, { outlier: positive }, elaboration)) return undefined
  return { kind: declaration.name.name, better: declaration.better ?? 'higher', arguments: plainRecord(full) }
}

/** The arguments of a metric with the defaults of its declaration, which are evaluated in the prelude. */
function metricArguments(declaration: ExternFunction, given: Arguments, elaboration: Elaboration): Arguments {
  const env = { elaboration, module: elaboration.prelude, locals: new Map(), frames: [], body: undefined }
  return withDefaults(declaration.parameters, given, env, elaboration.prelude)
}

/** The metric of this name, which the prelude must declare. */
export function metricNamed(name: string, elaboration: Elaboration): ExternFunction {
  const metric = elaboration.prelude.metrics.get(name)
  if (metric === undefined) throw new Error(`the prelude declares no metric "${name}"`)
  return metric
}

/** True, or reported, when a metric is for the task of the data set and measured in its unit. */
export function metricFitsDataset(
  declaration: ExternFunction,
  dataset: DatasetSpec,
  datasetSpan: Span,
  span: Span,
  elaboration: Elaboration,
): boolean {
  const task = taskOf(dataset)
  const name = declaration.name.name
  if (!metricsFor(task).includes(name)) {
    const related = [{ span: datasetSpan, text: `'${dataset.name}' is for ${task}` }]
    elaboration.report(wrongTask({ what: 'metric', name, task, instead: metricsFor(task), span, related }))
    return false
  }
  const isAngle = declaration.result?.kind === 'named_type' && declaration.result.name === 'angle'
  // Its arguments and bounds are in mrad, and compared with the target as it is.
  if (!isAngle || dataset.unit === 'mrad') return true
  const unit = dataset.unit ?? 'none'
  const related = [{ span: datasetSpan, text: `'${dataset.name}' has \`unit = ${unit}\`` }]
  elaboration.report(metricNeedsUnit({ metric: name, needs: 'mrad', unit, span, related }))
  return false
}
