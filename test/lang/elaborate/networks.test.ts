import * as assert from 'uvu/assert'
import { buildTensorGraph } from '../../../compiler/graph/build.js'
import type { Operation, TensorGraph } from '../../../compiler/graph/operation.js'
import { hardwareOperations } from '../../../compiler/graph/walk.js'
import { suite } from '../../kit.js'
import { architecture, programOf } from './pipelines.js'

const test = suite('networks')

function graphOf(body: string, before = '', features?: string): TensorGraph {
  const text = architecture(body, before)
  const network = programOf(
    features === undefined ? text : text.replace('target =', `features = ${features}, target =`),
  ).networks[0]
  if (network === undefined) throw new Error('no network')
  return buildTensorGraph(network)
}

function kinds(graph: TensorGraph): readonly string[] {
  return graph.operations.map((operation) => operation.kind)
}

function paths(graph: TensorGraph, kind: 'parameter' | 'quantize' | 'batch_statistics'): readonly string[] {
  return graph.operations.flatMap((operation) =>
    operation.kind === kind && 'path' in operation ? [operation.path] : [],
  )
}

function quantizerAt(graph: TensorGraph, path: string): Extract<Operation, { kind: 'quantize' }>['quantizer'] {
  for (const operation of graph.operations)
    if (operation.kind === 'quantize' && operation.path === path) return operation.quantizer
  throw new Error(`no quantizer ${path}: ${paths(graph, 'quantize').join(' ')}`)
}

test('parameters and quantizers are named by calls, kind and order', () => {
  const graph = graphOf('  let a = dense(x, 3) |> relu\n  let b = dense(x, 3)\n  output dense(a + b, 1)')
  assert.equal(paths(graph, 'parameter'), [
    'dense[0]/parameter[0]',
    'dense[0]/parameter[1]',
    'dense[1]/parameter[0]',
    'dense[1]/parameter[1]',
    'dense[2]/parameter[0]',
    'dense[2]/parameter[1]',
  ])
  assert.equal(paths(graph, 'quantize').slice(0, 3), [
    'dense[0]/activation[0]',
    'dense[0]/weight[0]',
    'dense[0]/bias[0]',
  ])
})

test('a shared layer has one set of parameters and quantizers for all its calls', () => {
  const graph = graphOf(`  share tower = dense(8)
  output dense(tower(x) - tower(reshape(x, [16])), 1)`)
  assert.equal(paths(graph, 'parameter'), [
    'shared.dense[0]/parameter[0]',
    'shared.dense[0]/parameter[1]',
    'dense[0]/parameter[0]',
    'dense[0]/parameter[1]',
  ])
  // The weights are quantized once; the data of each call pass the same quantizer.
  assert.equal(
    paths(graph, 'quantize').filter((path) => path.startsWith('shared')),
    [
      'shared.dense[0]/activation[0]',
      'shared.dense[0]/weight[0]',
      'shared.dense[0]/bias[0]',
      'shared.dense[0]/activation[0]',
    ],
  )
})

test('the innermost `with` wins place by place, and what it leaves out is inherited', () => {
  const graph = graphOf(
    `  let y = dense(x, 4) with { weight = fixed(magnitude = 9, integer = 2) }
  let w = deep(y) with { activation = fixed(integer = 5, fraction = 1) }
  output dense(w, 1)`,
    'layer deep(x: tensor) {\n  return dense(x, 3) with { weight = fixed(magnitude = 2, integer = 0) }\n}',
  )
  assert.is(quantizerAt(graph, 'dense[0]/weight[0]').magnitude, 9)
  assert.is(quantizerAt(graph, 'dense[0]/activation[0]').integer, 3)
  assert.is(quantizerAt(graph, 'dense[0]/bias[0]').magnitude, 3)
  assert.is(quantizerAt(graph, 'deep[0]/dense[0]/weight[0]').magnitude, 2)
  assert.equal(
    [
      quantizerAt(graph, 'deep[0]/dense[0]/activation[0]').integer,
      quantizerAt(graph, 'deep[0]/dense[0]/activation[0]').fraction,
    ],
    [5, 1],
  )
  assert.is(quantizerAt(graph, 'dense[1]/weight[0]').magnitude, 3)
})

test('a place of a layer falls back to the one it names', () => {
  const before =
    'layer gate(x: tensor) {\n  place opening = activation\n  return dense(quantize(x, at = opening), 2)\n}'
  const own = graphOf('  output dense(gate(x) with { opening = fixed(integer = 7, fraction = 0) }, 1)', before)
  assert.is(quantizerAt(own, 'gate[0]/opening[0]').integer, 7)
  assert.is(quantizerAt(graphOf('  output dense(gate(x), 1)', before), 'gate[0]/opening[0]').integer, 3)
})

test('quantizers are completed: parametrization, granularity, overflow, decay', () => {
  const graph = graphOf(
    `  let y = reshape(x, [4, 4])
  let a = q(y) with { activation = fixed(integer = 1, fraction = 2, granularity = [-1]) }
  let b = q(y) with { activation = fixed(magnitude = 5, integer = 1, granularity = tensor, decay = 0.5) }
  let c = w(y) with { weight = fixed(magnitude = 5, fraction = 3, granularity = channel, signed = true) }
  output flatten(einsum("pf,of->po", q(a + b), c)) |> dense(1)`,
    `layer q(x: tensor) {
  return quantize(x, at = activation)
}
layer w(x: tensor) {
  return quantize(parameter([2, x.shape[-1]]), at = weight)
}`,
  )
  const a = quantizerAt(graph, 'q[0]/activation[0]')
  assert.equal(
    [a.parametrization, a.integer, a.fraction, a.magnitude, a.granularity, a.overflow, a.decay],
    ['kif', 1, 2, 3, [1], 'wrap', 0.01],
  )
  const b = quantizerAt(graph, 'q[1]/activation[0]')
  assert.equal(
    [b.parametrization, b.fraction, b.granularity, b.overflow, b.decay],
    ['kbi', 4, [], 'saturate_symmetric', 0.5],
  )
  const c = quantizerAt(graph, 'w[0]/weight[0]')
  assert.equal([c.parametrization, c.integer, c.granularity, c.decay, c.signed], ['kbi', 2, [1], null, true])
})

test('an input of a declared type needs no quantizer, also behind layout operations', () => {
  const graph = graphOf(
    `  input bits[2, 8] as fixed(integer = 1, fraction = 0, signed = false)
  output dense(concat([flatten(bits), slice(flatten(bits), 0, 0, 4)]), 1) + dense(x, 1)`,
    '',
    '{ x = "a", bits = "b" }',
  )
  assert.equal(
    paths(graph, 'quantize').filter((path) => path.includes('activation')),
    ['dense[1]/activation[0]'],
  )
})

test('numbers among tensors are constants, powers of two are shifts', () => {
  const graph = graphOf(
    '  let q = quantize(x, at = activation)\n  output dense(0.5 * q + 3 * q - q * 0.25 + 1.5 - -q, 1)',
  )
  assert.equal(kinds(graph).slice(2, 13), [
    'shift',
    'constant',
    'multiply',
    'add',
    'shift',
    'subtract',
    'constant',
    'add',
    'negate',
    'subtract',
    'parameter',
  ])
})

test('batch normalization folds on the parameter side and is quantized before it meets data', () => {
  const graph = graphOf('  output x |> batch_norm |> dense(1)')
  assert.equal(paths(graph, 'batch_statistics').slice().sort(), [
    'batch_norm[0]/batch_mean[0]',
    'batch_norm[0]/batch_variance[0]',
  ])
  const divide = graph.operations.find((operation) => operation.kind === 'divide')
  assert.is(divide?.side, 'parameter')
  assert.ok(paths(graph, 'quantize').includes('batch_norm[0]/weight[0]'))
  assert.ok(paths(graph, 'quantize').includes('batch_norm[0]/bias[0]'))
})

test('a folded normalization is one contraction and one sum in hardware', () => {
  const graph = graphOf('  output x |> dense_batch_norm(1)')
  const hardware = hardwareOperations(graph).map((id) => graph.operations[id]?.kind)
  assert.equal(hardware, ['input', 'quantize', 'einsum', 'add'])
  assert.is(graph.operations.filter((operation) => operation.kind === 'einsum').length, 2)
})

test('every layer of the library expands to a graph', () => {
  const graph = graphOf(`  let a = x |> reshape([4, 4]) |> einsum_dense("pf,fo->po", [4, 6]) |> leaky_relu
  let b = a |> sum_over([0])
  let c = a |> max_over([0])
  let d = add(multiply(b, c), average(b, subtract(b, c)))
  output d |> batch_norm |> dense(1)`)
  assert.ok(graph.operations.length > 20)
})

test('every convolution and pooling of the library expands to a graph', () => {
  const graph = graphOf(`  let a = x |> reshape([8, 2]) |> conv1d(3, 3, padding = causal, dilation = 2) |> relu
  let b = a |> max_pool1d(3, stride = 2, padding = same) |> average_pool1d(2)
  let c = x |> reshape([4, 4, 1]) |> conv2d(2, [3, 2], strides = [1, 2], padding = same, use_bias = false)
  let d = c |> depthwise_conv2d([2, 2], multiplier = 2) |> max_pool2d([2, 1]) |> average_pool2d([1, 1])
  output concat([flatten(b), global_max_pool(d), global_average_pool(d)]) |> dense(1)`)
  const shapes = graph.operations.flatMap(({ kind, shape }) => (kind === 'patches' ? [shape.join()] : []))
  assert.equal(shapes, ['8,3,2', '4,3,3', '2,2,3', '4,2,3,2,1', '3,1,2,2,2', '1,1,2,1,4', '1,1,1,1,4'])
  assert.equal(quantizerAt(graph, 'conv2d[0]/activation[0]').granularity, [0, 1, 2])
})

test('a mean is a shifted sum where the count is a power of two, else each element is weighed', () => {
  const kindsOf = (body: string): readonly string[] =>
    kinds(graphOf(`  output ${body} |> dense(1)`)).filter((kind) =>
      ['shift', 'multiply', 'reduce', 'constant'].includes(kind),
    )
  assert.equal(kindsOf('x |> reshape([4, 4]) |> mean_over([0])'), ['reduce', 'shift'])
  assert.equal(kindsOf('x |> slice(0, 0, 12) |> reshape([3, 4]) |> mean_over([0])'), ['constant', 'multiply', 'reduce'])
  assert.equal(kindsOf('x |> reshape([1, 16]) |> mean_over([0])'), ['reduce'])
})

test('`for` over a range and both branches of a conditional', () => {
  const graph = graphOf(
    '  for i in 1..3 {\n    x = i == 2 ? dense(x, 4) : dense(x, 5) |> relu\n  }\n  output dense(x, 1)',
  )
  const widths = graph.operations.flatMap((operation) => (operation.kind === 'einsum' ? [operation.shape[0]] : []))
  assert.equal(widths, [5, 4, 5, 1])
})

test('what no output needs is no part of the network, its inputs are', () => {
  const graph = graphOf('  let unused = [dense(x, 99)]\n  output dense(x, 1)')
  assert.not.ok(graph.operations.some((operation) => operation.shape.includes(99)))
  // The call that was dropped still counts, so the paths of others don't depend on what is used.
  assert.ok(paths(graph, 'parameter').includes('dense[1]/parameter[0]'))
})

test('two quantizers see what two consumers use; a `let` shares one', () => {
  assert.is(
    paths(graphOf('  output dense(x, 1) + dense(x, 1)'), 'quantize').filter((path) => path.includes('activation'))
      .length,
    2,
  )
  const shared = graphOf(`  let q = quantize(x, at = activation)
  let a = einsum("i,io->o", q, quantize(parameter([16, 1]), at = weight))
  output a + einsum("i,io->o", q, quantize(parameter([16, 1]), at = weight))`)
  assert.equal(paths(shared, 'quantize'), ['activation[0]', 'weight[0]', 'weight[1]'])
  assert.equal(paths(shared, 'parameter'), ['parameter[0]', 'parameter[1]'])
})

test('a quantized value is quantized behind a stop_gradient as well, and an input is seen through one', () => {
  const product = graphOf(`  let seen = stop_gradient(quantize(x, at = activation))
  let w = stop_gradient(quantize(parameter([16, 2]), at = weight))
  output dense(einsum("i,io->o", reshape(seen, [16]), w), 1)`)
  assert.equal(kinds(product).filter((kind) => kind === 'stop_gradient').length, 2)
  const table = graphOf(`  let seen = stop_gradient(quantize(stop_gradient(x), at = activation))
  output dense(quantize(table(seen, function = tanh), at = table), 1)`)
  assert.ok(kinds(table).includes('table'))
})
