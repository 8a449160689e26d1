import { entrySpan } from '../../compiler/plan/spans.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { nothingLearned } from '../../lang/diagnostics/messages/train.js'
import type { MetricSpec } from '../../lang/program.js'
import type { Dataset } from '../data/dataset.js'
import type { CandidateFacts } from './candidates.js'
import { constantAnswer } from './constant-answer.js'
import { isBetter } from './metrics.js'

/** A warning where no network that a training keeps is better on the validation part than one that reads nothing. */
export function warnIfNothingLearned(
  kept: readonly CandidateFacts[],
  dataset: Dataset,
  metric: MetricSpec,
): Diagnostic | undefined {
  const reached = kept.map(({ screened }) => screened.metric)
  const [first, ...others] = reached
  if (first === undefined || dataset.parts.validation.rows === 0) return undefined
  const best = others.reduce((a, b) => (isBetter(metric.better, b, a) ? b : a), first)
  const constant = constantAnswer(dataset, metric)
  if (isBetter(metric.better, best, constant.metric)) return undefined
  return nothingLearned({
    metric: metric.kind,
    best,
    constant: constant.metric,
    always: constant.text,
    span: entrySpan('metric'),
  })
}
