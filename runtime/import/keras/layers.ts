import { batchNormalization } from './batch-norm.js'
import type { Node } from './builder.js'
import { convolution } from './conv.js'
import { batchNormDense, dense } from './dense.js'
import { einsumDense, einsumDenseBatchnorm } from './einsum-dense.js'
import { activate, finishLayer, type LayerContext, quantizedOperand } from './layer.js'
import { averagePow2, concatenated, plainMerge, quantizedMerge } from './merge.js'
import { globalPooling, pooling } from './pooling.js'
import { meanPow2, sum } from './sums.js'

type Expansion = (context: LayerContext) => Node

/** What each layer that can be imported becomes. */
const LAYERS: Readonly<Record<string, Expansion>> = {
  InputLayer: input,
  QDense: dense,
  QBatchNormDense: batchNormDense,
  QEinsumDense: einsumDense,
  QEinsumDenseBatchnorm: einsumDenseBatchnorm,
  QConv1D: convolution(1),
  QConv2D: convolution(2),
  QConv3D: convolution(3),
  QBatchNormalization: batchNormalization,
  QAdd: quantizedMerge('add'),
  QSubtract: quantizedMerge('subtract'),
  QMultiply: quantizedMerge('multiply'),
  QMaximum: quantizedMerge('maximum'),
  QMinimum: quantizedMerge('minimum'),
  QAveragePow2: averagePow2,
  QSum: sum,
  QMeanPow2: meanPow2,
  Add: plainMerge('add'),
  Subtract: plainMerge('subtract'),
  Multiply: plainMerge('multiply'),
  Maximum: plainMerge('maximum'),
  Minimum: plainMerge('minimum'),
  Concatenate: concatenated,
  ...poolings(),
  Quantizer: (context) => {
    const { builder, operand } = context
    return builder.quantize(operand, 'activation', 'q', context.ownQuantizer(builder.shapeOf(operand)))
  },
  QUnaryFunctionLUT: (context) => finishLayer(context, quantizedOperand(context), 'table'),
  Activation: (context) => activate(context, context.operand, context.layer.config.activation),
  ReLU: relu,
  Flatten: (context) => reshaped(context, [-1]),
  Reshape: (context) => reshaped(context, lengthsOf(context, 'target_shape')),
  Permute: permuted,
  // Noise and masks of training are nothing at inference.
  Dropout: (context) => context.operand,
  GaussianNoise: (context) => context.operand,
}

/** Classes of the layers that can be imported, as Keras and HGQ2 name them. */
export const supportedLayers: readonly string[] = Object.keys(LAYERS)

/** The expansion of a class of layers; undefined where it cannot be imported. */
export function expansionOf(className: string): Expansion | undefined {
  return Object.hasOwn(LAYERS, className) ? LAYERS[className] : undefined
}

/** Poolings over one to three axes, of HGQ2 and of Keras. */
function poolings(): Readonly<Record<string, Expansion>> {
  const found: Record<string, Expansion> = {}
  for (const quantized of [true, false]) {
    for (const kind of ['max', 'average'] as const) {
      const name = `${kind === 'max' ? 'Max' : 'Average'}Pooling`
      const prefix = quantized ? 'Q' : ''
      for (const rank of [1, 2, 3]) {
        found[`${prefix}${name}${rank}D`] = pooling(rank, { kind, quantized })
        found[`${prefix}Global${name}${rank}D`] = globalPooling({ kind, quantized })
      }
    }
  }
  return found
}

function input(context: LayerContext): Node {
  const shape = context.layer.config.batch_shape
  const lengths = Array.isArray(shape) ? shape.slice(1) : []
  if (!Array.isArray(shape) || !lengths.every((length) => Number.isInteger(length) && length > 0)) {
    context.unsupported(`has the shape ${JSON.stringify(shape)}`, 'every axis but the first, the batch, has a length')
  }
  return context.builder.input(identifier(context.layer.name), lengths)
}

/** Names of ports are names of the language. */
export function identifier(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_]/g, '_')
  return /^[A-Za-z]/.test(plain) ? plain : `x_${plain}`
}

function relu(context: LayerContext): Node {
  const { config } = context.layer
  const plain = [config.max_value ?? null, config.negative_slope || null, config.threshold || null]
  if (plain.some((value) => value !== null))
    context.unsupported('is a leaky, clipped or shifted ReLU', 'a plain one can be imported')
  return context.builder.apply('relu', [context.operand])
}

function reshaped(context: LayerContext, shape: readonly number[]): Node {
  return context.builder.apply('reshape', [context.operand], { shape })
}

/** Keras counts axes from 1 here: the batch is axis 0, and stays. */
function permuted(context: LayerContext): Node {
  const permutation = lengthsOf(context, 'dims').map((axis) => axis - 1)
  return context.builder.apply('transpose', [context.operand], { permutation })
}

function lengthsOf(context: LayerContext, name: string): readonly number[] {
  const value = context.layer.config[name]
  return Array.isArray(value) && value.every((length) => typeof length === 'number')
    ? value
    : context.unsupported(`has the ${name} ${JSON.stringify(value)}`, 'it is a list of lengths')
}
