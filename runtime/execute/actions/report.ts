import type { Capacity } from '../../../compiler/estimate/capacity.js'
import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import type { Unproven } from '../../../compiler/plan/action.js'
import { checkBounds, type PlainBound } from '../../../compiler/plan/budget.js'
import type { NamedMetric } from '../../../compiler/plan/metrics.js'
import { fmaxEstimate } from '../../../compiler/schedule/fmax.js'
import { latencyCycles } from '../../../compiler/schedule/pipeline.js'
import { decodePipeline } from '../../../compiler/schedule/serialize.js'
import type { ControlSpec } from '../../../lang/program.js'
import { latencyWith } from '../../../targets/control.js'
import { reportSchema } from '../../../targets/report.js'
import { coverageOf, proofSchema } from '../../prove/proof.js'
import { countsOf, estimatesOf } from '../../report/estimates.js'
import { paceOf, tidy } from '../../report/pace.js'
import {
  choiceSchema,
  decodeJson,
  encodeJson,
  type MeasuredDesign,
  synthesisSchema,
  verificationSchema,
} from '../../report/report-file.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import { measureAll } from '../measure-all.js'
import type { ActionFunction } from '../task.js'

interface Params {
  readonly bounds: readonly PlainBound[]
  readonly metrics: readonly NamedMetric[]
  readonly clockPeriodNs: number
  readonly handshake: ControlSpec['handshake']
  readonly family: string
  readonly capacity: Capacity
  readonly unproven: Unproven | null
}

/**
 * The numbers of a design, and how they stand to the budget. The test part is measured only when the design meets all
 * else: it is used once, for the design that is chosen.
 */
export const run: ActionFunction = (task) => {
  const { bounds, metrics, clockPeriodNs, handshake, family, capacity, unproven } = params<Params>(task)
  const choice = decodeJson(choiceSchema, input(task, 'choice'))
  const synthesis = task.inputs.has('synthesis') ? decodeJson(synthesisSchema, input(task, 'synthesis')) : null
  const implementation = task.inputs.has('measured') ? decodeJson(reportSchema, input(task, 'measured')) : null
  // What the vendor's tool measured stands for the design; without it, what Yosys counted, as it counted it.
  const counted = implementation ?? synthesis?.report
  if (counted === undefined) throw new Error('a report needs an estimate or a measurement')
  const verification = decodeJson(verificationSchema, input(task, 'verification'))
  const proof = task.inputs.get('proof')
  const calibrated = decodeCalibrated(input(task, 'calibrated'))
  const dataset = boundDataset(input(task, 'dataset'), calibrated.graph)
  const pipeline = decodePipeline(new TextDecoder().decode(input(task, 'pipeline')))
  const latency_cycles = latencyWith(handshake, latencyCycles(pipeline))
  const counts = countsOf(counted)
  const { latency_ns, interval } = paceOf(latency_cycles, clockPeriodNs, implementation?.latency ?? null)
  const clock_mhz = tidy(1000 / clockPeriodNs)
  // A clock that the tool says is missed counts as the fastest one that is met, which another network may make faster.
  const timing = implementation?.timing
  const late = timing != null && timing.slack_ns < 0
  // What depends on the design, not on the target alone.
  const measuredAnew = [...(late ? ['clock'] : []), ...(interval > 1 ? ['interval'] : [])]
  const reached = late ? Math.min(clock_mhz, timing.fmax_mhz) : clock_mhz
  const validation = measureAll(metrics, calibrated, dataset, 'validation')
  const budget = checkBounds(bounds, {
    ...validation,
    ebops: choice.ebops,
    ...counts,
    latency: latency_ns,
    clock: reached,
    interval,
  }).map((check) => (measuredAnew.includes(check.quantity) ? { ...check, phase: 'design' as const } : check))
  const good = budget.every((check) => check.met)
  const test = good ? measureAll(metrics, calibrated, dataset, 'test') : null
  const onMetrics = bounds.filter((bound) => bound.isMetric)
  const measured: MeasuredDesign = {
    choice,
    validation,
    test,
    ...counts,
    capacity,
    resources: { tool: counted.tool.name, version: counted.tool.version, estimate: counted.estimate },
    estimates: estimatesOf(pipeline, family, synthesis?.report ?? null, counts),
    implementation,
    depth: synthesis?.depth ?? null,
    stages: pipeline.stages,
    latency_cycles,
    latency_ns,
    clock_mhz,
    fmax_estimate_mhz: fmaxEstimate(pipeline),
    verified: { vectors: verification.vectors, mismatches: verification.mismatches, wraps: verification.wraps },
    proven: proof === undefined ? null : coverageOf(decodeJson(proofSchema, proof)),
    unproven,
    budget: [...budget],
    budget_on_test: test === null ? [] : [...checkBounds(onMetrics, test)],
  }
  return Promise.resolve({ ok: true, value: new Map([['report', encodeJson(measured)]]) })
}
