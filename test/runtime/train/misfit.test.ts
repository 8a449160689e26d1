import * as assert from 'uvu/assert'
import type { Dataset } from '../../../runtime/data/dataset.js'
import { misfit } from '../../../runtime/train/misfit.js'
import { blobs } from '../../fixtures/datasets.js'
import { denseNetwork } from '../../fixtures/networks.js'
import { suite } from '../../kit.js'

const test = suite('what makes a training impossible')
const classes = blobs(4, 60)
const numbers: Dataset = { ...classes, task: 'regression', classes: [], targetScale: Float64Array.of(1) }
const network = (outputs: number, inputs = 4) => denseNetwork({ inputs, hidden: [], outputs })

test('what fits is let through', () => {
  assert.is(misfit(network(3), classes, { kind: 'cross_entropy' }), undefined)
  assert.is(misfit(network(1), { ...classes, classes: ['a', 'b'] }, { kind: 'binary_cross_entropy' }), undefined)
  for (const kind of ['mse', 'mae'] as const) assert.is(misfit(network(1), numbers, { kind }), undefined)
  assert.is(misfit(network(1), numbers, { kind: 'huber', delta: 1 }), undefined)
})

test('what does not is named', () => {
  const { train } = classes.parts
  const withTrain = (part: Partial<typeof train>): Dataset => ({
    ...classes,
    parts: { ...classes.parts, train: { ...train, ...part } },
  })
  const problems = [
    misfit(network(3), withTrain({ rows: 0 }), { kind: 'cross_entropy' }),
    misfit(network(3), withTrain({ inputs: new Map() }), { kind: 'cross_entropy' }),
    misfit(network(3, 5), classes, { kind: 'cross_entropy' }),
    misfit(network(2), classes, { kind: 'cross_entropy' }),
    misfit(network(1), { ...classes, classes: ['a', 'b'] }, { kind: 'cross_entropy' }),
    misfit(network(1), classes, { kind: 'cross_entropy' }),
    misfit(network(1), classes, { kind: 'binary_cross_entropy' }),
    misfit(network(3), classes, { kind: 'huber', delta: 1 }),
    misfit(network(2), numbers, { kind: 'mse' }),
    misfit(network(1), numbers, { kind: 'cross_entropy' }),
  ]
  for (const problem of problems) {
    assert.equal([problem?.code, problem?.span?.file], ['HGQ4005', '#entry/dataset'])
    assert.is(problem?.notes.length, 1, 'each has a cure')
  }
  assert.equal(
    problems.map((problem) => problem?.message),
    [
      'the data set has no row in its training part',
      "no data feed the input 'x'",
      "input 'x' takes 5 values per row; the data have 4",
      'the network has 2 outputs; the data have 3 classes',
      'the network has one output; cross entropy needs one for each of the two classes',
      'the network has 1 output; the data have 3 classes',
      'binary cross entropy needs one output and two classes; here are 1 and 3',
      'loss huber needs a data set with a target, not labels',
      'the network has 2 outputs; the data have 1 targets',
      'loss cross_entropy needs a data set with labels, not a target',
    ],
  )
})
