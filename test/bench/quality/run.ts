import { calibrate } from '../../../runtime/calibrate/calibrate.js'
import type { DatasetPart } from '../../../runtime/data/dataset.js'
import { inferNetwork } from '../../../runtime/infer/infer.js'
import { buildFront, type FrontEntry } from '../../../runtime/train/front.js'
import { measure } from '../../../runtime/train/metrics.js'
import { BOUNDS, DATASETS } from './datasets.js'
import { train } from './engine.js'
import { type Prepared, prepare } from './pipeline.js'
import { RECIPES } from './recipes.js'

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

/** Trains, calibrates every candidate, builds the front, and chooses from it as the reference's figures were chosen. */
export async function runTask(task: Task, onProgress: (text: string) => void): Promise<Row> {
  const prepared = await prepareTask(task)
  const { graph, training, dataset } = prepared
  const clock = stopwatch()
  const candidates = await train(prepared, task.threads, onProgress)
  const trainingSeconds = clock()
  const entries = candidates.map(({ checkpoint, epoch }, candidate): FrontEntry => {
    const calibrated = calibrate(graph, checkpoint, dataset, training.calibrate)
    if (!calibrated.ok) throw new Error(calibrated.error.message)
    return { training: training.id, candidate, epoch, calibrated: calibrated.value, dataset }
  })
  const calibrationSeconds = clock()
  const size = training.keep.kind === 'pareto' ? training.keep.size : entries.length
  const { points } = buildFront(entries, { metric: training.metric, size, all: training.keep.kind === 'last' })
  const frontSeconds = clock()
  const chosen = BOUNDS.map((bound): Chosen | null => {
    let best: (typeof points)[number] | undefined
    const metricOf = (point: (typeof points)[number]): number => point.validation[training.metric.kind] ?? 0
    for (const point of points)
      if (point.ebops <= bound && (best === undefined || metricOf(point) > metricOf(best))) best = point
    if (best === undefined) return null
    const entry = entries[best.candidate]
    const test = task.select === 'test' && entry !== undefined ? testMetric(entry, prepared) : null
    return { bound, ebops: best.ebops, epoch: best.epoch, validation: metricOf(best), test }
  })
  return {
    ...task,
    chosen,
    candidates: candidates.length,
    front: points.length,
    seconds: { training: trainingSeconds, calibration: calibrationSeconds, front: frontSeconds },
  }
}

/** In mode `validation` the data set has no test part any more, so that nothing can look at it. */
async function prepareTask(task: Task): Promise<Prepared> {
  const { dataset, recipe } = named(task)
  const prepared = await prepare({ ...task, dataset, recipe })
  if (task.select === 'test') return prepared
  const none: DatasetPart = { rows: 0, inputs: new Map(), targets: new Float32Array() }
  return { ...prepared, dataset: { ...prepared.dataset, parts: { ...prepared.dataset.parts, test: none } } }
}

function named(task: Task): { dataset: (typeof DATASETS)[number]; recipe: (typeof RECIPES)[number] } {
  const dataset = DATASETS.find(({ name }) => name === task.dataset)
  const recipe = RECIPES.find(({ name }) => name === task.recipe)
  if (dataset === undefined || recipe === undefined) throw new Error(`no ${task.dataset} or ${task.recipe}`)
  return { dataset, recipe }
}

function testMetric({ calibrated, dataset }: FrontEntry, { training }: Prepared): number {
  const part = dataset.parts.test
  const [output] = inferNetwork(calibrated, part.inputs, part.rows).outputs.values()
  if (output === undefined) throw new Error('a network has an output')
  return measure(training.metric, dataset, part, output)
}

/** Seconds since it was last asked. */
function stopwatch(): () => number {
  let last = performance.now()
  return () => {
    const now = performance.now()
    const seconds = (now - last) / 1000
    last = now
    return seconds
  }
}
