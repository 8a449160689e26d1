import type { Node } from './builder.js'
import { scaleOf, withBias } from './dense.js'
import { finishLayer, type LayerContext, quantizedOperand } from './layer.js'

/** Normalization by the tracked mean and variance: a quantized scale and a quantized offset for each channel. */
export function batchNormalization(context: LayerContext): Node {
  const x = quantizedOperand(context)
  const { builder } = context
  const rank = builder.shapeOf(x).length
  const { axis } = context.layer.config
  const normalized = Array.isArray(axis) && axis.length === 1 ? axis[0] : (axis ?? -1)
  if (normalized !== -1 && normalized !== rank)
    context.unsupported(`normalizes axis ${JSON.stringify(axis)}`, 'a normalization of the last axis can be imported')
  if (!context.flag('center', true))
    context.unsupported('has no offset of its own (center=False)', 'versions of HGQ2 differ in what that means')
  const scaled = context.flag('scale', true)
  const variables = scaled
    ? context.variables(['gamma', 'beta', 'moving_mean', 'moving_variance'])
    : ([undefined, ...context.variables(['beta', 'moving_mean', 'moving_variance'])] as const)
  const [gamma, beta, mean, variance] = variables
  const scale = scaleOf(context, {
    gamma: gamma === undefined ? builder.constant(1) : builder.parameter('gamma', gamma.shape, gamma.values),
    variance: builder.parameter('moving_variance', variance.shape, variance.values),
    epsilon: context.number('epsilon', 1e-3),
  })
  const shift = builder.apply('multiply', [builder.parameter('moving_mean', mean.shape, mean.values), scale])
  const offset = builder.apply('subtract', [builder.parameter('beta', beta.shape, beta.values), shift])
  const factors = builder.quantize(scale, 'weight', 'kq', context.quantizer('kq', builder.shapeOf(scale), false))
  return finishLayer(context, withBias(context, builder.apply('multiply', [x, factors]), offset))
}
