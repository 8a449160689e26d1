// How long do calibration and front take after a training? Makes candidates by a short training on dry_bean, as many as
// `keep` may hand over, calibrates them on the training part and measures them on the validation part, as a build does.
// Prints a digest of the results, which must not change when only their speed is meant to.
//
//   node dist/test/bench/calibration.js [--candidates 64] [--epochs 16] [--repeat 3] [--dataset dry_bean] [--activation relu]
import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import { buildTensorGraph } from '../../compiler/graph/build.js'
import { encodeCalibrated } from '../../compiler/graph/calibrated-codec.js'
import type { TensorGraph } from '../../compiler/graph/operation.js'
import type { TrainingSpec } from '../../lang/program.js'
import { calibrate } from '../../runtime/calibrate/calibrate.js'
import type { Dataset } from '../../runtime/data/dataset.js'
import { boundDataset } from '../../runtime/execute/bound-dataset.js'
import { type Candidate, decodeCandidates } from '../../runtime/train/candidates.js'
import { buildFront, type FrontEntry } from '../../runtime/train/front.js'
import { sharedFile } from '../paths.js'
import { makeFront } from './quality/actions.js'
import { DATASETS } from './quality/datasets.js'
import { programOf } from './quality/pipeline.js'
import { RECIPES, type Recipe } from './quality/recipes.js'

const { values: options } = parseArgs({
  options: {
    candidates: { type: 'string', default: '64' },
    epochs: { type: 'string', default: '16' },
    repeat: { type: 'string', default: '3' },
    dataset: { type: 'string', default: 'dry_bean' },
    activation: { type: 'string', default: 'relu' },
  },
})
const dataset = DATASETS.find(({ name }) => name === options.dataset)
// Many small steps under a pressure that rises far: so few epochs give networks from dense ones to small ones, as those
// of a long training are.
const recipe: Recipe = {
  ...found(RECIPES.find(({ name }) => name === 'reference')),
  trainings: [
    {
      name: 'run',
      share: 1,
      entries: `
    optimizer = adam(rate = 1e-2, width_rate = 5e-2)
    batch = 128
    pressure = geometric(1e-6, 1e-3)
    keep = pareto(accuracy, ebops)`,
    },
  ],
}
if (dataset === undefined) throw new Error(`no data set ${options.dataset}`)
if (sharedFile(`data/${dataset.folder}/${dataset.file}`) === null) {
  console.log(`no data: ../shared/data/${dataset.folder} beside the checkout`)
} else {
  const { epochs, activation } = options
  const program = programOf({ dataset, recipe, epochs: Number(epochs), seed: 1, splitSeed: 42, activation })
  const made = await makeFront(program, {
    dataset,
    threads: 1,
    withTest: true,
    onProgress: () => {},
    without: ['calibrate', 'front'],
  })
  const graph = buildTensorGraph(found(program.networks[0]))
  const prepared = {
    graph,
    training: found(program.trainings[0]),
    data: boundDataset(made.performed.output('dataset/data', 'dataset'), graph),
  }
  const trained = decodeCandidates(made.performed.output('train/run/segment[0]', 'candidates'))
  // A short training proposes few; each of them again until there are enough.
  const candidates = Array.from({ length: Number(options.candidates) }, (_, index) => trained[index % trained.length])
  for (let round = 0; round < Number(options.repeat); round++)
    report(
      prepared,
      candidates.filter((each) => each !== undefined),
    )
}

interface Prepared {
  readonly graph: TensorGraph
  readonly training: TrainingSpec
  readonly data: Dataset
}

function report({ graph, training, data }: Prepared, candidates: readonly Candidate[]): void {
  const start = performance.now()
  const used = process.cpuUsage()
  const entries = candidates.map(({ checkpoint, epoch }, candidate): FrontEntry => {
    const calibrated = calibrate(graph, checkpoint, data, training.calibrate)
    if (!calibrated.ok) throw new Error(calibrated.error.message)
    return { training: training.id, candidate, epoch, calibrated: calibrated.value, dataset: data }
  })
  const middle = performance.now()
  const front = buildFront(entries, { metric: training.metric, size: entries.length, all: true })
  const end = performance.now()
  const { user, system } = process.cpuUsage(used)
  const hash = createHash('sha256')
  for (const { calibrated } of entries) hash.update(encodeCalibrated(calibrated))
  hash.update(JSON.stringify(front))
  const { train: fitted, validation } = data.parts
  const ebops = front.points.map((point) => Math.round(point.ebops))
  console.log(
    `${entries.length} candidates of ${Math.min(...ebops)} to ${Math.max(...ebops)} EBOPs: ${seconds(middle - start)} calibrated on ${fitted.rows} rows, ` +
      `${seconds(end - middle)} measured on ${validation.rows} (${seconds((user + system) / 1000)} of processors), digest ${hash.digest('hex').slice(0, 16)}`,
  )
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the recipe is not there')
  return value
}
