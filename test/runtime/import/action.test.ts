import * as assert from 'uvu/assert'
import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { decodeDataset, encodeDataset } from '../../../runtime/data/codec.js'
import type { Dataset } from '../../../runtime/data/dataset.js'
import { run as front } from '../../../runtime/execute/actions/front.js'
import { run } from '../../../runtime/execute/actions/import.js'
import { measureAll } from '../../../runtime/execute/measure-all.js'
import { decodeNetworks } from '../../../runtime/execute/networks.js'
import type { Outputs } from '../../../runtime/execute/task.js'
import { rankCandidates } from '../../../runtime/report/choose.js'
import { decodeFront } from '../../../runtime/report/report-file.js'
import { blobs } from '../../fixtures/datasets.js'
import { NO_TOOLS } from '../../fixtures/tools.js'
import { suite } from '../../kit.js'
import { denseModel } from './kit.js'

const test = suite('the import of a network as a step of a build')

const SETTINGS = { downloads: '', solutions: '', scratch: '', tools: NO_TOOLS, threads: 1 }
const EVENTS = { onProgress: () => undefined, onMessage: () => undefined }

async function imported(model: Uint8Array, dataset: Dataset | null): Promise<Result<Outputs>> {
  const inputs = new Map([['model', model]])
  if (dataset !== null) inputs.set('dataset', encodeDataset(dataset))
  const task = {
    kind: 'import',
    params: { kind: 'keras' },
    inputs,
    settings: SETTINGS,
    hints: { path: 'm.keras' },
  } as const
  return run(task, EVENTS)
}

/** Points whose targets are their coordinates, one of them far larger than the other. */
function coordinates(): Dataset {
  const points = blobs(2, 40)
  const part = (name: 'train' | 'validation' | 'test'): Dataset['parts']['train'] => {
    const { rows, inputs } = points.parts[name]
    const x = (inputs.get('x') ?? new Float32Array()).map((value) => Math.round(value * 4) / 4)
    const targets = x.map((value, at) => (at % 2 === 0 ? value * 8 : value))
    return { rows, inputs: new Map([['x', x]]), targets }
  }
  return {
    ...points,
    task: 'regression',
    classes: [],
    unit: 'none',
    targetSize: 2,
    targetScale: Float64Array.of(8, 0.5),
    parts: { train: part('train'), validation: part('validation'), test: part('test') },
  }
}

test('its one network gives the targets in their units, though it is stored in those of the data', async () => {
  const dataset = coordinates()
  const outputs = await imported(await denseModel([8, 0, 0, 1], 2), dataset)
  if (!outputs.ok) throw new Error(outputs.error.message)
  const [network, ...others] = decodeNetworks(outputs.value.get('networks') ?? new Uint8Array())
  assert.equal([network?.candidate, network?.epoch, others.length], [0, 0, 0])
  const calibrated = decodeCalibrated(network?.content ?? new Uint8Array())
  assert.equal(
    calibrated.graph.operations.filter(({ kind }) => kind === 'shift').map((each) => 'by' in each && each.by),
    [-3, 1],
  )
  const metric = { kind: 'mse', better: 'lower', arguments: {} } as const
  assert.equal(measureAll([{ name: 'mse', metric }], calibrated, dataset, 'test'), { mse: 0 })
})

test('without data there is a data set without rows, and a front of the one network', async () => {
  const model = await denseModel([8, 0, 0, 1], 2)
  const outputs = await imported(model, null)
  if (!outputs.ok) throw new Error(outputs.error.message)
  const none = decodeDataset(outputs.value.get('dataset') ?? new Uint8Array())
  assert.equal(
    none.inputs.map(({ name, shape }) => [name, shape]),
    [['x', [2]]],
  )
  assert.equal([none.parts.validation.rows, none.parts.test.rows], [0, 0])
  const networks = outputs.value.get('networks') ?? new Uint8Array()
  const [network] = decodeNetworks(networks)
  const calibrated = decodeCalibrated(network?.content ?? new Uint8Array())
  assert.equal(measureAll([], calibrated, none, 'test'), {})
  const inputs = new Map([
    ['networks[0]', networks],
    ['dataset[0]', encodeDataset(none)],
  ])
  const params = { metrics: [], keep: { kind: 'last' }, trainings: 1 }
  const made = await front({ kind: 'front', params, inputs, settings: SETTINGS, hints: {} }, EVENTS)
  if (!made.ok) throw new Error(made.error.message)
  const { metric, points } = decodeFront(made.value.get('front') ?? new Uint8Array())
  assert.is(metric, null)
  assert.equal(
    points.map(({ validation }) => validation),
    [{}],
  )
  assert.equal(rankCandidates({ metric, points }, [], '', 'higher').eligible.length, 1)
})

test('the same file in another folder gives the same bytes', async () => {
  const bytes = await denseModel([1, 0, 0, 0, 1, 1], 3)
  const outputs = await imported(bytes, blobs(2, 20))
  if (!outputs.ok) throw new Error(outputs.error.message)
  assert.not.match(new TextDecoder().decode(outputs.value.get('networks')), 'm.keras')
})

test('data that the network is not for are refused where the data set is named', async () => {
  const narrow = await imported(await denseModel([1, 0, 0, 0, 1, 1], 3), blobs(4, 20))
  assert.match(narrow.ok ? '' : narrow.error.message, "input 'x' takes 2 values per row; the data have 4")
  assert.is(narrow.ok ? '' : narrow.error.span?.file, '#entry/dataset')
  const classes = await imported(await denseModel([1, 0, 0, 0, 1, 1, 1, 1], 4), blobs(2, 20))
  assert.match(classes.ok ? '' : classes.error.message, 'the network has 4 outputs; the data have 3 classes')
  const broken = await imported(Uint8Array.of(1), blobs(2, 20))
  assert.is(broken.ok ? '' : broken.error.span?.file, '#entry/checkpoint')
})
