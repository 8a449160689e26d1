import { entrySpan } from '../../compiler/plan/spans.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { nothingLearned } from '../../lang/diagnostics/messages/train-warnings.js'
import type { MetricSpec } from '../../lang/program.js'
import type { Dataset } from '../data/dataset.js'
import type { CandidateFacts } from './candidates.js'
import { constantAnswer } from './constant-answer.js'
import { isBetter } from './metrics.js'
import { rawFeature } from './raw-features.js'
import { strangeTarget } from './strange-target.js'

/** A warning where no network that a training keeps is clearly better on the validation part than one that reads nothing. */
export function warnIfNothingLearned(
  kept: readonly CandidateFacts[],
  dataset: Dataset,
  metric: MetricSpec,
): Diagnostic | undefined {
  const reached = kept.map(({ screened }) => screened.metric)
  const [first, ...others] = reached
  const { rows } = dataset.parts.validation
  if (first === undefined || rows === 0) return undefined
  const best = others.reduce((a, b) => (isBetter(metric.better, b, a) ? b : a), first)
  const constant = constantAnswer(dataset, metric)
  const clear = clearlyBetter(metric.better, constant.metric, rows)
  if (isBetter(metric.better, best, clear)) return undefined
  const { outlier } = metric.arguments
  return nothingLearned({
    metric: metric.kind,
    best,
    constant: constant.metric,
    clear: isBetter(metric.better, best, constant.metric) ? clear : null,
    rows,
    always: constant.text,
    target: strangeTarget(dataset),
    raw: rawFeature(dataset),
    outlier: typeof outlier === 'number' && best === outlier ? outlier : null,
    span: entrySpan('metric'),
  })
}

/** As many standard errors chance may be lucky: the best of some twenty tries is. */
const ERRORS = 2
/** Least and greatest part of what a constant is wrong by that a network has to be better by. */
const LEAST = 0.01
const GREATEST = 0.5

/**
 * The metric from which on a network is better than a constant by more than chance explains on so many rows.
 *
 * - A share q of rows that are right has the standard error √(q (1 - q) / n).
 * - Outputs that have nothing to do with n targets have a correlation of about 1 / √n with them: of the squared
 *   distance from the constant they explain the square of that, the part 1 / n; of z standard errors, z² / n.
 *   Of distances, and of the root of squares, it is less.
 *
 * In terms of what a constant is wrong by (1 - q, or the metric of targets) it is at least a hundredth, below which nobody
 * would say that something was learned however many the rows, and at most the half, which is something with few of them.
 */
function clearlyBetter(better: 'higher' | 'lower', constant: number, rows: number): number {
  const wrong = better === 'higher' ? 1 - constant : constant
  const chance = better === 'higher' ? ERRORS * Math.sqrt(constant / (wrong * rows)) : (ERRORS * ERRORS) / rows
  const margin = wrong * Math.min(GREATEST, Math.max(LEAST, chance))
  return better === 'higher' ? constant + margin : constant - margin
}
