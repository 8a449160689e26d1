import type { OperationOf } from '../../../compiler/graph/operation.js'
import { QUANTIZE } from '../../kernels/codes.js'
import { type Argument, call, EXACT, FIRST, inPart, inTile, SAMPLES } from '../../kernels/program.js'
import { BLOCK, ROW_BYTES } from '../../kernels/tiles.js'
import { isBarrier } from './levels.js'
import type { NetworkContext } from './network-context.js'
import { partSums } from './part-sums.js'
import type { TileValue } from './values.js'

/** Lays out a quantizer of data. In training WRAP's integer bits follow the batch once all tiles are done. */
export function quantizeTiles(operation: OperationOf<'quantize'>, context: NetworkContext): TileValue {
  const level = context.levelOf(operation.id)
  const quantizer = context.quantizer(operation)
  const x = context.tile(operation.operands[0])
  const trained = context.training && operation.quantizer.learned
  const y = context.rows.newValue(x.elements, x.needsGradient || trained)
  // Measured by rounding alone: calibration will find the integer bits that hold the data, so those of the last batch
  // cut nothing off.
  const measured = !context.training && quantizer.tracked
  const reflects = operation.quantizer.overflow === 'wrap_reflect' && !measured
  const tracks = context.training && quantizer.tracked
  const greatest = context.sums.cleared(x.elements, 'once')
  if (tracks && isBarrier(operation)) {
    // f follows from i, and i from the batch: the operand is looked at in one pass and quantized in the next.
    context.passes.emitForward(
      level - 1,
      call('greatestRows', inPart(greatest), inTile(x.offset), x.elements, ROW_BYTES, SAMPLES),
    )
    context.passes.onForward(level, quantizer.track(inPart(greatest), context))
  } else if (tracks) context.passes.onTracking(operation.id, quantizer.track(inPart(greatest), context))
  context.observed.push({ operation, greatest, elements: x.elements })
  context.passes.onForward(level, ...quantizer.prepare(!context.training && !measured, context))
  const types = [quantizer.scale, quantizer.step] as const
  const rows = [x.elements, ROW_BYTES, SAMPLES, quantizer.rounding] as const
  context.passes.emitForward(
    level,
    reflects
      ? call(
          'reflectRows',
          inTile(y.offset),
          inTile(x.offset),
          ...types,
          quantizer.modulus,
          quantizer.sign,
          inPart(greatest),
          ...rows,
          context.training ? 0 : 1,
        )
      : call(
          'quantizeRows',
          inTile(y.offset),
          inTile(x.offset),
          ...types,
          quantizer.high,
          quantizer.low,
          // Where it is not looked at it is not made.
          tracks && !isBarrier(operation) ? inPart(greatest) : context.training ? 0 : inPart(greatest),
          ...rows,
          quantizer.flags,
          quantizer.key,
          FIRST,
          EXACT,
          context.rows.scratch(BLOCK * 4),
        ),
  )
  if (!y.needsGradient) return y

  context.passes.onAdjoint(level, () => {
    if (!y.written) return
    const df = context.sums.cleared(x.elements, 'once')
    const di = context.sums.cleared(x.elements, 'once')
    const dy = inTile(context.rows.gradientOf(y))
    const dx: Argument = x.needsGradient ? inTile(context.rows.gradientOf(x)) : dy
    const flags =
      (x.written ? QUANTIZE.accumulate : 0) |
      (x.maskedByUser ? QUANTIZE.mask : 0) |
      (x.needsGradient ? 0 : QUANTIZE.widthsAlone)
    const { scale, step, high, low, top, sign, modulus, rounding } = quantizer
    const size = [x.elements, ROW_BYTES, SAMPLES] as const
    context.passes.emitBackward(
      level,
      reflects
        ? call(
            'reflectRowsBackward',
            dx,
            dy,
            inTile(x.offset),
            scale,
            step,
            modulus,
            sign,
            inPart(df),
            ...size,
            rounding,
            flags,
          )
        : call(
            'quantizeRowsBackward',
            dx,
            dy,
            inTile(x.offset),
            inTile(y.offset),
            step,
            high,
            low,
            top,
            sign,
            inPart(df),
            inPart(di),
            ...size,
            quantizer.flags | flags,
            context.rows.scratch(BLOCK * 4),
          ),
    )
    if (x.needsGradient) x.written = true
    if (!trained) return
    const clips = (quantizer.flags & QUANTIZE.clip) !== 0
    const [fraction, integer] = [context.arena.words(x.elements), context.arena.words(x.elements)]
    context.passes.onBackward(
      0,
      ...partSums(fraction, df, x.elements),
      ...(clips ? partSums(integer, di, x.elements) : []),
      ...quantizer.addGradients(fraction, clips ? integer : 0, context),
    )
  })
  return y
}
