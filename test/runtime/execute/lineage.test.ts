import * as assert from 'uvu/assert'
import { decodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import { normalAt, randomKey } from '../../../compiler/numeric/random.js'
import { planBuilds } from '../../../compiler/plan/plan.js'
import type { Program } from '../../../lang/program.js'
import { dataFiles } from '../../../runtime/data/open.js'
import { boundDataset } from '../../../runtime/execute/bound-dataset.js'
import { decodeNetworks } from '../../../runtime/execute/networks.js'
import { inferNetwork } from '../../../runtime/infer/infer.js'
import { decodeFront } from '../../../runtime/report/report-file.js'
import { decodeCandidates, gatherCandidates } from '../../../runtime/train/candidates.js'
import { decodeState } from '../../../runtime/train/state.js'
import { decodeTaught, taughtBy } from '../../../runtime/train/taught.js'
import { programOf } from '../../compiler/plan/sample.js'
import { Performed } from '../../fixtures/perform.js'
import { suite } from '../../kit.js'

const test = suite('what a training has of others')

/** Three numbers, and about the sum of the first two. */
const rows = Array.from({ length: 200 }, (_, row) => {
  const [a, b, c] = [0, 1, 2].map((column) => normalAt(randomKey(5, 'row'), row * 3 + column)) as [
    number,
    number,
    number,
  ]
  return `${a},${b},${c},${a + b}`
})
const data = new TextEncoder().encode(`a,b,c,sum\n${rows.join('\n')}\n`)

const text = (quantizer: string, rest: string): string => `hgq 1

import "std/layers" { dense, relu }
import "std/quantizers" { per_parameter, per_parameter_saturating }

dataset sums {
  source = csv("sums.csv")
  target = "sum"
  unit = none
  split = { train = 60 %, validation = 20 %, test = 20 % }
}
architecture adder(hidden: int = 6) {
  input x[3]
  output x |> dense(hidden) |> relu |> dense(1)
}
train scan {
  model = adder() with ${quantizer}
  dataset = sums
  loss = mse
  metric = mse
  optimizer = adam(rate = 1e-2, width_rate = 4e-2)
  epochs = 60
  segment = 15 epochs
  batch = 20
  pressure = geometric(1e-4, 1e-1)
}
${rest}`

const build = (from: string): string => `build adder_build { from = ${from}, targets = [] }\n`

async function performed(program: Program): Promise<Performed> {
  const all = new Performed()
  for (const action of planBuilds(program, { dataFiles, platform: '' }).actions) await all.add(action, () => data)
  return all
}

/** The candidates that a training of the text holds at its end. */
function candidatesOf(all: Performed, training: string, segments: number) {
  const address = (n: number): string => `train/${training}/segment[${n}]`
  const born = Array.from({ length: segments }, (_, n) => decodeCandidates(all.output(address(n), 'candidates')))
  return gatherCandidates(decodeState(all.output(address(segments - 1), 'state')).held, born)
}

const tuned = (within: string, rest = 'optimizer = adam(rate = 1e-12, width_rate = 0.0)'): string => `
budget room { ${within} }
train tuned { model = adder() with per_parameter, dataset = sums, loss = mse, epochs = 1, from = scan, within = room, ${rest} }
`

test('a training starts with the candidate that the bounds choose: the best of those within them, as it was trained', async () => {
  const program = (bounds: string): Program => programOf(text('per_parameter', tuned(bounds) + build('tuned')))
  const all = await performed(program('ebops <= 1_000_000'))
  const { points } = decodeFront(all.output('start/tuned/front', 'front'))
  assert.ok(points.length > 3, 'the front has several networks')
  const best = (most: number) =>
    points
      .filter(({ ebops }) => ebops <= most)
      .reduce((a, b) => ((b.validation.mse as number) < (a.validation.mse as number) ? b : a))
  const middle = Math.ceil(points[Math.floor(points.length / 2)]?.ebops ?? 0)
  assert.is.not(best(middle).epoch, best(1e6).epoch)
  assert.ok(
    [middle, 1e6].every((most) => best(most).epoch < 59),
    'neither is the last one',
  )
  for (const most of [middle, 1_000_000]) {
    const own = most === 1_000_000 ? all : await performed(program(`ebops <= ${most}`))
    const candidate = candidatesOf(own, 'scan', 4).find(({ epoch }) => epoch === best(most).epoch)
    const state = decodeState(own.output('start/tuned', 'state'))
    assert.equal(state.network, candidate?.checkpoint.tensors)
    assert.equal([state.epoch, state.steps, state.slots.size, state.held], [0, 0, 0, []])
    // With rates of nothing a training ends where it starts.
    const [after] = candidatesOf(own, 'tuned', 1)
    const weights = (tensors: ReadonlyMap<string, { readonly values: Float32Array }> | undefined) =>
      tensors?.get('dense[0]/parameter[0]')?.values
    assert.equal(weights(after?.checkpoint.tensors), weights(candidate?.checkpoint.tensors))
  }
})

test('a metric that only the bounds name is measured to choose by', async () => {
  const all = await performed(programOf(text('per_parameter', tuned('mae <= 100') + build('tuned'))))
  for (const { validation } of decodeFront(all.output('start/tuned/front', 'front')).points)
    assert.equal(Object.keys(validation), ['mse', 'mae'])
  // None is that good: the bound decides, though another metric made the front.
  const short = performed(programOf(text('per_parameter', tuned('mae <= 1e-9') + build('tuned'))))
  assert.match(await short.then(String, (error: Error) => error.message), /HGQ7030: none of the .* nearest: mae /)
})

test('signs are those that the quantizers of the new training declare', async () => {
  const fixed = (signed: string): string =>
    `{ weight = fixed(magnitude = 3, integer = 0), activation = fixed(integer = 3, fraction = 3, overflow = saturate, signed = ${signed}) }`
  for (const [theirs, own, expected] of [
    ['auto', 'false', 0],
    ['false', 'true', 1],
    ['false', 'auto', 1],
  ] as const) {
    const rest = tuned('ebops <= 1_000_000').replace('per_parameter', fixed(own))
    const all = await performed(programOf(text(fixed(theirs), rest + build('tuned'))))
    const { network } = decodeState(all.output('start/tuned', 'state'))
    assert.equal([...new Set(network.get('dense[0]/activation[0]/k')?.values)], [expected], `${theirs} to ${own}`)
  }
})

test('the best network of the teacher teaches, by the share that it has', async () => {
  const taught = `train taught { model = adder(3) with per_parameter, dataset = sums, loss = mae, epochs = 1, teacher = scan, distill = 30 % }\n`
  const all = await performed(programOf(text('per_parameter', taught + build('taught'))))
  const { points } = decodeFront(all.output('teach/taught/front', 'front'))
  const best = points.reduce((a, b) => ((b.validation.mse as number) < (a.validation.mse as number) ? b : a))
  assert.ok(points.length > 1 && best !== points[0], 'the best is not the smallest')
  const network = decodeNetworks(all.output('teach/taught/front', 'networks'))[points.indexOf(best)]
  if (network === undefined) throw new Error('a front has its networks')
  const calibrated = decodeCalibrated(network.content)
  const dataset = boundDataset(all.output('dataset/sums', 'dataset'), calibrated.graph)
  const { train } = dataset.parts
  const [outputs] = inferNetwork(calibrated, train.inputs, train.rows).outputs.values()
  if (outputs === undefined) throw new Error('a network has an output')
  assert.equal(decodeTaught(all.output('teach/taught', 'taught')), taughtBy(dataset, 'mae', outputs, 0.3))
})
