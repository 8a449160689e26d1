import * as assert from 'uvu/assert'
import { buildTensorGraph } from '../../../compiler/graph/build.js'
import { ancestors, isLayout, sourcesThroughLayout, users } from '../../../compiler/graph/walk.js'
import {
  activationQuantizer,
  denseNetwork,
  denseNetworkSpec,
  NetworkBuilder,
  weightQuantizer,
} from '../../fixtures/networks.js'
import { suite } from '../../kit.js'

const test = suite('tensor graph')

test('a dense network becomes typed operations with sides and paths', () => {
  const graph = denseNetwork({ inputs: 16, hidden: [64], outputs: 5 })
  assert.equal(
    graph.operations.map((operation) => `${operation.kind} ${operation.side} [${operation.shape.join(',')}]`),
    [
      'input data [16]',
      'parameter parameter [16,64]',
      'quantize data [16]',
      'quantize parameter [16,64]',
      'einsum data [64]',
      'parameter parameter [64]',
      'quantize parameter [64]',
      'add data [64]',
      'relu data [64]',
      'parameter parameter [64,5]',
      'quantize data [64]',
      'quantize parameter [64,5]',
      'einsum data [5]',
      'parameter parameter [5]',
      'quantize parameter [5]',
      'add data [5]',
    ],
  )
  assert.equal(
    graph.operations.flatMap((operation) => ('path' in operation ? [operation.path] : [])),
    [
      'dense[0]/parameter[0]',
      'dense[0]/activation[0]',
      'dense[0]/weight[0]',
      'dense[0]/parameter[1]',
      'dense[0]/bias[0]',
      'dense[1]/parameter[0]',
      'dense[1]/activation[0]',
      'dense[1]/weight[0]',
      'dense[1]/parameter[1]',
      'dense[1]/bias[0]',
    ],
  )
  assert.is(graph.operations[4]?.scope, 'dense[0]')
})

test('a declared input has its type and no quantizer behind it', () => {
  const graph = denseNetwork({
    inputs: 4,
    hidden: [],
    outputs: 2,
    inputType: { ...activationQuantizer, learned: false },
  })
  const input = graph.operations[0]
  assert.is(input?.kind === 'input' && input.type?.learned, false)
  assert.is(graph.operations.filter((operation) => operation.kind === 'quantize').length, 2)
})

test('the graph is plain JSON', () => {
  const graph = denseNetwork({ inputs: 4, hidden: [3], outputs: 2 })
  assert.equal(JSON.parse(JSON.stringify(graph)), graph)
})

test('axes are counted from the front', () => {
  const network = new NetworkBuilder()
  const x = network.input('x', [3, 50])
  const part = network.apply('slice', [x], { axis: -1, start: -20, end: -10 })
  const sum = network.apply('reduce_sum', [part], { axes: [-1], keep_axes: false })
  network.output('y', network.apply('concatenate', [sum, sum], { axis: -1 }))
  const [, slice, reduce, concat] = network.graph().operations
  assert.equal(slice?.kind === 'slice' && [slice.axis, slice.start, slice.end], [1, 30, 40])
  assert.equal(reduce?.kind === 'reduce' && reduce.axes, [1])
  assert.equal(concat?.kind === 'concat' && concat.axis, 0)
})

test('patches are described by how windows move', () => {
  const network = new NetworkBuilder()
  const x = network.input('x', [5, 6, 2])
  const attributes = { window: [3, 2], strides: [1, 2], padding: 'same', border: 'zero' }
  network.output('y', network.apply('patches', [x], attributes))
  const patches = network.graph().operations[1]
  assert.equal(patches?.shape, [5, 3, 3, 2, 2])
  assert.equal(patches?.kind === 'patches' && [patches.strides, patches.dilation, patches.before], [
    [1, 2],
    [1, 1],
    [1, 0],
  ])
})

test('batch statistics of data are on the parameter side', () => {
  const network = new NetworkBuilder()
  const x = network.input('x', [4])
  const mean = network.apply('batch_mean', [x], { momentum: 0.99 }, '', 'batch_mean[0]')
  const root = network.apply('square_root', [mean])
  network.output('y', network.apply('add', [x, network.quantize('bias[0]', root, 'bias', weightQuantizer)]))
  assert.equal(
    network.graph().operations.map((operation) => operation.side),
    ['data', 'parameter', 'parameter', 'parameter', 'data'],
  )
})

test('what only a bug could bring throws', () => {
  const stray = new NetworkBuilder()
  stray.output('y', stray.apply('add', [stray.input('x', [4]), stray.parameter('p', [4])]))
  assert.throws(() => stray.graph(), /meets data unquantized/)

  const quotient = new NetworkBuilder()
  const x = quotient.input('x', [4])
  quotient.output('y', quotient.apply('divide', [x, x]))
  assert.throws(() => quotient.graph(), /cannot be divided/)

  const spec = denseNetworkSpec({ inputs: 4, hidden: [], outputs: 2 })
  const change = (index: number, part: object) => ({
    ...spec,
    operations: spec.operations.map((operation, at) => (at === index ? { ...operation, ...part } : operation)),
  })
  assert.throws(() => buildTensorGraph(change(4, { kind: 'softsign' })), /no kind of operation/)
  assert.throws(() => buildTensorGraph(change(4, { shape: [9] })), /its rule gives \[2\]/)
  assert.throws(() => buildTensorGraph(change(4, { operands: [2, 9] })), /comes later/)
  assert.throws(() => buildTensorGraph(change(2, { path: null })), /has no path/)
  assert.throws(() => buildTensorGraph(change(2, { attributes: { place: 'activation' } })), /quantizer is no record/)
})

test('users, ancestors and sources through layout', () => {
  const network = new NetworkBuilder()
  const x = network.input('x', [4])
  const y = network.input('y', [2])
  const flat = network.apply('reshape', [x], { shape: [2, 2] })
  const back = network.apply('reshape', [flat], { shape: [4] })
  const joined = network.apply('concatenate', [back, y], { axis: 0 })
  const dead = network.apply('relu', [y])
  network.output('z', joined)
  const graph = network.graph()
  assert.equal(users(graph)[y], [joined, dead])
  assert.equal(ancestors(graph, [joined]), [x, y, flat, back, joined])
  assert.equal(sourcesThroughLayout(graph, joined), [x, y])
  assert.equal(graph.operations.map(isLayout), [false, false, true, true, true, false])
})
