import { hasZeros, patchesOf } from '../../../compiler/graph/patches.js'
import { elementCount } from '../../../lang/shape.js'
import type { Node } from './builder.js'
import { requireChannelsLast } from './channels.js'
import { finishLayer, type LayerContext, quantizedOperand } from './layer.js'
import { meanOf } from './mean.js'

type Kind = 'max' | 'average'

/** What pools: a layer of HGQ2 quantizes its data first, one of Keras takes them as they are, which is exact. */
interface Pooling {
  readonly kind: Kind
  readonly quantized: boolean
}

/** Pooling over windows of so many axes, channels last. What is beyond the ends takes no part. */
export function pooling(rank: number, { kind, quantized }: Pooling): (context: LayerContext) => Node {
  return (context) => {
    requireChannelsLast(context)
    const x = dataOf(context, quantized)
    const { builder } = context
    const window = context.lengths('pool_size', rank, 2)
    const attributes = {
      window,
      strides: context.lengths('strides', rank, null) ?? window,
      padding: context.choice('padding', ['valid', 'same']),
      border: kind === 'max' ? 'nearest' : 'zero',
      rest: 1,
    }
    const seen = builder.apply('patches', [x], attributes)
    const inWindow = window.map((_, axis) => rank + axis)
    if (kind === 'max') return finish(context, builder.apply('reduce_max', [seen], { axes: inWindow }), quantized)
    const from = builder.shapeOf(x)
    if (hasZeros({ ...patchesOf(from, attributes), shape: builder.shapeOf(seen) }, from)) {
      const cure = 'averages over windows inside the data can be imported'
      context.unsupported('averages over windows that reach over the ends, each over another number of elements', cure)
    }
    return finish(context, meanOf(context, seen, inWindow, elementCount(window)), quantized)
  }
}

/** Pooling over everything but the channels. */
export function globalPooling({ kind, quantized }: Pooling): (context: LayerContext) => Node {
  return (context) => {
    requireChannelsLast(context)
    const x = dataOf(context, quantized)
    const { builder } = context
    const around = builder.shapeOf(x).slice(0, -1)
    const axes = around.map((_, axis) => axis)
    const kept = context.flag('keepdims', false)
    const pooled =
      kind === 'max'
        ? builder.apply('reduce_max', [x], { axes, keep_axes: kept })
        : meanOf(context, x, axes, elementCount(around), kept)
    return finish(context, pooled, quantized)
  }
}

function dataOf(context: LayerContext, quantized: boolean): Node {
  return quantized ? quantizedOperand(context, false) : context.operand
}

function finish(context: LayerContext, pooled: Node, quantized: boolean): Node {
  return quantized ? finishLayer(context, pooled) : pooled
}
