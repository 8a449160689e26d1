import { operationAt, outputOperation } from '../../../compiler/graph/walk.js'
import { paddedWords } from '../../kernels/arena.js'
import { claimingSums } from '../../kernels/claims.js'
import { RESIDUAL_LOSSES } from '../../kernels/codes.js'
import { sumOfParts } from '../../kernels/partition.js'
import {
  type Call,
  call,
  EXACT,
  FIRST,
  inOrder,
  inPart,
  inTile,
  SAMPLES,
  SHARE,
  type TileProgram,
} from '../../kernels/program.js'
import { ROW_BYTES } from '../../kernels/tiles.js'
import { type Region, type Work, words } from '../../kernels/work.js'
import type { StepLoss } from '../loss.js'
import { rowsOf } from './constant-rows.js'
import { layOutData } from './data-side.js'
import type { DataSource, RowSource } from './data-source.js'
import type { Action, Between, Machine, Parts } from './machine.js'
import { NetworkContext, type ObservedQuantizer, type QuantizedConstant, type SharedMemory } from './network-context.js'
import { layOutParameter } from './parameter-side.js'
import { partSums } from './part-sums.js'
import type { ConstantValue, TileValue } from './values.js'

/** A pass over the tiles of a batch, and what happens before and after. */
export interface Pass extends TileProgram {
  readonly before: readonly Between[]
  readonly after: readonly Between[]
}

/** A network as the passes that a batch takes. */
export interface NetworkPlan {
  readonly passes: readonly Pass[]
  /** Once, when the memory is there: tables and constants. */
  readonly start: readonly Action[]
  readonly tileBytes: number
  readonly partBytes: number
  readonly ownBytes: number
  /** Tiles keep their rows from pass to pass. */
  readonly keepTiles: boolean
  /** A tile adds to each sum of its part once, all that it has for it. */
  readonly addsOnce: boolean
  readonly observed: readonly ObservedQuantizer[]
  readonly quantizedConstants: readonly QuantizedConstant[]
}

/** Bytes at the start of every part: the sum of the losses, a double. */
const LOSS_OFFSET = 0

/** The sum of the losses of a batch. */
export function lossOf(machine: Machine, parts: Parts): number {
  return sumOfParts(parts.count, (part) => machine.double(parts.address + part * parts.bytes + LOSS_OFFSET))
}

/** Lays out a training step: forward passes, loss, adjoints, gradients of all trained state but for their penalties. */
export function planTraining(shared: SharedMemory, data: DataSource, targets: RowSource, loss: StepLoss): NetworkPlan {
  const context = new NetworkContext(shared, data, true)
  layOutOperations(context)
  const last = context.passes.levels - 1
  layOutLoss(context, outputOf(context, last), targets, loss, last)
  for (let level = last; level >= 0; level--) context.passes.layOutAdjoints(level)
  context.sums.place(last)
  const passes: Pass[] = []
  for (let level = 0; level < last; level++)
    passes.push({ ...forwardPass(context, level), before: context.passes.beforeForward(level), after: [] })
  const adjoints = afterBackward(context, last)
  const zeroGradients = [...context.gradients, ...context.state.gradientRegions]
    .filter(({ address }) => !context.overwritten.has(address))
    .map(zeroed)
  // The last forward pass and the first backward pass see the same tiles: they are one.
  const [forward, backward] = [forwardPass(context, last), backwardPass(context, last)]
  const { offset, bytes } = context.sums.begunLast
  passes.push({
    opening: [...forward.opening, ...backward.opening],
    clearing: forward.clearing,
    calls: [...(shared.threads === 1 ? forward.calls : claimingSums(forward.calls, offset, bytes)), ...backward.calls],
    before: context.passes.beforeForward(last),
    after: [...context.passes.afterForward, ...zeroGradients, ...adjoints],
  })
  for (let level = last - 1; level >= 0; level--)
    passes.push({ ...backwardPass(context, level), before: [], after: afterBackward(context, level) })
  return { ...finished(context), passes, keepTiles: last > 0 }
}

/** Lays out round-only inference: `outputs` receives the network's first output, row by row. */
export function planScreening(shared: SharedMemory, data: DataSource, outputs: number): NetworkPlan {
  const context = new NetworkContext(shared, data, false)
  layOutOperations(context)
  const y = outputOf(context, 0)
  context.passes.emitForward(0, call('scatterSamples', outputs, inTile(y.offset), y.elements, ROW_BYTES, FIRST, EXACT))
  context.sums.place(0)
  const pass = { ...forwardPass(context, 0), before: context.passes.beforeForward(0), after: [] }
  return { ...finished(context), passes: [pass], keepTiles: false }
}

/** Sums are cleared before the first pass of a step alone: later ones read what earlier ones have added up. */
function forwardPass({ passes, sums }: NetworkContext, level: number): TileProgram {
  return { ...passes.forward(level), clearing: level === 0 ? sums.clearing : [] }
}

function backwardPass({ passes }: NetworkContext, level: number): TileProgram {
  return { ...passes.backward(level), clearing: [] }
}

function finished(context: NetworkContext): Omit<NetworkPlan, 'passes' | 'keepTiles'> {
  const { start, observed, quantizedConstants, rows, sums } = context
  return { ...rows.finish(), partBytes: sums.bytes, start, observed, quantizedConstants, addsOnce: sums.addsOnce }
}

function layOutOperations(context: NetworkContext): void {
  for (const id of context.operationIds) {
    if (context.fused.has(id)) continue
    const operation = operationAt(context.graph, id)
    if (operation.side === 'parameter') context.constants.set(id, layOutParameter(operation, context))
    else {
      const value = layOutData(operation, context)
      context.tileValues.set(context.fusedInto.get(id) ?? id, value)
    }
  }
}

function outputOf(context: NetworkContext, level: number): TileValue {
  return rowsOf(outputOperation(context.graph), level, context)
}

function layOutLoss(context: NetworkContext, y: TileValue, targets: RowSource, loss: StepLoss, level: number): void {
  const rows = context.rows.take(targets.elements)
  const order = inOrder(context.data.order)
  context.passes.emitForward(
    level,
    call('gatherSamples', inTile(rows), targets.address, order, targets.elements, ROW_BYTES, SAMPLES, EXACT),
  )
  const operands = [inTile(context.rows.gradientOf(y)), inTile(y.offset), inTile(rows), inPart(LOSS_OFFSET)] as const
  context.passes.emitForward(level, lossCall(loss, operands, y.elements))
  y.written = true
}

function lossCall(loss: StepLoss, operands: readonly (number | ReturnType<typeof inTile>)[], elements: number): Call {
  switch (loss.kind) {
    case 'cross_entropy':
      return call('crossEntropy', ...operands, elements, ROW_BYTES, SAMPLES, EXACT, SHARE)
    case 'soft_cross_entropy':
      return call('softCrossEntropy', ...operands, elements, ROW_BYTES, SAMPLES, EXACT, SHARE)
    case 'binary_cross_entropy':
      return call('binaryCrossEntropy', ...operands, SAMPLES, EXACT, SHARE)
    case 'mse':
    case 'mae':
    case 'huber': {
      const delta = loss.kind === 'huber' ? loss.delta : 0
      const kind = RESIDUAL_LOSSES[loss.kind]
      return call('residualLoss', ...operands, elements, ROW_BYTES, SAMPLES, EXACT, SHARE, kind, delta)
    }
  }
}

function zeroed(region: Region): Work {
  const { address, bytes } = region
  return { call: call('fill', address, 0, bytes), reads: [], writes: [region], cost: 20 + bytes / 40 }
}

/**
 * Gradients that tiles have added up go to their constants, then the adjoints of the level's constants run in reverse
 * order.
 */
function afterBackward(context: NetworkContext, level: number): Between[] {
  const given = new Set<ConstantValue>()
  const collect = context.partGradients
    .filter(({ constant }) => constant.level === level)
    .flatMap(({ constant, sums: { value: offset }, count, map }): Work[] => {
      const bytes = paddedWords(count) * 4
      const isFirst = !given.has(constant) && isUntouched(context, constant)
      given.add(constant)
      if (map === 0 && isFirst) {
        if (level === context.passes.levels - 1) context.overwritten.add(constant.gradient)
        return partSums(constant.gradient, offset, count)
      }
      const table = map === 0 ? context.table(Int32Array.from({ length: count }, (_, at) => at)) : map
      const total = context.arena.bytes(bytes)
      const gradient = words(constant.gradient, constant.elements)
      const scatter = {
        call: call('scatterElements', constant.gradient, total, table, count),
        reads: [words(total, count), words(table, count), gradient],
        writes: [gradient],
        cost: 20 + count,
      }
      return [...partSums(total, offset, count), scatter]
    })
  return [...collect, ...context.passes.afterBackward(level)]
}

/**
 * Whether nothing but what tiles add up has come to the gradient of a constant when its level is done: no later level
 * uses it.
 */
function isUntouched(context: NetworkContext, constant: ConstantValue): boolean {
  return [...context.constants.entries()].every(
    ([id, value]) =>
      value.address !== constant.address ||
      context.liveUsers(id).every((user) => operationAt(context.graph, user).side === 'data'),
  )
}
