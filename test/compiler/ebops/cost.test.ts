import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { assignedBits, enclosedBits } from '../../../compiler/ebops/bits.js'
import { EbopsModel } from '../../../compiler/ebops/cost.js'
import { evaluateTerm } from '../../../compiler/ebops/terms.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { lowestBit } from '../../../compiler/numeric/exponent.js'
import { elementCount } from '../../../lang/shape.js'
import { activationQuantizer, NetworkBuilder, weightQuantizer } from '../../fixtures/networks.js'
import { suite } from '../../kit.js'

const test = suite('EBOPs')

/** Every quantized element has an entry; `bits` by the place of the quantizer. */
function evaluate(graph: TensorGraph, bits: Readonly<Record<string, number>>) {
  const widths: number[] = []
  const sources = new Map<number, Int32Array>()
  for (const operation of graph.operations) {
    if (operation.kind === 'patches') sources.set(operation.id, Int32Array.of(widths.push(0) - 1))
    if (operation.kind !== 'quantize') continue
    const count = elementCount(operation.shape)
    sources.set(
      operation.id,
      Int32Array.from({ length: count }, (_, element) => widths.length + element),
    )
    for (let element = 0; element < count; element++) widths.push(bits[operation.place] ?? 0)
  }
  return { model: new EbopsModel(graph, sources), widths: Float64Array.from(widths) }
}

function cost(build: (n: NetworkBuilder) => number): number {
  const network = new NetworkBuilder()
  network.output('y', build(network))
  const { model, widths } = evaluate(network.graph(), { activation: 4, weight: 3, bias: 5 })
  return model.evaluate(widths).total
}

const data = (n: NetworkBuilder, shape: number[], name = 'x'): number =>
  n.quantize(`${name}/q`, n.input(name, shape), 'activation', activationQuantizer)
const weight = (n: NetworkBuilder, shape: number[], place = 'weight'): number =>
  n.quantize(place, n.parameter(`p/${place}`, shape), place, weightQuantizer)

// The reference's values, with its fixture: activations of 4 bits, weights of 3, biases of 5.
test('dense layers cost what the reference counts', () => {
  const product = (n: NetworkBuilder, shape: number[], equation: string): number =>
    n.apply('einsum', [data(n, shape), weight(n, [4, 3])], { equation })
  assert.is(
    cost((n) => product(n, [4], '...i,io->...o')),
    144,
  )
  assert.is(
    cost((n) => n.apply('add', [product(n, [4], '...i,io->...o'), weight(n, [3], 'bias')])),
    159,
  )
  assert.is(
    cost((n) => n.apply('add', [product(n, [5, 4], '...i,io->...o'), weight(n, [3], 'bias')])),
    795,
  )
  assert.is(
    cost((n) => n.apply('add', [product(n, [5, 4], 'bij,jk->bik'.replaceAll('b', '')), weight(n, [3], 'bias')])),
    795,
  )
  assert.is(
    cost((n) => n.apply('einsum', [data(n, [5, 4]), data(n, [6, 4], 'z')], { equation: 'ij,kj->ik' })),
    1920,
  )
})

test('elementwise operations and reductions', () => {
  const two = (n: NetworkBuilder, kind: string): number => n.apply(kind, [data(n, [4]), data(n, [4], 'z')])
  assert.is(
    cost((n) => two(n, 'multiply')),
    64,
  )
  assert.is(
    cost((n) => two(n, 'subtract')),
    16,
  )
  assert.is(
    cost((n) => two(n, 'maximum')),
    16,
  )
  assert.ok(Math.abs(cost((n) => two(n, 'add')) - 0.65 * 16) < 1e-9)
  assert.ok(
    Math.abs(cost((n) => n.apply('reduce_sum', [data(n, [5, 4])], { axes: [0], keep_axes: false })) - 0.65 * 64) < 1e-9,
  )
  assert.is(
    cost((n) => n.apply('add', [n.apply('multiply', [data(n, [4]), weight(n, [4])]), weight(n, [4], 'bias')])),
    68,
  )
})

test('convolutions cost what the reference counts, but for the bias', () => {
  const conv1d =
    (padding: string, biased: boolean) =>
    (n: NetworkBuilder): number => {
      const seen = n.apply('patches', [data(n, [8, 4])], { window: [3], padding })
      const y = n.apply('einsum', [seen, weight(n, [3, 4, 2])], { equation: 'pki,kio->po' })
      return biased ? n.apply('add', [y, weight(n, [2], 'bias')]) : y
    }
  assert.is(cost(conv1d('valid', false)), 1728)
  // The reference counts the bias of each of the 8 inputs, 1808; there is one at each of the 6 outputs.
  assert.is(cost(conv1d('valid', true)), 1728 + 5 * 6 * 2)
  // Zeros around the data cost nothing.
  assert.is(cost(conv1d('same', true)), 2192)
  const conv2d = (n: NetworkBuilder): number => {
    const seen = n.apply('patches', [data(n, [4, 4, 3])], { window: [2, 2] })
    return n.apply('einsum', [seen, weight(n, [2, 2, 3, 2])], { equation: 'pqkli,klio->pqo' })
  }
  assert.is(cost(conv2d), 2592)
})

test('pooling costs its comparisons and additions', () => {
  // The reference counts the bits of all inputs of a pooling, 128, but for means over an axis 72 as well.
  const pooled =
    (kind: string) =>
    (n: NetworkBuilder): number =>
      n.apply(kind, [n.apply('patches', [data(n, [8, 4])], { window: [2], strides: [2] })], { axes: [1] })
  assert.is(cost(pooled('reduce_max')), 64)
  assert.is(cost(pooled('reduce_sum')), 0.65 * 64)
  const mean = (n: NetworkBuilder): number =>
    n.apply('shift', [n.apply('reduce_sum', [data(n, [8, 4])], { axes: [0] })], { by: -3 })
  assert.ok(Math.abs(cost(mean) - 0.65 * 112) < 1e-9)
})

test('which of the widths a maximum has does not matter behind a quantizer', () => {
  const network = new NetworkBuilder()
  const pooled = network.apply('reduce_max', [data(network, [4, 2])], { axes: [0] })
  const q = network.quantize('q', pooled, 'activation', activationQuantizer)
  network.output('y', network.apply('multiply', [q, weight(network, [2])]))
  const { model, widths } = evaluate(network.graph(), { activation: 4, weight: 3 })
  const terms = model.fixedTerms()
  assert.ok(terms !== null)
  assert.is(
    terms?.reduce((sum, term) => sum + evaluateTerm(term, widths, null), 0),
    model.evaluate(widths).total,
  )
})

test('widths pass through relu and layout operations', () => {
  const graph = (n: NetworkBuilder): number => {
    const x = n.apply('relu', [data(n, [2, 2])])
    const moved = n.apply('reshape', [n.apply('transpose', [x], { permutation: [1, 0] })], { shape: [4] })
    return n.apply('einsum', [moved, weight(n, [4, 3])], { equation: 'i,io->o' })
  }
  assert.is(cost(graph), 144)
})

test('the gradient is that of the value', () => {
  const network = new NetworkBuilder()
  const layer = network.dense('d', data(network, [4]), 3)
  const q = network.quantize('q', layer, 'activation', activationQuantizer)
  const other = network.apply('multiply', [q, data(network, [3], 'z')])
  network.output(
    'y',
    network.apply(
      'reduce_sum',
      [network.quantize('r', network.apply('add', [q, other]), 'activation', activationQuantizer)],
      { axes: [0], keep_axes: false },
    ),
  )
  const { model, widths } = evaluate(network.graph(), {})
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: widths.length, maxLength: widths.length }),
      (numbers) => {
        const at = Float64Array.from(numbers, (value, index) => value / 16 + index / 4096)
        const gradient = new Float64Array(at.length)
        model.evaluate(at, gradient)
        for (const index of at.keys()) {
          const move = (h: number): number =>
            model.evaluate(at.map((value, other) => (other === index ? value + h : value))).total
          assert.ok(Math.abs((move(1 / 16384) - move(-1 / 16384)) * 8192 - (gradient[index] ?? 0)) < 1e-3)
        }
      },
    ),
    { numRuns: 20 },
  )
})

test('terms are fixed unless a width decides whose entries are handed on', () => {
  const sumOfTerms = (build: (n: NetworkBuilder) => number): readonly [number | null, number] => {
    const network = new NetworkBuilder()
    network.output('y', build(network))
    const { model, widths } = evaluate(network.graph(), { activation: 4, weight: 3, bias: 5 })
    const terms = model.fixedTerms()
    const total = terms === null ? null : terms.reduce((sum, term) => sum + evaluateTerm(term, widths, null), 0)
    return [total, model.evaluate(widths).total]
  }
  const product = (n: NetworkBuilder, x: number): number =>
    n.apply('einsum', [x, weight(n, [4, 3])], { equation: 'i,io->o' })
  const [dense, all] = sumOfTerms((n) => n.apply('add', [product(n, data(n, [4])), weight(n, [3], 'bias')]))
  assert.is(dense, all)
  assert.is(all, 159)
  // The sum has no widths of its own; a maximum has those of the wider.
  const sum = (n: NetworkBuilder) => n.apply('reduce_sum', [data(n, [5, 4])], { axes: [0], keep_axes: false })
  assert.is(sumOfTerms(sum)[0], sumOfTerms(sum)[1])
  assert.is(sumOfTerms((n) => product(n, n.apply('maximum', [data(n, [4]), data(n, [4], 'z')])))[0], null)
})

test('bits of types and of constants', () => {
  assert.is(assignedBits({ k: 1, i: 2, f: 3 }, 'wrap'), 5)
  assert.is(assignedBits({ k: 1, i: 2, f: 3 }, 'saturate'), 6)
  assert.is(assignedBits({ k: 1, i: -4, f: 3 }, 'saturate_symmetric'), 0)
  assert.equal([0, 1, -1, 0.25, 6, -6, 0.15625].map(enclosedBits), [0, 1, 1, 1, 2, 2, 3])
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 30), max: 2 ** 30 }).filter((n) => n % 2 !== 0),
      fc.integer({ min: -1020, max: 900 }),
      (odd, exponent) => {
        const value = exponent < -500 ? odd * 2 ** -500 * 2 ** (exponent + 500) : odd * 2 ** exponent
        assert.is(lowestBit(value), exponent)
        assert.is(enclosedBits(value), Math.abs(odd).toString(2).length)
      },
    ),
  )
})
