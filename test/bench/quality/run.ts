import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import type { Action } from '../../../compiler/plan/action.js'
import type { Program } from '../../../lang/program.js'
import { boundDataset } from '../../../runtime/execute/bound-dataset.js'
import { decodeNetworks } from '../../../runtime/execute/networks.js'
import { inferNetwork } from '../../../runtime/infer/infer.js'
import { decodeFront } from '../../../runtime/report/report-file.js'
import { measure } from '../../../runtime/train/metrics.js'
import { type Made, makeFront } from './actions.js'
import { BOUNDS, DATASETS } from './datasets.js'
import { programOf } from './pipeline.js'
import { RECIPES, type Recipe } from './recipes.js'
import { reviving } from './revival.js'

/** One training and what is asked of its front. Plain JSON: it goes to other processes. */
export interface Task {
  readonly dataset: string
  readonly recipe: string
  readonly epochs: number
  readonly seed: number
  readonly splitSeed: number
  /** `validation` chooses recipes: the test part is not looked at. `test` is for the final figures. */
  readonly select: 'validation' | 'test'
  readonly threads: number
}

/** What a task gave: one line of a JSON file. */
export interface Row extends Task {
  /** Fractions; null where the front has nothing within the bound. In the order of `BOUNDS`. */
  readonly chosen: readonly (Chosen | null)[]
  readonly candidates: number
  readonly front: number
  readonly seconds: { readonly training: number; readonly calibration: number; readonly front: number }
}

export interface Chosen {
  readonly bound: number
  readonly ebops: number
  readonly epoch: number
  readonly validation: number
  /** Null in mode `validation`. */
  readonly test: number | null
}

/** Makes the front of a recipe as a build does, and chooses from it as the reference's figures were chosen. */
export async function runTask(task: Task, onProgress: (text: string) => void): Promise<Row> {
  const { dataset, recipe } = named(task)
  const program = programOf({ ...task, dataset, recipe })
  const made = await makeFront(program, {
    dataset,
    threads: task.threads,
    withTest: task.select === 'test',
    onProgress,
    between: reviving(recipe, program, task.seed),
  })
  const { points } = decodeFront(made.performed.output('front/measured', 'front'))
  const [metric] = program.trainings.map((training) => training.metric)
  if (metric === undefined) throw new Error('a recipe trains')
  const chosen = BOUNDS.map((bound): Chosen | null => {
    let best: (typeof points)[number] | undefined
    const metricOf = (point: (typeof points)[number]): number => point.validation[metric.kind] ?? 0
    for (const point of points)
      if (point.ebops <= bound && (best === undefined || metricOf(point) > metricOf(best))) best = point
    if (best === undefined) return null
    const test = task.select === 'test' ? testMetric(made, points.indexOf(best), metric) : null
    return { bound, ebops: best.ebops, epoch: best.epoch, validation: metricOf(best), test }
  })
  const seconds = (...kinds: readonly Action['kind'][]): number =>
    kinds.reduce((sum, kind) => sum + (made.seconds.get(kind) ?? 0), 0)
  return {
    ...task,
    chosen,
    candidates: candidatesOf(made),
    front: points.length,
    seconds: {
      training: seconds('start', 'teach', 'train'),
      calibration: seconds('calibrate'),
      front: seconds('front'),
    },
  }
}

/** Networks that were calibrated for the front. */
function candidatesOf({ performed }: Made): number {
  return [...performed.outputs].reduce(
    (count, [address, given]) =>
      address.startsWith('calibrate/')
        ? count + decodeNetworks(given.get('networks') ?? new Uint8Array()).length
        : count,
    0,
  )
}

function testMetric(made: Made, index: number, metric: Program['trainings'][number]['metric']): number {
  const network = decodeNetworks(made.performed.output('front/measured', 'networks'))[index]
  if (network === undefined) throw new Error(`the front has no network ${index}`)
  const calibrated = decodeCalibrated(network.content)
  const dataset = boundDataset(made.performed.output('dataset/data', 'dataset'), calibrated.graph)
  const part = dataset.parts.test
  const [output] = inferNetwork(calibrated, part.inputs, part.rows).outputs.values()
  if (output === undefined) throw new Error('a network has an output')
  return measure(metric, dataset, part, output)
}

function named(task: Task): { dataset: (typeof DATASETS)[number]; recipe: Recipe } {
  const dataset = DATASETS.find(({ name }) => name === task.dataset)
  const recipe = RECIPES.find(({ name }) => name === task.recipe)
  if (dataset === undefined || recipe === undefined) throw new Error(`no ${task.dataset} or ${task.recipe}`)
  return { dataset, recipe }
}
