import * as assert from 'uvu/assert'
import { endedEarly } from '../../../compiler/plan/ended-early.js'
import { segmentsOf } from '../../../compiler/plan/segments.js'
import { segmentSlice } from '../../../compiler/plan/slices.js'
import type { Built, Plain, TrainingSpec } from '../../../lang/program.js'
import type { Dataset } from '../../../runtime/data/dataset.js'
import { encodeCandidates } from '../../../runtime/train/candidates.js'
import { encodeState } from '../../../runtime/train/state.js'
import { type Trained, type TrainingSettings, train } from '../../../runtime/train/train.js'
import { blobs, numbers, trainingOf } from '../../fixtures/datasets.js'
import { denseNetwork } from '../../fixtures/networks.js'
import { trainWhole } from '../../fixtures/training.js'
import { suite } from '../../kit.js'

const test = suite('divergence')
const graph = denseNetwork({ inputs: 4, hidden: [8], outputs: 3 })
const dataset = blobs(4, 600)
const ENGINES = ['hgq', 'tfjs'] as const

/** What is usual up to an epoch, then what nothing stands. */
function spoiltAfter(epoch: number, usual: number, spoilt: number): Plain {
  const knots = [
    { at: { epochs: 0 }, value: usual, between: 'constant' },
    { at: { epochs: epoch }, value: spoilt },
  ]
  return { kind: 'piecewise', knots, between: 'linear' }
}

const sgd = (rate: Plain, widthRate: Plain = 1e-3): Built => ({
  kind: 'sgd',
  rate,
  width_rate: widthRate,
  momentum: 0.9,
  nesterov: false,
})

async function failureOf(training: TrainingSpec, of: Dataset = dataset, network = graph, taught?: Float32Array) {
  const given = taught === undefined ? {} : { taught }
  const result = await trainWhole({ graph: network, dataset: of, training, ...given })
  if (result.ok) throw new Error('the training went well')
  assert.is(result.error.code, 'HGQ4002')
  return result.error
}

for (const engine of ENGINES) {
  test(`${engine}: features that are no numbers are named, with the cure`, async () => {
    const broken = blobs(4, 600)
    broken.parts.train.inputs.get('x')?.fill(Number.NaN)
    const { message, notes } = await failureOf(trainingOf({ engine }), broken)
    assert.match(message, /^training diverged in epoch 1, step 1: /)
    assert.match(notes[0] ?? '', /^x\[0\] is NaN in one of the rows/)
    assert.match(notes[1] ?? '', /correct the data/)
    assert.match(notes[2] ?? '', /^nothing of this training is stored/)
    assert.not.match(notes.join(' '), /`rate`/)
  })

  test(`${engine}: so is a cell that is far too large, though the step that fails comes later`, async () => {
    const broken = blobs(4, 600)
    broken.parts.train.inputs.get('x')?.set([1e25], 4 * 17 + 2)
    const { notes } = await failureOf(trainingOf({ engine }), broken)
    assert.match(
      notes[0] ?? '',
      /^x\[2\] is 1e\+25 \(in single precision\) in one of the rows; half of that column is within ±[12]\b/,
    )
  })

  test(`${engine}: a validation part without a metric stops the training, and its cause is looked for there`, async () => {
    const broken = numbers(4, 300)
    broken.parts.validation.targets[3] = Number.NaN
    const training = trainingOf({
      engine,
      loss: { kind: 'mse' },
      metric: { kind: 'mse', better: 'lower', arguments: {} },
    })
    const network = denseNetwork({ inputs: 4, hidden: [8], outputs: 1 })
    const { message, notes } = await failureOf(training, broken, network)
    assert.match(message, /^training diverged in epoch 1, step 5: the validation metric is NaN$/)
    assert.match(notes[0] ?? '', /^target is NaN in one of the rows/)
  })

  test(`${engine}: so is what is taught in place of the targets, where it is no number`, async () => {
    const taught = new Float32Array(3 * 600).fill(1 / 3)
    taught[3 * 17 + 1] = Number.NaN
    const { message, notes } = await failureOf(trainingOf({ engine }), dataset, graph, taught)
    assert.match(message, /^training diverged in epoch 1, step \d+: /)
    assert.match(notes[0] ?? '', /^the taught probability of 'b' is NaN in one of the rows/)
    const network = denseNetwork({ inputs: 4, hidden: [8], outputs: 1 })
    const metric = { kind: 'mse', better: 'lower', arguments: {} } as const
    const ofNumbers = trainingOf({ engine, loss: { kind: 'mse' }, metric })
    const broken = await failureOf(ofNumbers, numbers(4, 600), network, taught.subarray(0, 600))
    assert.match(broken.notes[0] ?? '', /^the taught target is NaN in one of the rows/)
  })

  test(`${engine}: widths that a step takes beyond the numbers stop it; the pressure is blamed first`, async () => {
    const optimizer = { kind: 'adam', rate: 1e-2, width_rate: 2e-2 }
    const { notes } = await failureOf(trainingOf({ engine, pressure: 1e30, optimizer }))
    assert.match(notes[0] ?? '', /^lower, in this order, .* `pressure` \(1e30\), .*`width_rate` \(0\.02\)/)
  })

  test(`${engine}: regularize beyond all measure is named before the rates`, async () => {
    const greedy = {
      ...graph,
      operations: graph.operations.map((operation) =>
        operation.kind === 'quantize' && operation.place === 'weight'
          ? { ...operation, quantizer: { ...operation.quantizer, regularize: 1e30 } }
          : operation,
      ),
    }
    const { notes } = await failureOf(trainingOf({ engine }), dataset, greedy)
    assert.match(notes[0] ?? '', /^lower, in this order, what was at that step `regularize` \(1e30\), `pressure`/)
  })

  test(`${engine}: a loss or a weight that stays finite is divergence when it is beyond all measure`, async () => {
    for (const optimizer of [{ kind: 'adam', rate: 1e30, width_rate: 1e-3 }, sgd(1e3, 1e3)]) {
      const { message, notes } = await failureOf(trainingOf({ engine, optimizer }))
      assert.match(message, /^training diverged in epoch 1, step \d+: /)
      assert.match(notes[0] ?? '', /^lower, in this order, what was at that step `(width_)?rate` \(/)
    }
  })
}

test('on the engine of kernels the reference names what broke first in the step', async () => {
  const training = trainingOf({ optimizer: sgd(spoiltAfter(1, 1e-2, 1e300)), pressure: 1e-6, epochs: 2 })
  const { message } = await failureOf(training)
  assert.match(
    message,
    /^training diverged in epoch 2, step 10: the values 'dense\[\d\]\/parameter\[\d\]' are no finite/,
  )
})

test('a loss is held against that of a network that answers 0, and against the first step', async () => {
  // Targets far from 0: the first losses are large, and good.
  const far = numbers(4, 300)
  for (const { targets } of Object.values(far.parts)) targets.fill(3e4)
  const network = denseNetwork({ inputs: 4, hidden: [8], outputs: 1 })
  for (const kind of ['mse', 'mae', 'huber'] as const) {
    const result = await trainWhole({
      graph: network,
      dataset: far,
      training: trainingOf({
        loss: { kind, delta: 1 },
        metric: { kind: 'mse', better: 'lower', arguments: {} },
        epochs: 2,
      }),
    })
    assert.ok(result.ok, kind)
  }
})

/** Trains segment after segment until one fails; that one's request without its length, and what it left. */
async function failingSegment(training: TrainingSpec): Promise<{
  readonly failed: Extract<Trained, { ok: false }>
  /** The same segment with another end. */
  readonly again: (to: number) => Promise<Trained>
}> {
  let state: Parameters<typeof train>[0]['state'] = null
  for (const range of segmentsOf(training)) {
    const before = state
    const settings = segmentSlice(training, graph, range, 'test') as unknown as TrainingSettings
    const request = {
      graph,
      dataset,
      taught: null,
      state: before,
      threads: 1,
      totalEpochs: training.epochs,
      onProgress: () => undefined,
    }
    const trained = await train({ ...request, training: settings })
    if (trained.ok) {
      state = trained.value.state
      continue
    }
    const again = (to: number): Promise<Trained> => {
      const shorter = endedEarly(settings, to)
      if (shorter === null) throw new Error('a schedule lasts as long as the training')
      return train({ ...request, training: shorter })
    }
    return { failed: trained, again }
  }
  throw new Error('no segment failed')
}

for (const engine of ENGINES) {
  test(`${engine}: what went well before a divergence is what a training gives that ends there, bit for bit`, async () => {
    const pid = { kind: 'pid', target: 60, start: 1e-5, warmup: { epochs: 2 }, kp: 1, ki: 0.1, kd: 0.1 }
    for (const pressure of [1e-5, { ...pid, lowest: 1e-12, highest: 1, damping: 0.1 }]) {
      const training = trainingOf({
        engine,
        epochs: 20,
        segment: 4,
        pressure,
        optimizer: sgd(spoiltAfter(11, 1e-2, 1e300)),
        // So few that the candidates are thinned.
        keep: { kind: 'pareto', metric: 'accuracy', cost: 'ebops', size: 1 },
      })
      const { failed, again } = await failingSegment(training)
      assert.match(failed.error.message, /^training diverged in epoch 12, step 10\d: /)
      assert.is(
        failed.error.notes[1],
        'epochs 1 to 11 are stored: `epochs = 11` builds what they gave; what changes later epochs alone goes on from epoch 9',
      )
      const shorter = await again(11)
      assert.ok(shorter.ok && failed.before !== undefined)
      if (!shorter.ok || failed.before === undefined) return
      assert.equal(encodeState(failed.before.state), encodeState(shorter.value.state))
      assert.equal(encodeCandidates(failed.before.candidates), encodeCandidates(shorter.value.candidates))
    }
  })
}

test('a single epoch that went well is one', async () => {
  const { notes } = await failureOf(trainingOf({ optimizer: sgd(spoiltAfter(1, 1e-2, 1e300)), pressure: 1e-6 }))
  assert.is(notes[1], 'epoch 1 is stored: `epochs = 1` builds what it gave')
})

test('steps are made softer by what the optimizer and its schedule have', async () => {
  const noteOf = async (optimizer: Built): Promise<string> => {
    const { notes } = await failureOf(trainingOf({ optimizer, epochs: 8, pressure: 1e-6 }))
    return notes[0] ?? ''
  }
  const adam = { kind: 'adam', rate: 1e30, width_rate: 1e-3 }
  assert.match(await noteOf(adam), /; `rate = cosine\(1e30, warmup = 2 epochs\)` helps as well$/)
  const cosine = { kind: 'cosine', from: 1e30, to: 0, cycles: 1, shrink: 1 }
  assert.match(await noteOf({ ...adam, rate: cosine }), /; a `warmup` of its schedule helps as well$/)
  const warm = { ...cosine, warmup: { epochs: 1 } }
  assert.match(await noteOf({ ...adam, rate: warm }), /; a longer `warmup` helps as well$/)
  const falling = { kind: 'geometric', from: 1e30, to: 1e29 }
  assert.match(
    await noteOf({ ...adam, rate: falling }),
    /; `rate = cosine\(1e30, 1e29, warmup = 2 epochs\)` helps as well$/,
  )
  assert.match(await noteOf({ ...adam, rate: { ...falling, from: 1e29, to: 1e30 } }), /`rate` \(\S+\)[^;]*$/)
  assert.match(await noteOf(sgd(1e300)), / or a `clip_norm` help as well$/)
  assert.match(await noteOf({ ...sgd(1e300), clip_norm: 1e299 }), / or a lower `clip_norm` \(1e299\) help as well$/)
})

for (const engine of ENGINES) {
  test(`${engine}: features as they were read are the first cause, where the first loss says so`, async () => {
    const raw = blobs(4, 600)
    for (const { inputs } of Object.values(raw.parts)) {
      const x = inputs.get('x')
      x?.set(x.map((value, at) => (at % 4 === 2 ? 3e4 * value : value)))
    }
    const wild = trainingOf({ engine, optimizer: { kind: 'adam', rate: 1e30, width_rate: 1e-3 } })
    const { notes } = await failureOf(wild, raw)
    assert.match(notes[0] ?? '', /^features far from order 1: x\[2\] is typically ±[3-6]\d{4}; `standardize = true`/)
    assert.match(notes[1] ?? '', /^then lower, in this order, what was at that step `rate` \(/)
    const usual = await failureOf(wild)
    assert.match(usual.notes[0] ?? '', /^lower, in this order/)
  })
}

test('a segment that fails in its first epoch leaves nothing of its own', async () => {
  const training = trainingOf({
    epochs: 8,
    segment: 4,
    pressure: 1e-5,
    optimizer: sgd(spoiltAfter(4, 1e-2, 1e300)),
  })
  const { failed } = await failingSegment(training)
  assert.is(failed.before, undefined)
  assert.match(failed.error.notes[1] ?? '', /^epochs 1 to 4 are stored: `epochs = 4` builds what they gave/)
})

test('where a schedule lasts as long as the training, the message says how to end before', async () => {
  const training = trainingOf({ epochs: 12, segment: 3, optimizer: sgd(spoiltAfter(5, 1e-2, 1e300)) })
  const { notes } = await failureOf(training)
  assert.match(notes[1] ?? '', /^epochs 1 to 5 are stored: `epochs = 5` builds what they gave/)
  assert.match(notes[2] ?? '', /^before you change `epochs`, write `over = 12 epochs` into the schedule of `pressure`/)
  const written = { kind: 'geometric', from: 1e-6, to: 1e-3, over: { epochs: 12 } }
  assert.is((await failureOf({ ...training, pressure: written })).notes.length, 2, 'it is there already')
  const hold = { steps: 20 }
  const held = await failureOf({ ...training, pressure: { kind: 'geometric', from: 1e-6, to: 1e-3, hold } })
  assert.match(held.notes[1] ?? '', /^epochs 1 to 5 went well: `epochs = 5` ends there/)
  assert.match(held.notes[2] ?? '', /^another number of epochs trains all anew: the schedule of `pressure`/)
})

test('where segments are cut changes nothing of when a loss is beyond all measure', async () => {
  const training = trainingOf({
    epochs: 9,
    pressure: 1e-5,
    optimizer: sgd(spoiltAfter(4, 1e-2, 1e3), spoiltAfter(4, 1e-3, 1e3)),
  })
  const messages = await Promise.all(
    [9, 4, 2, 1].map(async (segment) => (await failureOf({ ...training, segment })).message),
  )
  assert.is(new Set(messages).size, 1)
  assert.match(
    messages[0] ?? '',
    /: its mean loss is \S+, where a network that always answers 0 has 1\.10, and the first step had/,
  )
})
