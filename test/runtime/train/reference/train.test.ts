import * as assert from 'uvu/assert'
import { decodeCandidates, encodeCandidates } from '../../../../runtime/train/candidates.js'
import { trainReference } from '../../../../runtime/train/reference/train.js'
import { blobs, trainingOf } from '../../../fixtures/datasets.js'
import { denseNetwork } from '../../../fixtures/networks.js'
import { suite } from '../../../kit.js'

const test = suite('training')
const graph = denseNetwork({ inputs: 4, hidden: [8], outputs: 3 })
const dataset = blobs(4, 600)

test('learns, keeps a front, and gives the same bits again', async () => {
  const run = async () => {
    const lines: string[] = []
    const result = await trainReference({
      graph,
      dataset,
      training: trainingOf(),
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

test('another seed gives another network', async () => {
  const train = async (seed: number) => {
    const result = await trainReference({
      graph,
      dataset,
      training: trainingOf({ seed, epochs: 1 }),
      onProgress: () => {},
    })
    return result.ok ? encodeCandidates(result.value.candidates) : new Uint8Array()
  }
  assert.not.equal(await train(1), await train(2))
})

test('keep = last() keeps the last epoch', async () => {
  const result = await trainReference({
    graph,
    dataset,
    training: trainingOf({ keep: { kind: 'last' }, epochs: 2 }),
    onProgress: () => {},
  })
  if (!result.ok) throw new Error(result.error.message)
  assert.equal(
    result.value.candidates.map(({ epoch }) => epoch),
    [2],
  )
})

test('a layer that dies is reported once', async () => {
  const codes: string[] = []
  const training = trainingOf({ pressure: 10, epochs: 40, optimizer: { kind: 'adam', rate: 1e-3, width_rate: 0.3 } })
  const result = await trainReference({
    graph,
    dataset,
    training,
    onProgress: () => {},
    onMessage: ({ code, message }) => codes.push(`${code} ${message}`),
  })
  assert.ok(result.ok)
  assert.ok(codes.length > 0)
  assert.is(new Set(codes).size, codes.length)
  assert.ok(codes.every((code) => code.startsWith('HGQ4003')))
})

test('divergence stops with a diagnosis', async () => {
  const broken = blobs(4, 600)
  broken.parts.train.inputs.get('x')?.fill(Number.NaN)
  const result = await trainReference({ graph, dataset: broken, training: trainingOf(), onProgress: () => {} })
  assert.not.ok(result.ok)
  if (!result.ok) assert.match(result.error.message, /diverged in epoch 1, step \d+/)
})

test('widths that a step takes beyond the numbers stop it with a diagnosis as well', async () => {
  const training = trainingOf({ pressure: 1e30, optimizer: { kind: 'adam', rate: 1e30, width_rate: 1e30 } })
  const result = await trainReference({ graph, dataset, training, onProgress: () => {} })
  assert.is(!result.ok && result.error.code, 'HGQ4002')
})

test('data that do not fit are refused before anything runs', async () => {
  const result = await trainReference({
    graph: denseNetwork({ inputs: 4, hidden: [], outputs: 5 }),
    dataset,
    training: trainingOf(),
    onProgress: () => {},
  })
  assert.not.ok(result.ok)
  if (!result.ok) assert.is(result.error.message, 'the network has 5 outputs; the data have 3 classes')
})
