import type { OperationOf } from '../../../compiler/graph/operation.js'
import { statisticsPath } from '../../../compiler/graph/state.js'
import { elementCount } from '../../../lang/shape.js'
import { call, EXACT, inPart, inTile, SAMPLES } from '../../kernels/program.js'
import { ROW_BYTES } from '../../kernels/tiles.js'
import type { NetworkContext } from './network-context.js'
import type { ConstantValue } from './values.js'

/**
 * Mean or variance of a channel over the batch and all axes but the last: a barrier between two passes. Sums are made
 * in doubles. The tracked state follows with the operation's momentum.
 */
export function batchStatistics(operation: OperationOf<'batch_statistics'>, context: NetworkContext): ConstantValue {
  const x = context.tile(operation.operands[0])
  const level = context.levelOf(operation.id)
  const channels = elementCount(operation.shape)
  const value = context.newConstant(channels, x.needsGradient, level)
  const channelOf = Int32Array.from({ length: x.elements }, (_, element) => element % channels)
  const map = context.table(channelOf)
  // A pair of doubles for each channel.
  const sums = context.sums.cleared(channels * 4, channelOf)
  context.passes.emitForward(
    level - 1,
    call('sumMoments', inPart(sums), map, inTile(x.offset), x.elements, ROW_BYTES, EXACT),
  )
  const state = context.state.place(statisticsPath(operation))
  const means = new Float64Array(channels)
  const { moment, momentum } = operation
  const share = (rows: number): number => channels / (rows * x.elements)
  context.passes.onForward(level, (machine, parts) => {
    const totals = new Float64Array(channels * 2)
    for (let part = 0; part < parts.count; part++) {
      const some = machine.doubles(parts.address + part * parts.bytes + sums, channels * 2)
      for (let at = 0; at < totals.length; at++) totals[at] = (totals[at] as number) + (some[at] as number)
    }
    const result = machine.floats(value.address, channels)
    const tracked = machine.floats(state.address, channels)
    for (let channel = 0; channel < channels; channel++) {
      const mean = (totals[2 * channel] as number) * share(parts.rows)
      means[channel] = mean
      const square = (totals[2 * channel + 1] as number) * share(parts.rows) - mean * mean
      result[channel] = moment === 'mean' ? mean : Math.max(0, square)
      tracked[channel] = momentum * (tracked[channel] as number) + (1 - momentum) * (result[channel] as number)
    }
  })
  if (value.gradient === 0) return value

  // ∂mean/∂x = share; ∂variance/∂x = 2 share (x - mean).
  const offset = context.arena.words(channels)
  const slope = context.arena.words(channels)
  context.passes.onBackward(level, (machine, parts) => {
    const upstream = machine.floats(value.gradient, channels)
    const offsets = machine.floats(offset, channels)
    const slopes = machine.floats(slope, channels)
    for (let channel = 0; channel < channels; channel++) {
      const step = (upstream[channel] as number) * share(parts.rows)
      slopes[channel] = moment === 'mean' ? 0 : 2 * step
      offsets[channel] = moment === 'mean' ? step : -2 * step * (means[channel] as number)
    }
  })
  context.passes.onAdjoint(level - 1, () => {
    const dx = inTile(context.rows.gradientOf(x))
    const accumulate = x.written ? 1 : 0
    context.passes.emitBackward(
      level - 1,
      call(
        'momentsBackward',
        dx,
        inTile(x.offset),
        map,
        offset,
        slope,
        x.elements,
        ROW_BYTES,
        SAMPLES,
        EXACT,
        accumulate,
      ),
    )
    x.written = true
  })
  return value
}
