import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import type { NamedMetric } from '../../../compiler/plan/metrics.js'
import type { TrainingSpec } from '../../../lang/program.js'
import { encodeJson } from '../../report/report-file.js'
import { buildFront, type Front, type FrontEntry } from '../../train/front.js'
import { boundDataset } from '../bound-dataset.js'
import { input, params } from '../inputs.js'
import { measureAll } from '../measure-all.js'
import { decodeNetworks, encodeNetworks } from '../networks.js'
import type { ActionFunction } from '../task.js'

interface Params {
  /** The first decides. None: there are no data, and one network. */
  readonly metrics: readonly NamedMetric[]
  readonly keep: TrainingSpec['keep']
  readonly trainings: number
}

/** Calibrated networks of all trainings → those that no other one beats, in both validation metric and EBOPs. */
export const run: ActionFunction = (task, events) => {
  const { metrics, keep, trainings } = params<Params>(task)
  const [first, ...others] = metrics
  const entries: FrontEntry[] = []
  const contents = new Map<string, Uint8Array>()
  for (let training = 0; training < trainings; training++) {
    for (const { candidate, epoch, content } of decodeNetworks(input(task, `networks[${training}]`))) {
      const calibrated = decodeCalibrated(content)
      const dataset = boundDataset(input(task, `dataset[${training}]`), calibrated.graph)
      entries.push({ training: String(training), candidate, epoch, calibrated, dataset })
      contents.set(`${training}:${candidate}`, content)
    }
  }
  const built = buildFront(entries, {
    metric: first?.metric ?? null,
    size: keep.kind === 'pareto' ? keep.size : entries.length,
    all: keep.kind === 'last',
    onProgress: (done, of) => events.onProgress({ fraction: done / of, text: `network ${done + 1} of ${of} measured` }),
  })
  const points = built.points.map((point) => {
    const entry = entries.find((each) => each.training === point.training && each.candidate === point.candidate)
    if (entry === undefined || others.length === 0) return point
    const more = measureAll(others, entry.calibrated, entry.dataset, 'validation')
    return { ...point, validation: { ...point.validation, ...more } }
  })
  const networks = points.map(({ training, candidate, epoch }) => {
    const content = contents.get(`${training}:${candidate}`)
    if (content === undefined) throw new Error(`the front names network ${candidate} of training ${training}`)
    return { candidate, epoch, content }
  })
  const front: Front = { ...built, points }
  const outputs = new Map([
    ['front', encodeJson(front)],
    ['networks', encodeNetworks(networks)],
  ])
  return Promise.resolve({ ok: true, value: outputs })
}
