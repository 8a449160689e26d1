import type { Bound, MetricSpec } from '../../lang/program.js'
import { canonicalJson } from './canonical-json.js'

/** A metric as it is named in fronts and reports. */
export interface NamedMetric {
  readonly name: string
  readonly metric: MetricSpec
}

/**
 * The metrics that a build measures: the one it selects by, first, and those that its budget bounds; none without data.
 * The name is the kind; a second metric of one kind carries its arguments, `resolution(outlier=20)`.
 */
export function namedMetrics(selection: MetricSpec | null, bounds: readonly Bound[]): readonly NamedMetric[] {
  const named: NamedMetric[] = []
  const seen = new Set<string>()
  const chosen = selection === null ? [] : [selection]
  for (const metric of [...chosen, ...bounds.flatMap((bound) => (bound.metric === undefined ? [] : [bound.metric]))]) {
    const text = identity(metric)
    if (seen.has(text)) continue
    seen.add(text)
    const taken = named.some((each) => each.name === metric.kind)
    named.push({ name: taken ? `${metric.kind}(${argumentsText(metric)})` : metric.kind, metric })
  }
  return named
}

/** The name under which `metric` was measured. Throws when it is not among `named`, which is a bug. */
export function metricName(named: readonly NamedMetric[], metric: MetricSpec): string {
  const found = named.find((each) => identity(each.metric) === identity(metric))
  if (found === undefined) throw new Error(`the metric ${metric.kind} is not measured`)
  return found.name
}

function identity(metric: MetricSpec): string {
  return canonicalJson({ kind: metric.kind, arguments: metric.arguments })
}

function argumentsText(metric: MetricSpec): string {
  return Object.entries(metric.arguments)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ')
}
