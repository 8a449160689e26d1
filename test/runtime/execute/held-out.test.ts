import * as assert from 'uvu/assert'
import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import { decodeSafetensors, encodeSafetensors } from '../../../compiler/numeric/safetensors.js'
import type { ActionKind } from '../../../compiler/plan/action.js'
import type { PlainBound } from '../../../compiler/plan/budget.js'
import { segmentsOf } from '../../../compiler/plan/segments.js'
import { calibrateSlice, segmentSlice } from '../../../compiler/plan/slices.js'
import { encodePipeline } from '../../../compiler/schedule/serialize.js'
import type { TrainingSpec } from '../../../lang/program.js'
import { decodeDataset, encodeDataset } from '../../../runtime/data/codec.js'
import {
  decodeFront,
  decodeJson,
  encodeJson,
  type MeasuredDesign,
  measuredDesignSchema,
} from '../../../runtime/report/report-file.js'
import { yosysFlow } from '../../../targets/families.js'
import { yosysReport } from '../../../targets/yosys/statistics.js'
import { blobs, trainingOf } from '../../fixtures/datasets.js'
import { denseNetwork } from '../../fixtures/networks.js'
import { perform } from '../../fixtures/perform.js'
import { optimizedGraph, pipelineOf } from '../../fixtures/pipeline.js'
import { suite } from '../../kit.js'

const test = suite('the test part, until a design is chosen')

const graph = denseNetwork({ inputs: 4, hidden: [6], outputs: 3 })
const training: TrainingSpec = trainingOf({
  engine: 'hgq',
  epochs: 4,
  segment: 2,
  calibrate: { data: 'all', margin: 0 },
})
const metrics = ['accuracy', 'again'].map((name) => ({ name, metric: training.metric }))
const whole = encodeDataset(blobs(4, 240))

type Contents = Readonly<Record<string, Uint8Array>>

/** One action; gives its outputs by role. */
async function outputsOf(kind: ActionKind, params: object, inputs: Contents): Promise<Contents> {
  return Object.fromEntries(await perform(kind, params, new Map(Object.entries(inputs))))
}

function of(contents: Contents, role: string): Uint8Array {
  const content = contents[role]
  if (content === undefined) throw new Error(`no "${role}"`)
  return content
}

/** Everything that comes before a design, made of a stored data set: outputs by action and role. */
async function chosenFrom(dataset: Uint8Array): Promise<Contents> {
  const made: Record<string, Uint8Array> = {}
  const keep = (action: string, outputs: Contents): Contents => {
    for (const [role, content] of Object.entries(outputs)) made[`${action}/${role}`] = content
    return outputs
  }
  const candidates: Record<string, Uint8Array> = {}
  let state: Contents = {}
  for (const [index, range] of segmentsOf(training).entries()) {
    const outputs = keep(
      `train[${index}]`,
      await outputsOf('train', segmentSlice(training, graph, range, 'test'), { dataset, ...state }),
    )
    state = { state: of(outputs, 'state') }
    candidates[`candidates[${index}]`] = of(outputs, 'candidates')
  }
  const inputs = { dataset, ...state, ...candidates }
  const calibrated = keep('calibrate', await outputsOf('calibrate', calibrateSlice(training, graph), inputs))
  const front = keep(
    'front',
    await outputsOf(
      'front',
      { metrics, keep: training.keep, trainings: 1 },
      { 'networks[0]': of(calibrated, 'networks'), 'dataset[0]': dataset },
    ),
  )
  const { metric, loss } = training
  const chosenAgain = { front: of(front, 'front'), ...state, ...candidates }
  keep(
    'start',
    await outputsOf('start', { bounds: [], metric, graph, segments: segmentsOf(training).length }, chosenAgain),
  )
  keep('teach', await outputsOf('teach', { loss, metric, distill: 0.5 }, { ...front, dataset }))
  keep('select', await outputsOf('select', { bounds: [], metric: 'accuracy', better: 'higher', attempt: 0 }, front))
  return made
}

/** The data set with other numbers in its test part. */
function withTest(change: (value: number, at: number, all: Float32Array) => number): Uint8Array {
  const dataset = decodeDataset(whole)
  const { rows, inputs, targets } = dataset.parts.test
  const changed = {
    rows,
    inputs: new Map([...inputs].map(([name, values]) => [name, values.map(change)])),
    targets: targets.map(change),
  }
  return encodeDataset({ ...dataset, parts: { ...dataset.parts, test: changed } })
}

/** A test part that nobody can read: it says that it has fewer than no rows. */
function unreadable(): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(whole)
  const header = JSON.parse(metadata.dataset ?? '')
  const rows = { ...header.rows, test: -1 }
  return encodeSafetensors(tensors, { ...metadata, dataset: JSON.stringify({ ...header, rows }) })
}

/** With the test part as it is. */
let known: Promise<Contents> | undefined
function chosen(): Promise<Contents> {
  known ??= chosenFrom(whole)
  return known
}

const scrambled = withTest((_, at, all) => all[(at * 7 + 3) % all.length] ?? 0)

for (const [what, dataset] of [
  ['scrambled', scrambled],
  ['poisoned', withTest(() => Number.NaN)],
  ['unreadable', unreadable()],
] as const)
  test(`${what}, it changes no byte of trainings, calibrated networks, front and choice`, async () => {
    const [expected, found] = [await chosen(), await chosenFrom(dataset)]
    assert.equal(Object.keys(found), Object.keys(expected))
    for (const [name, content] of Object.entries(expected)) assert.equal(found[name], content, name)
  })

/** The report of the chosen network's design under a bound. */
async function report(
  dataset: Uint8Array,
  bound: Pick<PlainBound, 'quantity' | 'relation' | 'value'>,
): Promise<MeasuredDesign> {
  const flow = yosysFlow('virtexuplus')
  if (flow === null) throw new Error('Yosys knows UltraScale+')
  const counted = { report: yosysReport({ LUT6: 300, FDRE: 20 }, flow, '0.55'), depth: 3 }
  const [choice, calibrated] = [of(await chosen(), 'select/choice'), of(await chosen(), 'select/calibrated')]
  const pipeline = pipelineOf(optimizedGraph(decodeCalibrated(calibrated)), {
    clockPeriodNs: 2.5,
    family: 'virtexuplus',
  })
  const params = {
    bounds: [{ ...bound, phase: 'design', isMetric: metrics.some(({ name }) => name === bound.quantity) }],
    metrics,
    clockPeriodNs: 2.5,
    handshake: 'none',
    family: 'virtexuplus',
    capacity: { lut: 1000, ff: 2000, dsp: 10, bram: 10 },
    unproven: null,
  }
  const outputs = await outputsOf('report', params, {
    choice,
    calibrated,
    dataset,
    pipeline: new TextEncoder().encode(encodePipeline(pipeline)),
    synthesis: encodeJson(counted),
    verification: encodeJson({ vectors: 5, mismatches: 0, wraps: 0 }),
  })
  return decodeJson(measuredDesignSchema, of(outputs, 'report'))
}

test('a design that misses its budget is reported without it, whether it can be read or not', async () => {
  for (const bound of [
    { quantity: 'lut', relation: '<=', value: 299 },
    { quantity: 'accuracy', relation: '>=', value: 1.5 },
  ] as const) {
    const missed = await report(whole, bound)
    assert.is(missed.test, null)
    assert.equal(missed.budget_on_test, [])
    assert.equal(await report(unreadable(), bound), missed)
  }
})

test('a design that meets its budget is measured on it, once', async () => {
  const met = { quantity: 'lut', relation: '<=', value: 300 } as const
  const [as, other] = [await report(whole, met), await report(scrambled, met)]
  assert.ok(as.test !== null && other.test !== null)
  assert.is.not(as.test.accuracy, other.test.accuracy)
  assert.equal({ ...other, test: as.test }, as)
  assert.is.not(as.test.accuracy, as.validation.accuracy)
  const { points } = decodeFront(of(await chosen(), 'front/front'))
  assert.ok(points.some(({ validation }) => validation.accuracy === as.validation.accuracy))
  await report(unreadable(), met).then(
    () => assert.unreachable('it was not read'),
    () => undefined,
  )
})
