import { assignedEbops, exactEbops, meanBits } from '../../compiler/ebops/report.js'
import type { Calibrated } from '../../compiler/graph/calibrated.js'
import type { MetricSpec } from '../../lang/program.js'
import type { Dataset } from '../data/dataset.js'
import { inferNetwork } from '../infer/infer.js'
import { measure } from './metrics.js'
import { paretoFront, thinFront } from './pareto.js'

/** The calibrated networks that no other one beats in both validation metric and EBOPs. Plain JSON. */
export interface Front {
  /** Null where nothing is measured on data. */
  readonly metric: { readonly kind: string; readonly better: 'higher' | 'lower' } | null
  /** By rising EBOPs. */
  readonly points: readonly FrontPoint[]
}

export interface FrontPoint {
  readonly training: string
  readonly epoch: number
  /** Of the calibrated network on the validation part, exact inference with wrap. */
  readonly validation: { readonly [metric: string]: number }
  /** From assigned widths. */
  readonly ebops: number
  /** From widths enclosed by the non-zero bits of the final constants. */
  readonly ebopsExact: number
  readonly meanBits: { readonly weight: number; readonly activation: number }
  /** Number of the candidate among those of its training. */
  readonly candidate: number
}

/** A calibrated network that may enter the front. */
export interface FrontEntry {
  readonly training: string
  readonly candidate: number
  readonly epoch: number
  readonly calibrated: Calibrated
  /** That of its training. */
  readonly dataset: Dataset
}

export interface FrontOptions {
  /** Decides the front. Null: nothing is measured, and every entry is kept. */
  readonly metric: MetricSpec | null
  /** Measured as well, e.g. because a budget bounds them. */
  readonly others?: readonly MetricSpec[]
  /** How many points are kept at most. */
  readonly size: number
  /** Keep every entry, whatever beats it: for trainings that keep their last checkpoint. */
  readonly all?: boolean
  readonly onProgress?: (done: number, of: number) => void
}

/** Measures calibrated networks of one or more trainings on their validation parts and keeps the Pareto set, thinned to `size`. */
export function buildFront(entries: readonly FrontEntry[], options: FrontOptions): Front {
  const { metric, others = [], size } = options
  const points = entries.map((entry, index) => {
    options.onProgress?.(index, entries.length)
    return measurePoint(entry, metric === null ? others : [metric, ...others])
  })
  const pointOf = (point: FrontPoint): { metric: number; ebops: number } => ({
    metric: point.validation[metric?.kind ?? ''] ?? Number.NaN,
    ebops: point.ebops,
  })
  const kept =
    options.all === true || metric === null
      ? [...points].sort((a, b) => a.ebops - b.ebops)
      : thinFront(paretoFront(points, pointOf, metric.better), pointOf, size)
  return { metric: metric === null ? null : { kind: metric.kind, better: metric.better }, points: kept }
}

function measurePoint(
  { training, candidate, epoch, calibrated, dataset }: FrontEntry,
  metrics: readonly MetricSpec[],
): FrontPoint {
  const part = dataset.parts.validation
  const [output] = inferNetwork(calibrated, part.inputs, part.rows).outputs.values()
  if (output === undefined) throw new Error('the network has no output')
  const validation: Record<string, number> = {}
  for (const metric of metrics) validation[metric.kind] = measure(metric, dataset, part, output)
  return {
    training,
    epoch,
    validation,
    ebops: assignedEbops(calibrated).total,
    ebopsExact: exactEbops(calibrated).total,
    meanBits: meanBits(calibrated),
    candidate,
  }
}
