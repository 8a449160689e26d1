import * as assert from 'uvu/assert'
import {
  type Candidate,
  CandidateSet,
  decodeCandidates,
  encodeCandidates,
  gatherCandidates,
} from '../../../runtime/train/candidates.js'
import type { Checkpoint } from '../../../runtime/train/checkpoint.js'
import { decodeState, encodeState, type TrainState } from '../../../runtime/train/state.js'
import { suite } from '../../kit.js'

const test = suite('candidates and states of a training')

const TRAINING = {
  keep: { kind: 'pareto', metric: 'accuracy', cost: 'ebops', size: 2 },
  metric: { kind: 'accuracy', better: 'higher', arguments: {} },
} as const

function checkpointOf(epoch: number): Checkpoint {
  return {
    tensors: new Map([['a/b', { shape: [2], values: Float32Array.of(epoch, -epoch) }]]),
    metadata: { epoch: String(epoch) },
  }
}

/** A set that was offered points in this order, from epoch `first` on; and how many checkpoints were made. */
function offered(
  points: readonly (readonly [metric: number, ebops: number])[],
  before: CandidateSet | null = null,
  first = 1,
) {
  const set = new CandidateSet(TRAINING, before?.facts ?? [])
  let made = 0
  for (const [index, [metric, ebops]] of points.entries()) {
    set.offer(first + index, { metric, ebops }, () => {
      made++
      return checkpointOf(first + index)
    })
  }
  return { set, made }
}

const epochs = (items: readonly { readonly epoch: number }[]): number[] => items.map(({ epoch }) => epoch)

test('what is beaten or equalled is not held, and its checkpoint is not made', () => {
  const { set, made } = offered([
    [0.5, 100],
    [0.5, 100],
    [0.4, 200],
    [0.6, 200],
    [0.7, 90],
  ])
  assert.equal(epochs(set.facts), [5])
  assert.is(made, 3)
})

test('at most twice as many are held as will be kept, both ends among them', () => {
  const { set } = offered(Array.from({ length: 9 }, (_, n) => [0.1 * n, 100 * n + 1] as const))
  assert.is(set.facts.length, 4)
  assert.is(set.facts[0]?.epoch, 1)
  assert.is(set.facts.at(-1)?.epoch, 9)
})

test('a segment goes on with the facts of those before, and has the checkpoints of its own epochs alone', () => {
  const one = offered([
    [0.5, 100],
    [0.6, 200],
  ]).set
  const two = offered(
    [
      [0.55, 90],
      [0.7, 300],
    ],
    one,
    3,
  ).set
  assert.equal(epochs(two.facts), [3, 2, 4])
  assert.equal(epochs(two.born), [3, 4])
  const all = gatherCandidates(two.facts, [one.born, two.born])
  assert.equal(epochs(all), [3, 2, 4])
  assert.equal(all[1]?.checkpoint, checkpointOf(2))
  assert.throws(() => gatherCandidates(two.facts, [two.born]), /no segment holds the checkpoint of epoch 2/)
})

test('candidates and states are read back as they were written, and other bytes are refused', () => {
  const candidates: Candidate[] = [4, 2].map((epoch) => ({
    epoch,
    screened: { metric: 0.1 * epoch, ebops: 10 * epoch },
    checkpoint: checkpointOf(epoch),
  }))
  const state: TrainState = {
    network: checkpointOf(3).tensors,
    slots: new Map([['a/b/first', { shape: [1], values: Float32Array.of(0.1) }]]),
    epoch: 3,
    steps: 30,
    firstLoss: 1.25,
    controller: { pressure: 1e-7, integral: -6.1, error: 0.3 },
    held: candidates.map(({ epoch, screened }) => ({ epoch, screened })),
    reported: ['a/b'],
  }
  assert.equal(decodeCandidates(encodeCandidates(candidates)), candidates)
  assert.equal(decodeState(encodeState(state)), state)
  assert.equal(encodeState(decodeState(encodeState(state))), encodeState(state))
  assert.throws(() => decodeState(encodeCandidates(candidates)), /no training state/)
  assert.throws(() => decodeCandidates(encodeState(state)), /no candidates/)
})
