// What gathering the front costs while a network trains: of an epoch, the share of screening, EBOPs, and the checkpoints that
// are held, by what the data are split into.
//
//   node dist/test/bench/screening.js [--rows 50000] [--batch 2048] [--threads 1,2] [--weights 1,0.1] [--epochs 40]
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { CandidateSet } from '../../runtime/train/candidates.js'
import { WasmEngine } from '../../runtime/train/engine/wasm-engine.js'
import { epochOrder, rowsOfStep, stepsPerEpoch } from '../../runtime/train/epochs.js'
import { initialState } from '../../runtime/train/initial-state.js'
import { trainingOf } from '../fixtures/datasets.js'
import { benchDataset, benchNetwork, thinned } from './train/network.js'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '50000' },
    batch: { type: 'string', default: '2048' },
    threads: { type: 'string', default: '1,2' },
    /** Shares of the weights that are left as they begin; the others are 0. */
    weights: { type: 'string', default: '1,0.1' },
    epochs: { type: 'string', default: '40' },
  },
})
/** Percent of the rows that train and that validate. */
const SPLITS = [
  [70, 10],
  [60, 20],
  [50, 25],
  [40, 40],
] as const
/** Epochs after which the code is compiled. */
const WARM = 5

/** Milliseconds of the parts of an epoch: its steps, and what gathers the front. */
interface Epoch {
  readonly steps: number
  readonly screening: number
  readonly ebops: number
  readonly holding: number
}

const [rows, batch, epochs] = [Number(values.rows), Number(values.batch), Number(values.epochs)]
console.log(
  `${cpus()[0]?.model.trim()}, Node ${process.version}, network 16-64-32-32-5, ${rows} rows, batch ${batch}\n`,
)
console.log('| train/validation | weights | threads | steps | screening | EBOPs | checkpoints | share of the epoch |')
console.log('|---|---|---|---|---|---|---|---|')
const numbers = (list: string): number[] => list.split(',').map(Number)
for (const [train, validation] of SPLITS)
  for (const weights of numbers(values.weights))
    for (const threads of numbers(values.threads)) {
      const all = await measure((rows * train) / 100, (rows * validation) / 100, weights, threads)
      // Of a machine with other guests the best is the figure that comes again.
      const least = (part: keyof Epoch): number => Math.min(...all.map((epoch) => epoch[part]))
      const parts = [least('steps'), least('screening'), least('ebops'), least('holding')] as const
      const [steps, ...gathering] = parts
      const gathered = gathering.reduce((sum, each) => sum + each, 0)
      const cells = [
        `${train}/${validation}`,
        `${(100 * weights).toFixed(0)} %`,
        threads,
        ...parts.map((milliseconds) => `${milliseconds.toFixed(2)} ms`),
        `${((100 * gathered) / (steps + gathered)).toFixed(1)} %`,
      ]
      console.log(`| ${cells.join(' | ')} |`)
    }

/**
 * Trains as `train` does, without its reports, at rates of 0: the network stays what it is. Its EBOPs are said to fall, so
 * that every epoch's checkpoint is held.
 */
async function measure(
  trained: number,
  validated: number,
  weights: number,
  threads: number,
): Promise<readonly Epoch[]> {
  const graph = benchNetwork()
  const count = Math.round(trained)
  const { metric, keep } = trainingOf({ keep: { kind: 'pareto', metric: 'accuracy', cost: 'ebops', size: 16 } })
  const steps = stepsPerEpoch(count, batch)
  const engine = new WasmEngine({
    graph,
    dataset: benchDataset(count, Math.round(validated)),
    loss: { kind: 'cross_entropy' },
    taught: null,
    metric,
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: null },
    seed: 1,
    network: thinned(initialState(graph, 1), weights),
    slots: new Map(),
    steps: 0,
    batch: Math.ceil(count / steps),
    threads,
  })
  const candidates = new CandidateSet({ keep, metric })
  const all: Epoch[] = []
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const times = [performance.now()]
    engine.beginEpoch(epochOrder(1, epoch, count))
    for (let index = 0; index < steps; index++) {
      const place = { ...rowsOfStep(index, steps, count), step: (epoch - 1) * steps + index }
      const outcome = engine.step({ ...place, pressure: 1e-6, rate: 0, widthRate: 0 })
      if (!outcome.ok) throw new Error('the training diverged')
    }
    times.push(performance.now())
    const screened = engine.screen()
    times.push(performance.now())
    const ebops = engine.ebops()
    times.push(performance.now())
    candidates.offer(epoch, { metric: screened.metric, ebops: ebops - epoch }, () => ({
      tensors: engine.network(),
      metadata: {},
    }))
    times.push(performance.now())
    const [steppingEnd = 0, screeningEnd = 0, ebopsEnd = 0, end = 0] = times.slice(1)
    all.push({
      steps: steppingEnd - (times[0] ?? 0),
      screening: screeningEnd - steppingEnd,
      ebops: ebopsEnd - screeningEnd,
      holding: end - ebopsEnd,
    })
  }
  await engine.close()
  return all.slice(WARM)
}
