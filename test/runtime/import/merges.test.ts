import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import {
  functional,
  inputLayer,
  layer,
  merge,
  numbers,
  outputsOf,
  quantizer,
  signs,
  type TestVariables,
  wide,
} from './kit.js'

const test = suite('layers of Keras models with several operands')

const KIF = quantizer('kif', 'WRAP')
const A = [1, -2.5, 3]
const B = [0.5, 4, -1]
const C = [2, 2, 2]

/** Variables of the quantizers of so many operands. */
function quantizers(group: string, count: number): TestVariables {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${group}/iq/quantizers/quantizer${index === 0 ? '' : `_${index}`}/quantizer`,
      wide(1),
    ]),
  )
}

/** What a layer gives for two or three inputs of three elements. */
async function merged(className: string, group: string, count: number): Promise<readonly number[]> {
  const names = ['x', 'y', 'z'].slice(0, count)
  const layers = [
    ...names.map((name) => inputLayer([3], name)),
    merge(className, 'm', { iq_confs: names.map(() => KIF) }, names),
  ]
  const inputs = Object.fromEntries(names.map((name, index) => [name, [A, B, C][index] ?? []]))
  return outputsOf(functional(layers, ['m', 0, 0]), quantizers(group, count), inputs)
}

test('operands of quantized layers are joined element by element', async () => {
  assert.equal(await merged('QAdd', 'q_add', 2), [1.5, 1.5, 2])
  assert.equal(await merged('QAdd', 'q_add', 3), [3.5, 3.5, 4])
  assert.equal(await merged('QSubtract', 'q_subtract', 2), [0.5, -6.5, 4])
  assert.equal(await merged('QMultiply', 'q_multiply', 2), [0.5, -10, -3])
  assert.equal(await merged('QMaximum', 'q_maximum', 3), [2, 4, 3])
  assert.equal(await merged('QMinimum', 'q_minimum', 3), [0.5, -2.5, -1])
})

test('an average has the power of two that is nearest to one over the number of operands', async () => {
  assert.equal(await merged('QAveragePow2', 'q_average_pow2', 2), [0.75, 0.75, 1])
  // A quarter: the logarithm of 3 rounds to 2.
  assert.equal(await merged('QAveragePow2', 'q_average_pow2', 3), [0.875, 0.875, 1])
})

test('each operand has the widths of its own quantizer', async () => {
  const narrow = [numbers([1, 1], [0]), signs([1, 1], [1]), numbers([1, 1], [6]), numbers([], [0.01])]
  const variables = { ...quantizers('q_add', 2), 'q_add/iq/quantizers/quantizer_1/quantizer': narrow }
  const layers = [inputLayer([2], 'x'), inputLayer([2], 'y'), merge('QAdd', 'm', { iq_confs: [KIF, KIF] }, ['x', 'y'])]
  const model = functional(layers, ['m', 0, 0])
  // 0.25 of the second rounds to 0, that of the first does not.
  assert.equal(await outputsOf(model, variables, { x: [0.25, 1], y: [0.25, 3.5] }), [0.25, 5])
})

test('one quantized value through two branches, joined, permuted and summed', async () => {
  const layers = [
    inputLayer([2, 3]),
    layer('Quantizer', 'q', { config: KIF }, ['x']),
    layer('Permute', 'p', { dims: [2, 1] }, ['q']),
    layer('Reshape', 'r', { target_shape: [3, 2] }, ['q']),
    merge('Concatenate', 'c', { axis: 2 }, ['p', 'r']),
    merge('Subtract', 's', {}, ['p', 'r']),
    merge('Maximum', 'm', {}, ['s', 'p']),
    merge('Concatenate', 'all', { axis: -1 }, ['c', 'm']),
  ]
  const variables = { 'quantizer/quantizer': wide(2) }
  assert.equal(await outputsOf(functional(layers, ['all', 0, 0]), variables, { x: [1, 2, 3, 4, 5, 6] }), [
    ...[1, 4, 1, 2, 1, 4],
    ...[2, 5, 3, 4, 2, 5],
    ...[3, 6, 5, 6, 3, 6],
  ])
})

test('sums along axes', async () => {
  const summed = (className: string, group: string, config: object): Promise<readonly number[]> =>
    outputsOf(
      functional([inputLayer([2, 3]), layer(className, 's', { iq_conf: KIF, ...config }, ['x'])], ['s', 0, 0]),
      { [`${group}/iq/quantizer`]: wide(2) },
      { x: [1, 2, 3, 4, 5, 6] },
    )
  assert.equal(await summed('QSum', 'q_sum', { axes: [1], scale: 0.5 }), [2.5, 3.5, 4.5])
  assert.equal(await summed('QSum', 'q_sum', { axes: -1, keepdims: true }), [6, 15])
  assert.equal(await summed('QMeanPow2', 'q_mean_pow2', { axes: [1, 2] }), [21 / 8])
})
