import type { Shape } from '../../../lang/host.js'
import type { Node } from './builder.js'
import { contraction, normalizedKernel, withBias } from './dense.js'
import { finishLayer, type LayerContext, quantizedOperand } from './layer.js'

/** Keras's own smallest step: HGQ2 takes it for this layer, not the layer's. */
const EPSILON = 1e-7

/** einsum(equation, x, W) + b. */
export function einsumDense(context: LayerContext): Node {
  const x = quantizedOperand(context)
  const { builder } = context
  const equation = equationOf(context)
  if (context.text('bias_axes') === null) {
    const [kernel] = context.variables(['kernel'])
    const weights = builder.parameter('kernel', kernel.shape, kernel.values)
    return finishLayer(context, contraction(context, equation.text, x, weights))
  }
  const [kernel, bias] = context.variables(['kernel', 'bias'])
  const sum = contraction(context, equation.text, x, builder.parameter('kernel', kernel.shape, kernel.values))
  return finishLayer(context, withBias(context, sum, builder.parameter('bias', bias.shape, bias.values)))
}

/** The same, normalized: folded into kernel and bias with the tracked mean and variance. */
export function einsumDenseBatchnorm(context: LayerContext): Node {
  const x = quantizedOperand(context)
  const { builder } = context
  const equation = equationOf(context)
  const axes = normalizedAxes(context, equation)
  const { kernel, bias, mean, scale } = normalizedKernel(context, EPSILON)
  const along: Shape = [...equation.kernel].map((axis, at) => (axes.includes(axis) ? (kernel.shape[at] ?? 1) : 1))
  const weights = builder.parameter('kernel', kernel.shape, kernel.values)
  const folded = builder.apply('multiply', [weights, builder.apply('reshape', [scale], { shape: along })])
  const sum = contraction(context, equation.text, x, folded)
  const shift = builder.apply('multiply', [builder.parameter('moving_mean', mean.shape, mean.values), scale])
  const start = builder.parameter('bias', bias.shape, bias.values)
  const offset = builder.apply('reshape', [shift], { shape: bias.shape })
  return finishLayer(context, withBias(context, sum, builder.apply('subtract', [start, offset])))
}

interface Equation {
  /** Without the batch axis. */
  readonly text: string
  readonly kernel: string
  readonly output: string
}

/** The equation of a layer; its first letter, or its `...`, stands for the batch, which the language does not name. */
function equationOf(context: LayerContext): Equation {
  const written = context.text('equation') ?? ''
  const match = /^(\.\.\.|[A-Za-z])([A-Za-z]*),([A-Za-z]+)->(\.\.\.|[A-Za-z])([A-Za-z]*)$/.exec(
    written.replaceAll(' ', ''),
  )
  const [, batch = '', input = '', kernel = '', first = '', output = ''] = match ?? []
  if (match === null || batch !== first || kernel.includes(batch)) {
    const cure = 'the first axis of operand and result is the batch, or `...`: "bc,cd->bd"'
    context.unsupported(`has the equation "${written}"`, cure)
  }
  const dots = batch === '...' ? batch : ''
  return { text: `${dots}${input},${kernel}->${dots}${output}`, kernel, output }
}

/** Letters of the axes that are normalized: those of the bias. */
function normalizedAxes(context: LayerContext, { kernel, output }: Equation): string {
  const axes = context.text('normalize_axes') ?? context.text('bias_axes') ?? ''
  const ordered = [...output].filter((axis) => axes.includes(axis)).join('')
  const inKernel = [...kernel].filter((axis) => axes.includes(axis)).join('')
  if (ordered !== inKernel || ordered.length !== axes.length || axes !== (context.text('bias_axes') ?? axes)) {
    const cure = 'the normalized axes are those of the bias, in the same order in kernel and result'
    context.unsupported(`normalizes the axes "${axes}"`, cure)
  }
  return axes
}
