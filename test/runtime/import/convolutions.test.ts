import * as assert from 'uvu/assert'
import { suite } from '../../kit.js'
import {
  biasWidths,
  functional,
  inputLayer,
  kernelWidths,
  layer,
  numbers,
  outputsOf,
  quantizer,
  type TestVariables,
  wide,
} from './kit.js'

const test = suite('convolutions and poolings of Keras models')

const CONFIG = { iq_conf: quantizer('kif', 'WRAP'), kq_conf: quantizer('kbi', 'SAT_SYM') }
const BIAS = quantizer('kbi', 'WRAP', { is_weight: true })

/** What a layer gives for one input. */
function layerOutput(
  className: string,
  shape: readonly number[],
  config: object,
  variables: TestVariables,
  input: readonly number[],
): Promise<readonly number[]> {
  const model = functional([inputLayer(shape), layer(className, 'l', config, ['x'])], ['l', 0, 0])
  return outputsOf(model, variables, { x: input })
}

/** Quarters, so that nothing rounds. */
function quarters(count: number, step: number): number[] {
  return Array.from({ length: count }, (_, at) => (((at * step) % 11) - 5) / 4)
}

/** The sum that Keras documents, written out: a kernel [rows, columns, channels, filters] over [rows, columns, channels]. */
function convolved(
  x: readonly number[],
  [rows, columns, channels]: readonly [number, number, number],
  kernel: readonly number[],
  [height, width, filters]: readonly [number, number, number],
  stride: readonly [number, number],
  dilation: readonly [number, number],
  before: readonly [number, number],
  positions: readonly [number, number],
): number[] {
  const result: number[] = []
  for (let p = 0; p < positions[0]; p++) {
    for (let q = 0; q < positions[1]; q++) {
      for (let o = 0; o < filters; o++) {
        let sum = 0
        for (let k = 0; k < height; k++) {
          for (let l = 0; l < width; l++) {
            const row = p * stride[0] + k * dilation[0] - before[0]
            const column = q * stride[1] + l * dilation[1] - before[1]
            if (row < 0 || row >= rows || column < 0 || column >= columns) continue
            for (let i = 0; i < channels; i++) {
              const weight = kernel[((k * width + l) * channels + i) * filters + o] ?? 0
              sum += (x[(row * columns + column) * channels + i] ?? 0) * weight
            }
          }
        }
        result.push(sum)
      }
    }
  }
  return result
}

const KERNEL = quarters(3 * 2 * 2 * 3, 7)
const IMAGE = quarters(5 * 4 * 2, 3)

function conv2d(bias: readonly number[] | null): TestVariables {
  return {
    q_conv2d: [
      numbers([3, 2, 2, 3], KERNEL),
      ...(bias === null ? [] : [numbers([3], bias)]),
      numbers([], [1e-5]),
      numbers([], [1808]),
    ],
    'q_conv2d/iq/quantizer': wide(3),
    'q_conv2d/kq/quantizer': kernelWidths(4, 4, 2),
    ...(bias === null ? {} : { 'q_conv2d/bq/quantizer': biasWidths(6, 4) }),
  }
}

test('a convolution of an image, with padding, strides and dilation', async () => {
  const size = [5, 4, 2] as const
  const kernel = [3, 2, 3] as const
  const of = (config: object): Promise<readonly number[]> =>
    layerOutput('QConv2D', size, { use_bias: false, ...CONFIG, ...config }, conv2d(null), IMAGE)
  const expected = (
    stride: readonly [number, number],
    dilation: readonly [number, number],
    before: readonly [number, number],
    positions: readonly [number, number],
  ): readonly number[] => convolved(IMAGE, size, KERNEL, kernel, stride, dilation, before, positions)
  assert.equal(await of({ strides: [1, 1], padding: 'valid' }), expected([1, 1], [1, 1], [0, 0], [3, 3]))
  // One row of zeros on both sides; a column behind.
  assert.equal(await of({ strides: [1, 1], padding: 'same' }), expected([1, 1], [1, 1], [1, 0], [5, 4]))
  assert.equal(await of({ strides: [2, 3], padding: 'same' }), expected([2, 3], [1, 1], [1, 0], [3, 2]))
  assert.equal(await of({ dilation_rate: [2, 3] }), expected([1, 1], [2, 3], [0, 0], [1, 1]))
})

test('bias, activation and output quantizer of a convolution', async () => {
  const bias = [1.25, -3, 0.5]
  const plain = convolved(IMAGE, [5, 4, 2], KERNEL, [3, 2, 3], [1, 1], [1, 1], [0, 0], [3, 3])
  const config = { ...CONFIG, bq_conf: BIAS, activation: 'relu' }
  const found = await layerOutput('QConv2D', [5, 4, 2], config, conv2d(bias), IMAGE)
  assert.equal(
    found,
    plain.map((sum, at) => Math.max(0, sum + (bias[at % 3] ?? 0))),
  )
})

test('a causal convolution of a sequence sees nothing that is later', async () => {
  const x = quarters(6, 5)
  const kernel = [0.5, -1, 0.75]
  const variables = {
    q_conv1d: [numbers([3, 1, 1], kernel)],
    'q_conv1d/iq/quantizer': wide(2),
    'q_conv1d/kq/quantizer': kernelWidths(3, 4, 2),
  }
  const config = { use_bias: false, padding: 'causal', dilation_rate: [2], ...CONFIG }
  const at = (index: number): number => x[index] ?? 0
  assert.equal(
    await layerOutput('QConv1D', [6, 1], config, variables, x),
    x.map((_, p) => 0.5 * at(p - 4) - at(p - 2) + 0.75 * at(p)),
  )
})

test('a convolution over three axes', async () => {
  const x = quarters(8, 3)
  const variables = {
    q_conv3d: [numbers([2, 1, 2, 1, 1], [1, -1, 0.5, 0.25])],
    'q_conv3d/iq/quantizer': wide(4),
    'q_conv3d/kq/quantizer': kernelWidths(5, 4, 2),
  }
  const sum = (a: number, b: number, c: number, d: number): number =>
    (x[a] ?? 0) - (x[b] ?? 0) + 0.5 * (x[c] ?? 0) + 0.25 * (x[d] ?? 0)
  assert.equal(await layerOutput('QConv3D', [2, 2, 2, 1], { use_bias: false, ...CONFIG }, variables, x), [
    sum(0, 1, 4, 5),
    sum(2, 3, 6, 7),
  ])
})

test('poolings: padding takes no part in a maximum, means are shifts', async () => {
  const x = [-3, -1, -2, -5, -4]
  assert.equal(await quantizedFirst('MaxPooling1D', [5, 1], { pool_size: [2] }, x), [-1, -2])
  assert.equal(
    await quantizedFirst('MaxPooling1D', [5, 1], { pool_size: 3, strides: [2], padding: 'same' }, x),
    [-1, -1, -4],
  )
  const pooled = { 'q_max_pooling1d/iq/quantizer': wide(2) }
  assert.equal(
    await layerOutput('QMaxPooling1D', [5, 1], { pool_size: [2], strides: [1], ...CONFIG }, pooled, x),
    [-1, -1, -2, -4],
  )
  const average = { 'q_average_pooling2d/iq/quantizer': wide(3) }
  const config = { pool_size: [2, 2], strides: [2, 2], padding: 'same', ...CONFIG }
  assert.equal(
    await layerOutput('QAveragePooling2D', [2, 4, 1], config, average, [1, 2, 3, 4, 5, 6, 7, 8.5]),
    [3.5, 5.625],
  )
  const whole = { 'q_global_average_pooling1d/iq/quantizer': wide(2) }
  const twoChannels = [1, 2, 3, 4, 5, 6, 7, 9]
  assert.equal(await layerOutput('QGlobalAveragePooling1D', [4, 2], CONFIG, whole, twoChannels), [4, 5.25])
  const greatest = { 'q_global_max_pooling2d/iq/quantizer': wide(3) }
  assert.equal(await layerOutput('QGlobalMaxPooling2D', [2, 2, 2], CONFIG, greatest, twoChannels), [7, 9])
})

const QUANTIZED: TestVariables = { 'quantizer/quantizer': wide(2) }

/** The same of a layer of Keras behind a quantizer. */
function quantizedFirst(
  className: string,
  shape: readonly number[],
  config: object,
  input: readonly number[],
): Promise<readonly number[]> {
  const layers = [
    inputLayer(shape),
    layer('Quantizer', 'q', { config: quantizer('kif', 'WRAP') }, ['x']),
    layer(className, 'l', config, ['q']),
  ]
  return outputsOf(functional(layers, ['l', 0, 0]), QUANTIZED, { x: input })
}

test('a normalization behind a convolution becomes a factor and an offset for each channel', async () => {
  const variables = {
    q_batch_normalization: [
      numbers([2], [2, 3]),
      numbers([2], [0.5, 1]),
      numbers([2], [1, -2]),
      numbers([2], [4, 9]),
      numbers([], [1e-5]),
      numbers([], [0]),
    ],
    'q_batch_normalization/iq/quantizer': wide(2),
    'q_batch_normalization/kq/quantizer': kernelWidths(1, 6, 3),
    'q_batch_normalization/bq/quantizer': biasWidths(8, 4),
  }
  const config = { axis: [2], epsilon: 0, ...CONFIG, bq_conf: BIAS }
  // Factors 2/2 and 3/3; offsets 0.5 - 1 and 1 + 2.
  assert.equal(await layerOutput('QBatchNormalization', [2, 2], config, variables, [1, 2, 3, 4]), [0.5, 5, 2.5, 7])
})
