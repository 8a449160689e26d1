// A process of `train.ts`: measures one batch size on one number of threads and prints it as a line of JSON.
import { WasmEngine } from '../../../runtime/train/engine/wasm-engine.js'
import { initialState } from '../../../runtime/train/initial-state.js'
import { handoverNanoseconds } from './handover.js'
import { benchDataset, benchNetwork, thinned } from './network.js'
import { peakProduct } from './peak.js'
import { countIn } from './window.js'

/** The best windows of a round. */
export interface Round {
  readonly samplesPerSecond: number
  /** Of the engine's own product of matrices, on as many threads, in this very process. */
  readonly peakGflops: number
  /** How long a word took from one core to another, before and after; none with one thread. */
  readonly handovers: readonly number[]
}

/** One line of the table. */
export interface Measured {
  readonly batch: number
  readonly threads: number
  /** Share of the weights that are left as they begin; the others are 0. */
  readonly weights: number
  readonly rounds: readonly Round[]
  /** The mean over all windows. */
  readonly meanSamplesPerSecond: number
  /** From the making of the engine to the end of its first step. */
  readonly startSeconds: number
  /** Resident memory above what the process had before the engine. */
  readonly megabytes: number
}

const ROUND_SECONDS = 0.5
/** Enough that a host with several places for the processors has tried them. */
const ROUNDS = 14
/** Speed is measured in windows: on a machine with other guests none of half a second is undisturbed. */
const WINDOW_SECONDS = 0.02

async function measure(batch: number, threads: number, weights: number): Promise<Measured> {
  const graph = benchNetwork()
  const dataset = benchDataset(Math.max(batch, 33_200))
  const network = thinned(initialState(graph, 1), weights)
  const before = process.memoryUsage().rss
  const begin = performance.now()
  const engine = new WasmEngine({
    graph,
    dataset,
    loss: { kind: 'cross_entropy' },
    taught: null,
    metric: { kind: 'accuracy', better: 'higher', arguments: {} },
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0, clipNorm: null },
    seed: 1,
    network,
    slots: new Map(),
    steps: 0,
    batch,
    threads,
  })
  const batches = Math.floor(dataset.parts.train.rows / batch)
  let step = 0
  const run = (): void => {
    // Rates of 0: the network stays what it is, whoever measures for how long.
    const settings = { first: (step % batches) * batch, rows: batch, step, pressure: 0, rate: 0, widthRate: 0 }
    const outcome = engine.step(settings)
    if (!outcome.ok) throw new Error(outcome.problem.what)
    step++
  }
  run()
  const startSeconds = (performance.now() - begin) / 1000
  // Rounds of product and training in turn, so that both see the machine in the same mood.
  const rounds: Round[] = []
  let [samples, seconds] = [0, 0]
  while (rounds.length < ROUNDS) {
    const handovers = threads > 1 ? [await handoverNanoseconds()] : []
    const peakGflops = await peakProduct(threads, ROUND_SECONDS / 2, WINDOW_SECONDS)
    let best = 0
    for (const end = performance.now() + ROUND_SECONDS * 1000; performance.now() < end; ) {
      const window = countIn(WINDOW_SECONDS, run)
      samples += window.count * batch
      seconds += window.seconds
      best = Math.max(best, (window.count * batch) / window.seconds)
    }
    if (threads > 1) handovers.push(await handoverNanoseconds())
    rounds.push({ samplesPerSecond: best, peakGflops, handovers })
  }
  const megabytes = (process.memoryUsage().rss - before) / 1e6
  await engine.close()
  return {
    batch,
    threads,
    weights,
    rounds,
    meanSamplesPerSecond: samples / seconds,
    startSeconds,
    megabytes,
  }
}

const [batch = '', threads = '', weights = ''] = process.argv.slice(2)
console.log(JSON.stringify(await measure(Number(batch), Number(threads), Number(weights))))
