import * as assert from 'uvu/assert'
import { importKeras } from '../../../runtime/import/keras/import.js'
import { suite } from '../../kit.js'
import {
  biasWidths,
  functional,
  inputLayer,
  kerasFile,
  kernelWidths,
  layer,
  numbers,
  outputsOf,
  quantizer,
  signs,
  type TestVariables,
  weightsFile,
  wide,
} from './kit.js'

const test = suite('layers of Keras models')

const KIF = quantizer('kif', 'WRAP')
const KBI = quantizer('kbi', 'SAT_SYM')
const BIAS = quantizer('kbi', 'WRAP', { is_weight: true })

test('dense without bias, its constants rounded to their widths and clipped', async () => {
  const config = functional(
    [
      inputLayer([2]),
      layer('QDense', 'd', { units: 2, activation: 'linear', use_bias: false, iq_conf: KIF, kq_conf: KBI }, ['x']),
    ],
    ['d', 0, 0],
  )
  const variables = {
    q_dense: [numbers([2, 2], [0.3, -1.2, 0.9, 5]), numbers([], [1e-5]), signs([], [0])],
    'q_dense/iq/quantizer': wide(1),
    // i = 1, f = 2: multiples of ¼ from -1.75 to 1.75.
    'q_dense/kq/quantizer': kernelWidths(2, 3, 1),
  }
  assert.equal(await outputsOf(config, variables, { x: [1, 2] }), [0.25 + 2 * 1, -1.25 + 2 * 1.75])
})

test('a bias that wraps is only rounded, whatever integer bits are stored', async () => {
  const config = functional(
    [inputLayer([1]), layer('QDense', 'd', { activation: 'relu', iq_conf: KIF, kq_conf: KBI, bq_conf: BIAS }, ['x'])],
    [['d', 0, 0]],
  )
  const variables = {
    q_dense: [numbers([1, 2], [1, 1]), numbers([2], [7.3, -9])],
    'q_dense/iq/quantizer': wide(1),
    'q_dense/kq/quantizer': kernelWidths(2, 3, 1),
    // f = b - i = 1; 7.3 has more integer bits than the one that is stored.
    'q_dense/bq/quantizer': biasWidths(2, 1),
  }
  assert.equal(await outputsOf(config, variables, { x: [1.5] }), [9, 0])
})

test('a sequential model without an input layer, its groups found by the names of their layers', async () => {
  const dense = layer('QDense', 'only', { use_bias: false, iq_conf: KIF, kq_conf: KBI })
  const config = {
    class_name: 'Sequential',
    config: { layers: [{ ...dense, build_config: { input_shape: [null, 1] } }, layer('ReLU', 'r', {})] },
  }
  const variables = {
    odd_name: [numbers([1, 1], [-1])],
    'odd_name/iq/quantizer': wide(1),
    'odd_name/kq/quantizer': kernelWidths(2, 3, 1),
  }
  assert.equal(await outputsOf(config, variables, { input: [3] }, { odd_name: 'only' }), [0])
  assert.equal(await outputsOf(config, variables, { input: [-3] }, { odd_name: 'only' }), [3])
})

test('a normalization of the inputs is folded as HGQ2 folds it', async () => {
  const config = functional(
    [inputLayer([2]), layer('QBatchNormDense', 'd', { epsilon: 0, iq_conf: KIF, kq_conf: KBI, bq_conf: BIAS }, ['x'])],
    ['d', 0, 0],
  )
  const variables = {
    q_batch_norm_dense: [
      numbers([2, 1], [1, -0.5]),
      numbers([1], [0.5]),
      numbers([2], [1, 3]),
      numbers([], [1e-5]),
      signs([], [0]),
      numbers([2], [2, 1]),
      numbers([2], [4, 9]),
    ],
    'q_batch_norm_dense/iq/quantizer': wide(1),
    'q_batch_norm_dense/kq/quantizer': kernelWidths(2, 6, 2),
    'q_batch_norm_dense/bq/quantizer': biasWidths(6, 3),
  }
  // Kernel 1 · ½ and -½ · 1; bias ½ - (2 · 1 - 1 · ½).
  assert.equal(await outputsOf(config, variables, { x: [3, 5] }), [1.5 - 2.5 - 1])
})

test('einsum over leading axes, then an output quantizer, a reshape and an activation', async () => {
  const kif = quantizer('kif', 'SAT', { round_mode: 'TRN' })
  const config = functional(
    [
      layer('Flatten', 'f', {}, ['d']),
      layer('Activation', 'a', { activation: { class_name: 'function', config: 'relu' } }, ['f']),
      inputLayer([2, 2]),
      layer(
        'QEinsumDense',
        'd',
        { equation: '...c,cd->...d', bias_axes: null, iq_conf: KIF, kq_conf: KBI, enable_oq: true, oq_conf: kif },
        ['x'],
      ),
    ],
    ['a', 0, 0],
  )
  const variables = {
    q_einsum_dense: [numbers([2, 1], [1, -1])],
    'q_einsum_dense/iq/quantizer': wide(2),
    'q_einsum_dense/kq/quantizer': kernelWidths(2, 3, 1),
    // i = 2, f = 1, by position: i, f, k.
    'q_einsum_dense/oq/quantizer': [numbers([1, 1, 1], [2]), numbers([1, 1, 1], [1]), signs([1, 1, 1], [1])],
  }
  assert.equal(await outputsOf(config, variables, { x: [3, 1.25, 9, 1] }), [1.5, 3.5])
  assert.equal(await outputsOf(config, variables, { x: [1, 2, 0, 0] }), [0, 0])
})

test('data that a quantizer of its own has passed need none at the next layer', async () => {
  const config = functional(
    [
      inputLayer([2]),
      layer('Quantizer', 'q', { config: KIF }, ['x']),
      layer('QDense', 'd', { use_bias: false, enable_iq: false, kq_conf: KBI }, ['q']),
    ],
    ['d', 0, 0],
  )
  const variables = {
    'quantizer/quantizer': [
      numbers([1, 2], [0, -20]),
      signs([1, 2], [1, 1]),
      numbers([1, 2], [2, 10]),
      numbers([], [0]),
    ],
    q_dense: [numbers([2, 1], [1, 1])],
    'q_dense/kq/quantizer': kernelWidths(2, 3, 1),
  }
  // The second input is pruned; the first wraps: 5 is -3 in three bits.
  assert.equal(await outputsOf(config, variables, { x: [5, 1] }), [-3])
  assert.equal(await outputsOf(config, variables, { x: [2.5, 1] }), [3])
})

test('a width that nothing ever reached is 0', async () => {
  const config = functional(
    [
      inputLayer([2]),
      layer('QDense', 'd', { use_bias: false, iq_conf: quantizer('kbi', 'WRAP'), kq_conf: KBI }, ['x']),
    ],
    ['d', 0, 0],
  )
  const variables = {
    q_dense: [numbers([2, 1], [1, 1])],
    'q_dense/iq/quantizer': [
      numbers([1, 2], [4, 4]),
      signs([1, 2], [1, 1]),
      numbers([1, 2], [3, -1e9]),
      numbers([], [0]),
    ],
    'q_dense/kq/quantizer': kernelWidths(2, 3, 1),
  }
  assert.equal(await outputsOf(config, variables, { x: [5.5, 3] }), [5.5])
})

/** Of data, of kind kbi with SAT_SYM: b, i, k, with the batch axis. */
function dataWidths(b: number, i: number): TestVariables[string] {
  return [numbers([1, 1], [b]), numbers([1, 1], [i]), signs([1, 1], [1])]
}

test('a function becomes a look-up table between its two quantizers', async () => {
  const config = functional(
    [
      inputLayer([3]),
      layer('QUnaryFunctionLUT', 't', { activation: 'tanh', iq_conf: KIF, oq_conf: KBI, enable_oq: true }, ['x']),
    ],
    ['t', 0, 0],
  )
  const variables = {
    'q_unary_function_lut/iq/quantizer': wide(1),
    'q_unary_function_lut/oq/quantizer': dataWidths(6, 0),
  }
  const nearest = (x: number): number => Math.floor(Math.tanh(x) * 64 + 0.5) / 64
  assert.equal(await outputsOf(config, variables, { x: [0.5, -1.3125, 9] }), [nearest(0.5), nearest(-1.3125), 63 / 64])
})

test('functions that no quantizer precedes or follows, and others, are refused by name', async () => {
  const refused = async (className: string, own: object, more: TestVariables = {}): Promise<string> => {
    const config = functional([inputLayer([1]), layer(className, 't', { iq_conf: KIF, ...own }, ['x'])], ['t', 0, 0])
    const variables = { 'q_unary_function_lut/iq/quantizer': wide(1), ...more }
    const result = await importKeras('m.keras', kerasFile(config, await weightsFile(variables, {})))
    return result.ok ? 'read' : [result.error.message, ...result.error.notes].join('; ')
  }
  assert.match(
    await refused('QUnaryFunctionLUT', { activation: 'tanh' }),
    /layer 't'.*which no quantizer passes.*enable_oq/,
  )
  assert.match(
    await refused('QUnaryFunctionLUT', { activation: 'mish' }),
    /activation mish.*linear, relu, tanh, sigmoid/,
  )
  assert.match(await refused('Activation', { activation: 'gelu' }), /gelu of data that no quantizer has passed/)
})
