import * as assert from 'uvu/assert'
import type { TrainingSpec } from '../../../lang/program.js'
import type { Dataset, DatasetPart } from '../../../runtime/data/dataset.js'
import { encodeCandidates } from '../../../runtime/train/candidates.js'
import { blobs, numbers, trainingOf } from '../../fixtures/datasets.js'
import { denseNetwork } from '../../fixtures/networks.js'
import { trainWhole, type WholeResult } from '../../fixtures/training.js'
import { suite } from '../../kit.js'

const test = suite('a training that is taught something else than the targets of its data')
const ENGINES = ['hgq', 'tfjs'] as const
const ROWS = 300

const three = blobs(4, ROWS)
/** Two classes: the first of the three, and the others. */
const two: Dataset = {
  ...three,
  classes: ['other', 'first'],
  parts: { train: ofFirst(three.parts.train), validation: ofFirst(three.parts.validation), test: three.parts.test },
}
const one = numbers(4, ROWS)
const mse = { kind: 'mse', better: 'lower', arguments: {} } as const

function ofFirst(part: DatasetPart): DatasetPart {
  return { ...part, targets: part.targets.map((label) => (label === 0 ? 1 : 0)) }
}

/** For each row, the share of the class that its label is moved to, the rest evenly over the others. */
function shares(share: number, move = 0): Float32Array {
  const { targets } = three.parts.train
  return Float32Array.from({ length: targets.length * 3 }, (_, at) =>
    at % 3 === ((targets[Math.floor(at / 3)] ?? 0) + move) % 3 ? share : (1 - share) / 2,
  )
}

interface Case {
  readonly dataset: Dataset
  readonly outputs: number
  readonly training: Partial<TrainingSpec>
  /** What says the same as the targets of the data. */
  readonly same: Float32Array
}

const CASES: Readonly<Record<string, Case>> = {
  cross_entropy: { dataset: three, outputs: 3, training: {}, same: shares(1) },
  binary_cross_entropy: {
    dataset: two,
    outputs: 1,
    training: { loss: { kind: 'binary_cross_entropy' } },
    same: two.parts.train.targets,
  },
  huber: {
    dataset: one,
    outputs: 1,
    training: { loss: { kind: 'huber', delta: 0.5 }, metric: mse },
    same: one.parts.train.targets,
  },
}

async function trained(
  { dataset, outputs, training }: Case,
  overrides: Partial<TrainingSpec>,
  taught?: Float32Array,
): Promise<WholeResult> {
  const graph = denseNetwork({ inputs: 4, hidden: [6], outputs })
  const result = await trainWhole({
    graph,
    dataset,
    training: trainingOf({ epochs: 3, ...training, ...overrides }),
    ...(taught === undefined ? {} : { taught }),
  })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const bytesOf = ({ states, candidates }: WholeResult) => [states.at(-1), encodeCandidates(candidates)]

for (const engine of ENGINES)
  for (const [loss, each] of Object.entries(CASES)) {
    test(`${engine}, ${loss}: what says the same as the data gives the same bits`, async () => {
      assert.equal(bytesOf(await trained(each, { engine }, each.same)), bytesOf(await trained(each, { engine })))
    })

    test(`${engine}, ${loss}: something else gives others, the same ones in segments`, async () => {
      const taught = each.same.map((value) => 0.8 * value + 0.05)
      const whole = await trained(each, { engine }, taught)
      assert.not.equal(bytesOf(whole), bytesOf(await trained(each, { engine })))
      assert.equal(bytesOf(await trained(each, { engine, segment: 2 }, taught)), bytesOf(whole))
    })
  }

test('the loss falls to the entropy of what is taught; the metric knows the labels of the data alone', async () => {
  const losses: number[] = []
  const moved = await trainWhole({
    graph: denseNetwork({ inputs: 4, hidden: [8], outputs: 3 }),
    dataset: three,
    taught: shares(0.8, 1),
    training: trainingOf({ epochs: 40, pressure: 1e-7, keep: { kind: 'last' } }),
    onProgress: ({ text }) => losses.push(Number(/loss (\S+)/.exec(text)?.[1])),
  })
  if (!moved.ok) throw new Error(moved.error.message)
  const [last] = moved.value.candidates
  // Always the class after the right one.
  assert.ok((last?.screened.metric ?? 1) < 0.2, `accuracy ${last?.screened.metric}`)
  const entropy = -(0.8 * Math.log(0.8) + 0.2 * Math.log(0.1))
  assert.ok(Math.min(...losses) > entropy, `${Math.min(...losses)}, below ${entropy}`)
  assert.ok((losses.at(-1) ?? 9) < entropy + 0.15, `${losses.at(-1)}, far above ${entropy}`)
})

for (const engine of ENGINES)
  test(`${engine}: what is taught in another length is thrown`, async () => {
    const failed = await trained(CASES.cross_entropy as Case, { engine }, new Float32Array(ROWS)).catch(String)
    assert.is(failed, `Error: ${ROWS} numbers are to teach ${ROWS} rows, each of which learns 3`)
  })
