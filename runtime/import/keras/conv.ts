import type { Node } from './builder.js'
import { requireChannelsLast } from './channels.js'
import { contraction, withBias } from './dense.js'
import { finishLayer, type LayerContext, quantizedOperand } from './layer.js'

/** Letters of the axes of an image of up to three axes, and of those of a kernel. */
const POSITIONS = 'pqr'
const PLACES = 'klm'

/** A convolution over so many axes, channels last. */
export function convolution(rank: number): (context: LayerContext) => Node {
  const [positions, places] = [POSITIONS.slice(0, rank), PLACES.slice(0, rank)]
  const equation = `${positions}${places}i,${places}io->${positions}o`
  return (context) => {
    requireChannelsLast(context)
    if (context.number('groups', 1) !== 1)
      context.unsupported('has groups of channels', 'convolutions of all channels (groups=1) can be imported')
    const { builder } = context
    const x = quantizedOperand(context)
    const biased = context.flag('use_bias', true)
    const [kernel, bias] = biased ? context.variables(['kernel', 'bias']) : context.variables(['kernel'])
    // HGQ2 adds causal padding before its quantizer, and 0 stays 0.
    const seen = builder.apply('patches', [x], {
      window: kernel.shape.slice(0, rank),
      strides: context.lengths('strides', rank, 1),
      dilation: context.lengths('dilation_rate', rank, 1),
      padding: context.choice('padding', rank === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same']),
      rest: 1,
    })
    const weights = builder.parameter('kernel', kernel.shape, kernel.values)
    const sum = contraction(context, equation, seen, weights)
    if (bias === undefined) return finishLayer(context, sum)
    return finishLayer(context, withBias(context, sum, builder.parameter('bias', bias.shape, bias.values)))
  }
}
