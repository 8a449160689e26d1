import * as assert from 'uvu/assert'
import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import { importKeras } from '../../../runtime/import/keras/import.js'
import { suite } from '../../kit.js'
import { functional, inputLayer, kerasFile, layer, numbers, quantizer, signs, weightsFile } from './kit.js'

const test = suite('what of Keras models is refused')

const KIF = quantizer('kif', 'WRAP')
const KBI = quantizer('kbi', 'SAT_SYM')
const DENSE = { use_bias: false, iq_conf: KIF, kq_conf: KBI }

const WEIGHTS = {
  q_dense: [numbers([1, 1], [1])],
  'q_dense/iq/quantizer': [numbers([1, 1], [4]), signs([1, 1], [1]), numbers([1, 1], [6]), numbers([], [0.01])],
  'q_dense/kq/quantizer': [numbers([1, 1], [3]), numbers([1, 1], [1]), signs([1, 1], [1])],
}

/** Of a convolution with a kernel of three elements, and of a normalization. */
const CONVOLUTION = {
  q_conv1d: [numbers([3, 1, 1], [1, 2, 3])],
  'q_conv1d/iq/quantizer': [
    numbers([1, 1, 1], [4]),
    signs([1, 1, 1], [1]),
    numbers([1, 1, 1], [6]),
    numbers([], [0.01]),
  ],
}
const BATCH = { 'q_batch_normalization/iq/quantizer': WEIGHTS['q_dense/iq/quantizer'] }

async function errorOf(bytes: Uint8Array): Promise<Diagnostic> {
  const result = await importKeras('m.keras', bytes)
  if (result.ok) throw new Error('nothing was refused')
  return result.error
}

/** The message about a model of an input and one more layer. */
async function refused(
  className: string,
  config: object,
  weights: typeof WEIGHTS | object = WEIGHTS,
  shape: readonly number[] = className.includes('Conv') ? [2, 1] : [1],
): Promise<string> {
  const model = functional([inputLayer(shape), layer(className, 'd', config, ['x'])], ['d', 0, 0])
  const error = await errorOf(kerasFile(model, await weightsFile(weights as typeof WEIGHTS)))
  return [`${error.code}: ${error.message}`, ...error.notes].join('\n')
}

test('a layer that is not known, with what is supported', async () => {
  const text = await refused('QGRU', {}, {})
  assert.match(text, "HGQ3071: layer 'd' of m.keras is a QGRU, which cannot be imported")
  assert.match(text, 'QDense, QBatchNormDense, QEinsumDense, QEinsumDenseBatchnorm, QConv1D')
  assert.match(await refused('QDens', {}, {}), "did you mean 'QDense'?")
})

test('quantizers, activations and normalizations that have no equal here', async () => {
  const kernel = (kq_conf: object): Promise<string> => refused('QDense', { ...DENSE, kq_conf })
  assert.match(await kernel(quantizer('float', '')), "HGQ3072: quantizer kq of layer 'd' of m.keras is of kind float")
  assert.match(await kernel(quantizer('kbi', 'WRAP_SM')), 'has overflow WRAP_SM\nwhat can be imported: SAT')
  assert.match(await kernel(quantizer('kbi', 'SAT', { round_mode: 'UP' })), 'rounds by UP')
  assert.match(await kernel(quantizer('kbi', 'SAT', { scaler: 0.5 })), 'has a scaler')
  assert.match(await refused('QDense', { ...DENSE, activation: 'mish' }), 'has the activation mish')
  const tanh = await refused('QDense', { ...DENSE, activation: 'tanh' })
  assert.match(tanh, 'takes tanh of data that no quantizer has passed')
  assert.match(await refused('ReLU', { max_value: 6 }), 'is a leaky, clipped or shifted ReLU')
  assert.match(await refused('QDense', { ...DENSE, enable_iq: false }), 'takes data that no quantizer has passed')
})

test('convolutions, poolings and merges that have no equal here', async () => {
  const conv = (config: object): Promise<string> => refused('QConv1D', { ...DENSE, ...config }, CONVOLUTION)
  assert.match(await conv({ data_format: 'channels_first' }), "HGQ3072: layer 'd' of m.keras has its channels first")
  assert.match(await conv({ groups: 2 }), 'has groups of channels')
  assert.match(await conv({ padding: 'full' }), 'has the padding "full"\nwhat can be imported: valid, same, causal')
  assert.match(await conv({ strides: [1, 1] }), 'has the strides [1,1]')
  assert.match(await conv({}), 'the window is larger than what it moves over')
  const pool = (className: string, config: object): Promise<string> => refused(className, config, {}, [6, 1])
  assert.match(await pool('AveragePooling1D', { pool_size: [3] }), 'averages 3 elements')
  assert.match(await pool('AveragePooling1D', { pool_size: 4, padding: 'same' }), 'windows that reach over the ends')
  assert.match(await pool('GlobalAveragePooling1D', {}), 'averages 6 elements')
  assert.match(await pool('MaxPooling1D', { pool_size: [2, 2] }), 'has the pool_size [2,2]')
  assert.match(await pool('MaxPooling2D', { pool_size: [2, 2] }), "the window doesn't fit the axes")
  assert.match(await pool('Concatenate', { axis: 0 }), 'joins along the batch')
  assert.match(await pool('Add', {}), 'takes 1 tensors')
  assert.match(await pool('Multiply', {}), 'multiplies data that no quantizer has passed')
  assert.match(await pool('Permute', { dims: [1, 1] }), "this permutation doesn't fit the tensor")
  assert.match(await refused('QBatchNormalization', { ...DENSE, center: false }, BATCH), 'center=False')
  assert.match(await refused('QBatchNormalization', { ...DENSE, axis: 2 }, BATCH), 'normalizes axis 2')
})

test('variables that do not fit', async () => {
  const { 'q_dense/kq/quantizer': kernel, ...others } = WEIGHTS
  assert.match(
    await refused('QDense', DENSE, others),
    "HGQ3073: quantizer kq of layer 'd' of m.keras has 0 variables instead of 3\nmodel.weights.h5 has no variables there",
  )
  const swapped = { ...others, 'q_dense/kq/quantizer': [...kernel].reverse() }
  assert.match(await refused('QDense', DENSE, swapped), 'in another order than HGQ2 writes them')
  const wrong = { ...WEIGHTS, q_dense: [numbers([2, 1], [1, 1])] }
  assert.match(await refused('QDense', DENSE, wrong), "HGQ3072: layer 'd' of m.keras does not fit")
  assert.match(await refused('QDense', { ...DENSE, use_bias: true }), 'has 1 variables where kernel, bias are expected')
})

test('a model that is called more than once, that is a subclass, or that has no shape', async () => {
  const twice = { ...layer('QDense', 'd', DENSE, ['x']), inbound_nodes: [{}, {}] }
  const file = async (config: object): Promise<Diagnostic> => errorOf(kerasFile(config, await weightsFile({})))
  assert.match((await file(functional([inputLayer([1]), twice], ['d', 0, 0]))).message, 'is called more than once')
  assert.match((await file({ class_name: 'Mine', config: {} })).message, 'the model of m.keras is a Mine')
  assert.match(
    (await file(functional([layer('InputLayer', 'x', { batch_shape: [null, null] })], ['x', 0, 0]))).message,
    'has the shape',
  )
  assert.match((await file({ class_name: 'Functional' })).message, 'its config.json has something unexpected at config')
})

test('files that are no Keras 3 models', async () => {
  assert.is((await errorOf(Uint8Array.of(1, 2, 3))).code, 'HGQ3070')
  assert.match((await errorOf(await weightsFile({}))).message, 'as Keras 2 writes them')
  const whole = kerasFile(functional([inputLayer([1])], ['x', 0, 0]), await weightsFile({}))
  assert.match((await errorOf(whole.subarray(0, whole.length - 30))).message, 'it is no zip, or is cut short')
  assert.match((await errorOf(kerasFile({}, Uint8Array.of(0)))).message, 'its model.weights.h5 is no HDF5 file')
  const config = functional([inputLayer([1])], ['x', 0, 0])
  const damaged = (await weightsFile(WEIGHTS)).fill(0, 600)
  assert.match((await errorOf(kerasFile(config, damaged))).message, /model\.weights\.h5 (is damaged|has no layers)/)
  const { length } = await weightsFile(WEIGHTS)
  for (let start = 8; start < length; start += 97) {
    const holed = (await weightsFile(WEIGHTS)).fill(255, start, start + 40)
    const model = functional([inputLayer([1]), layer('QDense', 'd', DENSE, ['x'])], ['d', 0, 0])
    // Whatever is wrong with it is a message, never a crash.
    await importKeras('m.keras', kerasFile(model, holed))
  }
})
