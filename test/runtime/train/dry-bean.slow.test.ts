import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { DatasetSpec } from '../../../lang/program.js'
import { calibrate } from '../../../runtime/calibrate/calibrate.js'
import { encodeDataset } from '../../../runtime/data/codec.js'
import { loadDataset } from '../../../runtime/data/load.js'
import { boundDataset } from '../../../runtime/execute/bound-dataset.js'
import { inferNetwork } from '../../../runtime/infer/infer.js'
import { buildFront } from '../../../runtime/train/front.js'
import { measure } from '../../../runtime/train/metrics.js'
import { trainingOf } from '../../fixtures/datasets.js'
import { denseNetwork } from '../../fixtures/networks.js'
import { trainWhole } from '../../fixtures/training.js'
import { suite } from '../../kit.js'
import { sharedFile } from '../../paths.js'

const test = suite('dry_bean')
const file = sharedFile('data/dry_bean/dry_bean.csv')

const spec: DatasetSpec = {
  name: 'beans',
  doc: '',
  source: { kind: 'csv', path: { kind: 'file', path: 'dry_bean.csv' }, header: true, separator: ',' },
  labels: 'Class',
  split: { train: 0.7, validation: 0.1, test: 0.2 },
  standardize: 'standard',
  seed: 42,
}

if (file === null) test.skip('90 % within 3 000 EBOPs', 'data/dry_bean is not here')
else {
  test('90 % of the test part are right within 3 000 EBOPs', async () => {
    const readData = (path: string): Promise<Uint8Array> => readFile(join(dirname(file), path))
    const loaded = await loadDataset(spec, { readFile: readData, cacheFolder: tmpdir(), offline: true })
    if (!loaded.ok) throw new Error(loaded.error.message)
    const graph = denseNetwork({ inputs: 16, hidden: [64, 32, 32], outputs: 7 })
    const dataset = boundDataset(encodeDataset(loaded.value), graph)
    const training = trainingOf({
      optimizer: {
        kind: 'adam',
        rate: { kind: 'cosine', from: 1e-2, to: 3e-4, over: { epochs: 110 }, cycles: 1 },
        width_rate: 1e-2,
        beta_1: 0.9,
        beta_2: 0.999,
        epsilon: 1e-7,
      },
      epochs: 110,
      batch: 256,
      // Then constant, so that the network settles at the widths it has come to.
      pressure: { kind: 'geometric', from: 1e-6, to: 6e-5, over: { epochs: 80 } },
      keep: { kind: 'pareto', metric: 'accuracy', cost: 'ebops', size: 32 },
      seed: 1,
    })
    const trained = await trainWhole({ graph, dataset, training })
    if (!trained.ok) throw new Error(trained.error.message)
    const entries = trained.value.candidates.map(({ checkpoint, epoch }, candidate) => {
      const calibrated = calibrate(graph, checkpoint, dataset, training.calibrate)
      if (!calibrated.ok) throw new Error(calibrated.error.message)
      return { training: 'scan', candidate, epoch, calibrated: calibrated.value, dataset }
    })
    const front = buildFront(entries, { metric: training.metric, size: 32 })
    const within = front.points.filter(({ ebops }) => ebops <= 3000)
    const chosen = within.at(-1)
    const network = entries[chosen?.candidate ?? -1]?.calibrated
    if (network === undefined) throw new Error('nothing within 3 000 EBOPs')
    const part = dataset.parts.test
    const started = performance.now()
    const { outputs } = inferNetwork(network, part.inputs, part.rows)
    assert.ok(performance.now() - started < 2000)
    const accuracy = measure(training.metric, dataset, part, outputs.get('output') ?? new Float64Array())
    assert.ok(accuracy >= 0.9, `test accuracy ${accuracy} at ${chosen?.ebops} EBOPs`)
  })
}
