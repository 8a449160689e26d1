import type { Shape } from '../../../lang/host.js'
import type { Node } from './builder.js'
import { finishLayer, type LayerContext, quantizedOperand } from './layer.js'
import type { Variable } from './variables.js'

/** y = x·W + b over the last axis of x. */
export function dense(context: LayerContext): Node {
  const x = quantizedOperand(context)
  const { builder } = context
  if (!context.flag('use_bias', true)) {
    const [kernel] = context.variables(['kernel'])
    return finishLayer(context, product(context, x, builder.parameter('kernel', kernel.shape, kernel.values)))
  }
  const [kernel, bias] = context.variables(['kernel', 'bias'])
  const sum = product(context, x, builder.parameter('kernel', kernel.shape, kernel.values))
  return finishLayer(context, withBias(context, sum, builder.parameter('bias', bias.shape, bias.values)))
}

/**
 * Dense after a normalization of its inputs, folded as HGQ2 folds it: the scale goes into the kernel; the mean goes into the bias
 * through the unscaled kernel.
 */
export function batchNormDense(context: LayerContext): Node {
  const x = quantizedOperand(context)
  const { builder } = context
  const { kernel, bias, mean, scale } = normalizedKernel(context, context.number('epsilon', 1e-3))
  const features = kernel.shape[0] ?? 1
  const column = (node: Node): Node => builder.apply('reshape', [node], { shape: [features, 1] })
  const weights = builder.parameter('kernel', kernel.shape, kernel.values)
  const shifts = builder.apply('multiply', [column(builder.parameter('moving_mean', mean.shape, mean.values)), weights])
  const sum = product(context, x, builder.apply('multiply', [column(scale), weights]))
  const offset = builder.apply('reduce_sum', [shifts], { axes: [0], keep_axes: false })
  const start = builder.parameter('bias', bias.shape, bias.values)
  return finishLayer(context, withBias(context, sum, builder.apply('subtract', [start, offset])))
}

/** What a layer that folds a normalization is made of; `scale` is what the kernel is multiplied with. */
export function normalizedKernel(
  context: LayerContext,
  epsilon: number,
): { readonly kernel: Variable; readonly bias: Variable; readonly mean: Variable; readonly scale: Node } {
  const { builder } = context
  const scaled = context.flag('scale', true)
  const [kernel, bias, ...rest] = scaled
    ? context.variables(['kernel', 'bias', 'gamma', 'moving_mean', 'moving_variance'])
    : context.variables(['kernel', 'bias', 'moving_mean', 'moving_variance'])
  const [gamma, mean, variance] = scaled ? [rest[0], rest[1], rest[2]] : [undefined, rest[0], rest[1]]
  if (mean === undefined || variance === undefined) throw new Error('as many variables as names')
  const scale = scaleOf(context, {
    gamma: gamma === undefined ? builder.constant(1) : builder.parameter('gamma', gamma.shape, gamma.values),
    variance: builder.parameter('moving_variance', variance.shape, variance.values),
    epsilon,
  })
  return { kernel, bias, mean, scale }
}

/** gamma / √(variance + epsilon). */
export function scaleOf(
  { builder }: LayerContext,
  of: { readonly gamma: Node; readonly variance: Node; readonly epsilon: number },
): Node {
  const variance = builder.apply('add', [of.variance, builder.constant(Math.fround(of.epsilon))])
  return builder.apply('divide', [of.gamma, builder.apply('square_root', [variance])])
}

/** x·W with the quantized kernel. */
function product(context: LayerContext, x: Node, kernel: Node): Node {
  return contraction(context, '...i,io->...o', x, kernel)
}

/** A contraction of data with a kernel, which is quantized first. */
export function contraction(context: LayerContext, equation: string, x: Node, kernel: Node): Node {
  const { builder } = context
  const shape: Shape = builder.shapeOf(kernel)
  const weights = builder.quantize(kernel, 'weight', 'kq', context.quantizer('kq', shape, false))
  return builder.apply('einsum', [x, weights], { equation })
}

/** Plus the bias, which is quantized first. */
export function withBias(context: LayerContext, sum: Node, bias: Node): Node {
  const { builder } = context
  const shape: Shape = builder.shapeOf(bias)
  const offsets = builder.quantize(bias, 'bias', 'bq', context.quantizer('bq', shape, false))
  return builder.apply('add', [sum, offsets])
}
