import { widthLimits } from '../../../compiler/graph/state.js'
import { operationAt, outputOperation } from '../../../compiler/graph/walk.js'
import type { Range } from '../../../lang/program.js'
import { elementCount } from '../../../lang/shape.js'
import type { DatasetPart } from '../../data/dataset.js'
import { Arena } from '../../kernels/arena.js'
import { largestPartition, sharesParts } from '../../kernels/partition.js'
import type { TileProgram } from '../../kernels/program.js'
import { COMMAND_BYTES } from '../../kernels/steering.js'
import type { TileSetup } from '../../kernels/tiles.js'
import type { Region, Stage } from '../../kernels/work.js'
import type { EngineRequest } from '../engine.js'
import { stepLoss } from '../loss.js'
import { learnedTargets } from '../targets.js'
import type { DataSource, RowSource } from './data-source.js'
import { type Between, type Sequence, sequenceOf } from './machine.js'
import { type NetworkPlan, planScreening, planTraining } from './network-plan.js'
import { OptimizerMemory } from './optimizer-memory.js'
import { WidthPenalty } from './penalty.js'
import type { QuantizerMemory } from './quantizer-memory.js'
import { StateMemory } from './state-memory.js'

/** Where everything of an engine stands in a memory that is still to be made, and what runs on it. */
export interface EngineLayout {
  /** Size of the memory. */
  readonly bytes: number
  readonly state: StateMemory
  readonly optimizer: OptimizerMemory
  /** By path. */
  readonly quantizers: ReadonlyMap<string, QuantizerMemory>
  readonly penalty: WidthPenalty
  readonly plans: { readonly training: NetworkPlan; readonly screening: NetworkPlan }
  readonly sequences: EngineSequences
  readonly sources: { readonly train: DataSource; readonly validation: DataSource; readonly targets: RowSource }
  /** Values of `sources.targets`, in network units. */
  readonly targets: Float32Array
  /** Rows of the network's first output on the validation part, each of `outputSize` numbers. */
  readonly outputs: number
  readonly outputSize: number
  /** The programs of both plans: passes of the training first. */
  readonly tiles: Omit<TileSetup, 'module' | 'memory'>
}

/** What happens around the passes of an engine. */
export interface EngineSequences {
  /** Before the first pass of a training step. */
  readonly prepare: Sequence
  /** Before each pass but the first, and after each but the last. */
  readonly between: readonly { readonly before: Sequence; readonly after: Sequence }[]
  /** After the last pass, where gradients alone are wanted. */
  readonly gradients: Sequence
  /** After the last pass of a step: gradients, optimiser, and `prepare` for the next step where `preparesNext` says so. */
  readonly update: Sequence
  readonly preparesNext: boolean
  readonly screening: Sequence
}

/** Lays an engine out; nothing runs yet, and no memory is needed. */
export function layOutEngine(request: EngineRequest): EngineLayout {
  const { graph, dataset, loss, taught, seed, threads } = request
  const { train, validation } = dataset.parts
  const arena = new Arena()
  const command = arena.bytes(COMMAND_BYTES)
  const state = new StateMemory(graph, arena)
  const quantizers = new Map<string, QuantizerMemory>()
  const shared = { graph, arena, state, quantizers, seed, threads }
  const targets = learnedTargets(request)
  const sources = {
    train: sourceOf(arena, train),
    validation: sourceOf(arena, validation),
    targets: rowsOf(arena, targets, train.rows),
  }
  const outputSize = elementCount(operationAt(graph, outputOperation(graph)).shape)
  const outputs = arena.words(outputSize * validation.rows)
  const plans = {
    training: planTraining(shared, sources.train, sources.targets, stepLoss(loss, taught)),
    screening: planScreening(shared, sources.validation, outputs),
  }
  const penalty = new WidthPenalty(graph, state, quantizers, arena)
  const optimizer = new OptimizerMemory(request.optimizer, state, limitsOf(quantizers), arena)
  const stages: Stage[] = []
  const isRead = readInPasses(plans.training.passes, arena, state)
  const sequences = layOutSequences(plans, penalty, optimizer, state, (between) =>
    sequenceOf(between, stages, threads, isRead),
  )
  const tiles = { command, stages, ...layOutTiles(arena, request, [plans.training, plans.screening]) }
  const bytes = arena.size
  const memories = { state, optimizer, quantizers, penalty }
  return { bytes, ...memories, plans, sequences, sources, targets, outputs, outputSize, tiles }
}

/** Bounds of the widths of every quantizer, by path of the state. */
function limitsOf(quantizers: ReadonlyMap<string, QuantizerMemory>): Map<string, Range> {
  const limits = [...quantizers.values()].flatMap(({ operation }) => widthLimits(operation))
  return new Map(limits.map((limit) => [limit.path, limit]))
}

function layOutSequences(
  { training, screening }: EngineLayout['plans'],
  penalty: WidthPenalty,
  optimizer: OptimizerMemory,
  state: StateMemory,
  made: (between: readonly Between[]) => Sequence,
): EngineSequences {
  const { passes } = training
  const prepare = passes[0]?.before ?? []
  // What the leading thread does may depend on the step, and state must not be that of a step that is still to come.
  const preparesNext = prepare.every((item) => typeof item !== 'function' && !item.writes.some((to) => state.holds(to)))
  const gradients = [...(passes.at(-1)?.after ?? []), ...penalty.gradients]
  return {
    prepare: made(prepare),
    between: passes.map(({ before, after }, index) => ({
      before: made(index === 0 ? [] : before),
      after: made(index === passes.length - 1 ? [] : after),
    })),
    gradients: made(gradients),
    update: made([...gradients, ...optimizer.update, ...(preparesNext ? prepare : [])]),
    preparesNext,
    screening: made(screening.passes[0]?.before ?? []),
  }
}

/**
 * Whether a region lies in a place that some call of the passes names. A number that is no address may hit a place by
 * chance: a claim too many changes no value. A state is a place of its own; `clearing` names none that threads share.
 */
function readInPasses(passes: readonly TileProgram[], arena: Arena, state: StateMemory): (region: Region) => boolean {
  const addresses = [...arena.starts, ...[...state.places].map(({ address }) => address)]
  const starts = [...new Set(addresses)].sort((a, b) => a - b)
  const calls = passes.flatMap(({ opening, calls }) => [...opening, ...calls])
  const named = new Set<number>()
  for (const { given } of calls)
    for (const each of given) if (typeof each === 'number') named.add(placeOf(starts, each))
  return ({ address }) => named.has(placeOf(starts, address))
}

/** Number of the place that holds an address, of places that start at ascending addresses; -1: none. */
function placeOf(starts: readonly number[], address: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] as number) <= address) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Room for the tiles of all threads and for the parts, as much as the plans and the largest batch need. */
function layOutTiles(
  arena: Arena,
  { batch, dataset, threads }: EngineRequest,
  plans: readonly NetworkPlan[],
): Omit<EngineLayout['tiles'], 'command' | 'stages'> {
  const tileBytes = Math.max(...plans.map((plan) => plan.tileBytes))
  const partBytes = Math.max(...plans.map((plan) => plan.partBytes))
  const keepTiles = plans.some((plan) => plan.keepTiles)
  const most = largestPartition(Math.max(batch, dataset.parts.validation.rows, 1))
  const tiles = arena.bytes(tileBytes * (keepTiles ? Math.max(most.tiles, threads) : threads))
  const parts = arena.bytes(partBytes * most.parts)
  const ownBytes = Math.max(...plans.map((plan) => plan.ownBytes))
  const own = arena.bytes(ownBytes * threads)
  const programs = plans.flatMap((plan) =>
    plan.passes.map(({ opening, clearing, calls }) => ({ opening, clearing, calls })),
  )
  const shares = sharesParts(threads, !keepTiles && plans.every(({ addsOnce }) => addsOnce))
  return { programs, tiles, tileBytes, keepTiles, sharesParts: shares, parts, partBytes, own, ownBytes, threads }
}

function sourceOf(arena: Arena, part: DatasetPart): DataSource {
  return {
    inputs: new Map([...part.inputs].map(([name, values]) => [name, rowsOf(arena, values, part.rows)])),
    order: arena.words(part.rows),
  }
}

function rowsOf(arena: Arena, values: Float32Array, rows: number): RowSource {
  return { address: arena.words(values.length), elements: values.length / Math.max(1, rows) }
}
