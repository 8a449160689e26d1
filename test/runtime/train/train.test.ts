import * as assert from 'uvu/assert'
import { decodeCandidates, encodeCandidates } from '../../../runtime/train/candidates.js'
import { createEngine } from '../../../runtime/train/create-engine.js'
import { decodeState } from '../../../runtime/train/state.js'
import { blobs, trainingOf } from '../../fixtures/datasets.js'
import { denseNetwork } from '../../fixtures/networks.js'
import { trainWhole } from '../../fixtures/training.js'
import { suite } from '../../kit.js'
import { requestOf } from './engine/compare.js'

const test = suite('training')
const graph = denseNetwork({ inputs: 4, hidden: [8], outputs: 3 })
const dataset = blobs(4, 600)
/** Those that promise the same bits everywhere. */
const ENGINES = ['hgq', 'tfjs'] as const

for (const engine of ENGINES) {
  test(`${engine} learns, keeps a front, and gives the same bits again`, async () => {
    const run = async () => {
      const lines: string[] = []
      const result = await trainWhole({
        graph,
        dataset,
        training: trainingOf({ engine }),
        onProgress: ({ text }) => lines.push(text),
      })
      if (!result.ok) throw new Error(result.error.message)
      return { lines, result: result.value }
    }
    const [first, second] = [await run(), await run()]
    assert.is(first.lines.length, 6)
    assert.match(
      first.lines[5] ?? '',
      /^epoch 6\/6 {2}loss \S+ {2}accuracy \S+ {2}EBOPs \d+ {2}.* samples\/s {2}.* left$/,
    )
    const bytes = encodeCandidates(first.result.candidates)
    assert.equal(bytes, encodeCandidates(second.result.candidates))
    assert.equal(encodeCandidates(decodeCandidates(bytes)), bytes)
    const { candidates } = first.result
    assert.ok(Math.max(...candidates.map(({ screened }) => screened.metric)) > 0.85)
    for (const [index, candidate] of candidates.entries()) {
      const next = candidates[index + 1]
      if (next === undefined) continue
      assert.ok(next.screened.ebops > candidate.screened.ebops && next.screened.metric > candidate.screened.metric)
    }
  })
}

test('another seed gives another network', async () => {
  const train = async (seed: number) => {
    const result = await trainWhole({
      graph,
      dataset,
      training: trainingOf({ seed, epochs: 1 }),
    })
    return result.ok ? encodeCandidates(result.value.candidates) : new Uint8Array()
  }
  assert.not.equal(await train(1), await train(2))
})

test('keep = last() keeps the last epoch', async () => {
  const result = await trainWhole({
    graph,
    dataset,
    training: trainingOf({ keep: { kind: 'last' }, epochs: 2 }),
  })
  if (!result.ok) throw new Error(result.error.message)
  assert.equal(
    result.value.candidates.map(({ epoch }) => epoch),
    [2],
  )
})

for (const engine of ENGINES) {
  test(`${engine}: a layer that dies is reported once`, async () => {
    const codes: string[] = []
    const training = trainingOf({
      engine,
      pressure: 10,
      epochs: 40,
      optimizer: { kind: 'adam', rate: 1e-3, width_rate: 0.3 },
    })
    const result = await trainWhole({
      graph,
      dataset,
      training,
      onMessage: ({ code, message }) => codes.push(`${code} ${message}`),
    })
    assert.ok(result.ok)
    assert.ok(codes.length > 0)
    assert.is(new Set(codes).size, codes.length)
    assert.ok(codes.every((code) => code.startsWith('HGQ4003')))
  })
}

for (const engine of ENGINES) {
  test(`${engine}: segments one after the other have the bits of a single one`, async () => {
    const network = denseNetwork({ inputs: 4, hidden: [6], outputs: 3 })
    const pressures = [
      trainingOf().pressure,
      {
        kind: 'pid',
        target: 60,
        start: 1e-5,
        warmup: { epochs: 2 },
        kp: 1,
        ki: 0.1,
        kd: 0.1,
        lowest: 1e-12,
        highest: 1,
        damping: 0.1,
      },
    ]
    const optimizers = [
      trainingOf().optimizer,
      { kind: 'sgd', rate: 1e-2, width_rate: 1e-2, momentum: 0.9, nesterov: true, clip_norm: 0.5 },
    ]
    for (const pressure of pressures) {
      for (const optimizer of optimizers) {
        const training = trainingOf({
          engine,
          epochs: 7,
          optimizer,
          pressure,
          keep: { kind: 'pareto', metric: 'accuracy', cost: 'ebops', size: 2 },
        })
        const [whole, parts] = await Promise.all([
          trainWhole({ graph: network, dataset, training }),
          trainWhole({ graph: network, dataset, training: { ...training, segment: 3 } }),
        ])
        if (!whole.ok || !parts.ok) throw new Error('a training failed')
        assert.is(parts.value.states.length, 3)
        assert.equal(parts.value.states.at(-1), whole.value.states.at(-1))
        assert.equal(encodeCandidates(parts.value.candidates), encodeCandidates(whole.value.candidates))
        assert.ok(parts.value.stored.every((count) => count <= 4))
      }
    }
  })
}

test('a segment stores no checkpoint of another one, and the last alone with keep = last()', async () => {
  const training = trainingOf({ epochs: 6, segment: 2, keep: { kind: 'last' } })
  const result = await trainWhole({ graph, dataset, training })
  if (!result.ok) throw new Error(result.error.message)
  assert.equal(result.value.stored, [1, 1, 1])
  const states = result.value.states.map(decodeState)
  assert.equal(
    states.map(({ epoch, held }) => [epoch, held.map((each) => each.epoch)]),
    [
      [2, [2]],
      [4, [4]],
      [6, [6]],
    ],
  )
})

test('more epochs go on from the segments that are there', async () => {
  const training = trainingOf({ epochs: 4, segment: 2, pressure: 1e-5 })
  const [short, long] = await Promise.all([
    trainWhole({ graph, dataset, training }),
    trainWhole({ graph, dataset, training: { ...training, epochs: 6 } }),
  ])
  if (!short.ok || !long.ok) throw new Error('a training failed')
  assert.equal(long.value.states.slice(0, 2), short.value.states)
})

test('data that do not fit are refused before anything runs', async () => {
  const result = await trainWhole({
    graph: denseNetwork({ inputs: 4, hidden: [], outputs: 5 }),
    dataset,
    training: trainingOf(),
  })
  assert.not.ok(result.ok)
  if (!result.ok) assert.is(result.error.message, 'the network has 5 outputs; the data have 3 classes')
})

test('an engine may be closed twice', async () => {
  for (const name of ENGINES) {
    const made = await createEngine(
      name,
      requestOf(graph, { kind: 'cross_entropy' }, dataset.parts.train, { threads: 2 }),
    )
    assert.ok(made.ok)
    if (!made.ok) continue
    await made.value.close()
    await made.value.close()
  }
})
