import type { Node } from './builder.js'
import { finishLayer, type LayerContext, quantizedOperands } from './layer.js'
import { reciprocalExponent, shifted } from './mean.js'

type Kind = 'add' | 'subtract' | 'multiply' | 'maximum' | 'minimum'

/** Operands of HGQ2's layer, each quantized by itself, joined element by element. */
export function quantizedMerge(kind: Kind): (context: LayerContext) => Node {
  return (context) => finishLayer(context, joined(context, kind, quantizedOperands(context, kind === 'multiply')))
}

/** Keras's own layer: the operands as they are, which is exact. */
export function plainMerge(kind: Kind): (context: LayerContext) => Node {
  return (context) => {
    const { builder, operands } = context
    if (kind === 'multiply' && !operands.every((operand) => builder.isExact(operand)))
      context.unsupported('multiplies data that no quantizer has passed', 'QMultiply quantizes what it multiplies')
    return joined(context, kind, operands)
  }
}

/** The sum, times a power of two near one over the number of operands. */
export function averagePow2(context: LayerContext): Node {
  const operands = quantizedOperands(context, false)
  const total = joined(context, 'add', operands)
  return finishLayer(context, shifted(context, total, reciprocalExponent(operands.length)))
}

/** Tensors side by side; Keras counts the batch among the axes. */
export function concatenated(context: LayerContext): Node {
  const axis = context.number('axis', -1)
  if (axis === 0) context.unsupported('joins along the batch', 'any other axis will do')
  return context.builder.apply('concatenate', context.operands, { axis: axis > 0 ? axis - 1 : axis })
}

function joined(context: LayerContext, kind: Kind, operands: readonly Node[]): Node {
  const [first, ...others] = operands
  if (first === undefined || others.length === 0 || (kind === 'subtract' && others.length > 1)) {
    const cure = kind === 'subtract' ? 'a difference is of two' : 'two or more can be joined'
    return context.unsupported(`takes ${operands.length} tensors`, cure)
  }
  return others.reduce((left, right) => context.builder.apply(kind, [left, right]), first)
}
