import * as assert from 'uvu/assert'
import { declareState, provablyNonNegative } from '../../../compiler/graph/state.js'
import { initialState } from '../../../runtime/train/initial-state.js'
import { activationQuantizer, denseNetwork, NetworkBuilder, weightQuantizer } from '../../fixtures/networks.js'
import { suite } from '../../kit.js'

const test = suite('state of a network')

test('saturating quantizers learn i; wrapping ones track it, and the sign', () => {
  const found = declareState(denseNetwork({ inputs: 4, hidden: [], outputs: 3 })).map(
    ({ path, shape, update, group }) => `${path} [${shape}] ${update} ${group}`,
  )
  assert.equal(found.sort(), [
    'dense[0]/activation[0]/f [4] trained width',
    'dense[0]/activation[0]/i [4] tracked width',
    'dense[0]/activation[0]/k [4] tracked width',
    'dense[0]/bias[0]/b [3] trained width',
    'dense[0]/bias[0]/i [3] trained width',
    'dense[0]/bias[0]/k [3] frozen width',
    'dense[0]/parameter[0] [4,3] trained weight',
    'dense[0]/parameter[1] [3] trained weight',
    'dense[0]/weight[0]/b [4,3] trained width',
    'dense[0]/weight[0]/i [4,3] trained width',
    'dense[0]/weight[0]/k [4,3] frozen width',
  ])
})

test('widths have length 1 where they are shared; a shared path is declared once', () => {
  const network = new NetworkBuilder()
  const w = network.quantize('w/q', network.parameter('w', [4, 3]), 'weight', weightQuantizer, { granularity: [-1] })
  const towers = ['a', 'b'].map((name) => {
    const x = network.quantize('x/q', network.input(name, [4]), 'activation', activationQuantizer, { granularity: [] })
    return network.apply('einsum', [x, w], { equation: '...i,io->...o' })
  })
  network.output('y', network.apply('add', towers))
  const shapes = Object.fromEntries(declareState(network.graph()).map(({ path, shape }) => [path, shape]))
  assert.equal(shapes, {
    w: [4, 3],
    'w/q/b': [1, 3],
    'w/q/i': [1, 3],
    'w/q/k': [1, 3],
    'x/q/f': [1],
    'x/q/i': [1],
    'x/q/k': [1],
  })
})

test('what cannot be negative starts unsigned', () => {
  const network = new NetworkBuilder()
  const x = network.input('x', [4])
  const relu = network.apply('relu', [x])
  const seen = network.apply(
    'concatenate',
    [network.apply('reshape', [relu], { shape: [4] }), network.apply('abs', [x])],
    { axis: 0 },
  )
  const signed = network.apply('subtract', [seen, seen])
  network.output('y', signed)
  const graph = network.graph()
  assert.ok(provablyNonNegative(graph, seen))
  assert.not.ok(provablyNonNegative(graph, x))
  assert.not.ok(provablyNonNegative(graph, signed))
})

test('initial values depend on seed and path alone, and no weight tensor starts mostly zero', () => {
  const graph = denseNetwork({ inputs: 400, hidden: [], outputs: 300, weight: { magnitude: 2 } })
  const [first, again, other] = [initialState(graph, 1), initialState(graph, 1), initialState(graph, 2)]
  assert.equal(first, again)
  assert.not.equal(first.get('dense[0]/parameter[0]'), other.get('dense[0]/parameter[0]'))
  const step = 2 ** -((first.get('dense[0]/weight[0]/b')?.values[0] ?? 0) - 0)
  const weights = first.get('dense[0]/parameter[0]')?.values ?? new Float32Array()
  assert.ok(weights.filter((w) => Math.abs(w) >= step / 2).length * 2 >= weights.length)
  const limit = Math.sqrt(6 / 700)
  assert.ok(weights.every((w) => Math.abs(w) <= limit))
})
