import type { DatasetPart } from '../../data/dataset.js'
import { kernelMemory, kernelModule } from '../../kernels/kernels.js'
import { partitionOf } from '../../kernels/partition.js'
import { Team } from '../../kernels/team.js'
import { TileRunner } from '../../kernels/tiles.js'
import type { CheckpointTensor } from '../checkpoint.js'
import type { EngineRequest, Screening, StepOutcome, StepSettings, TrainingEngine } from '../engine.js'
import { measure } from '../metrics.js'
import type { DataSource, RowSource } from './data-source.js'
import { deadQuantizers } from './dead-quantizers.js'
import { type EngineLayout, type EngineSequences, layOutEngine } from './engine-layout.js'
import { Machine, type Parts, type Sequence } from './machine.js'
import { lossOf, type NetworkPlan } from './network-plan.js'
import type { OptimizerMemory } from './optimizer-memory.js'
import type { WidthPenalty } from './penalty.js'
import type { StateMemory } from './state-memory.js'

/**
 * Trains with kernels in WebAssembly. A batch is cut into tiles of samples; each goes forward and backward through the
 * whole network while it sits in the cache of a core, and adds its gradients to the sums of a part of the batch. Parts
 * are added up in an order that does not depend on the threads.
 */
export class WasmEngine implements TrainingEngine {
  readonly #request: EngineRequest
  readonly #machine: Machine
  readonly #team: Team
  readonly #state: StateMemory
  readonly #optimizer: OptimizerMemory
  readonly #penalty: WidthPenalty
  readonly #training: NetworkPlan
  readonly #screening: NetworkPlan
  readonly #order: number
  readonly #outputs: number
  readonly #outputSize: number
  readonly #tiles: EngineLayout['tiles']
  readonly #sequences: EngineSequences
  /** The types of all quantizers and what is made of them stand ready for the next step. */
  #prepared = false

  /** Throws a MemoryShortage where data, network and tiles take more memory than there is. */
  constructor(request: EngineRequest) {
    const { dataset, threads } = request
    const layout = layOutEngine(request)
    const { plans, sources, state, tiles } = layout
    this.#request = request
    this.#training = plans.training
    this.#screening = plans.screening
    this.#order = sources.train.order
    this.#outputs = layout.outputs
    this.#outputSize = layout.outputSize
    this.#state = state
    this.#optimizer = layout.optimizer
    this.#penalty = layout.penalty
    this.#sequences = layout.sequences
    this.#tiles = tiles
    const memory = kernelMemory(layout.bytes)
    const leader = new TileRunner({ ...tiles, memory, module: kernelModule() }, 0)
    this.#machine = new Machine(leader.kernels, memory)
    for (const action of [...plans.training.start, ...plans.screening.start, layout.penalty.start])
      action(this.#machine, this.#partsOf(1, 0))
    this.#putRows(dataset.parts.train, sources.train)
    this.#putRows(dataset.parts.validation, sources.validation)
    this.#put(sources.targets, layout.targets)
    state.fill(this.#machine, request.network)
    this.#optimizer.start(this.#machine, request.slots, request.steps)
    // Last, as nobody would close the threads of an engine that could not be made.
    this.#team = new Team(leader, threads)
  }

  beginEpoch(order: Uint32Array): void {
    this.#machine.words(this.#order, order.length).set(order)
  }

  step(step: StepSettings): StepOutcome {
    this.#optimizer.begin(this.#machine, step)
    const loss = this.#train(step, this.#sequences.update)
    if (!Number.isFinite(loss)) return { ok: false, problem: { what: `the loss is ${loss}`, path: null } }
    const problem = this.#optimizer.problem(this.#machine)
    if (problem !== null) return { ok: false, problem }
    this.#prepared = this.#sequences.preparesNext
    return { ok: true, loss }
  }

  /** The mean task loss of a batch; gradients of all trained state, penalties included, are left in memory. */
  computeGradients(step: StepSettings): number {
    return this.#train(step, this.#sequences.gradients)
  }

  /** Copies of the gradients that `computeGradients` left, by path. */
  gradients(): Map<string, Float32Array> {
    const result = new Map<string, Float32Array>()
    for (const { declaration, count } of this.#state.places) {
      const address = this.#state.gradient(declaration.path)
      if (address !== 0) result.set(declaration.path, Float32Array.from(this.#machine.floats(address, count)))
    }
    return result
  }

  ebops(): number {
    return this.#penalty.ebops(this.#machine)
  }

  screen(): Screening {
    const { dataset, metric } = this.#request
    const part = dataset.parts.validation
    const outputs = this.screenOutputs()
    const dead = deadQuantizers(this.#machine, this.#partsOf(part.rows, 0), this.#screening)
    return { metric: measure(metric, dataset, part, outputs), dead }
  }

  /** The network's first output on the validation part, row by row, rounding only. */
  screenOutputs(): Float32Array {
    const { rows } = this.#request.dataset.parts.validation
    const parts = this.#partsOf(rows, 0)
    this.#prepared = false
    this.#run(this.#sequences.screening, parts)
    this.#team.leader.lead(this.#training.passes.length, 0, rows, 1)
    return this.#machine.floats(this.#outputs, rows * this.#outputSize)
  }

  network(): Map<string, CheckpointTensor> {
    return this.#state.copy(this.#machine)
  }

  slots(): Map<string, CheckpointTensor> {
    return this.#optimizer.copy(this.#machine)
  }

  close(): Promise<void> {
    return this.#team.close()
  }

  /** The passes of a training step, and what comes after them; the mean loss. */
  #train(step: StepSettings, after: Sequence): number {
    const { first, rows } = step
    // Tiles beyond those there is room for would be written over the sums.
    if (rows > this.#request.batch) throw new Error(`a step of ${rows} rows is more than a batch`)
    const parts = this.#partsOf(rows, step.step)
    const share = this.#share(rows)
    this.#penalty.press(this.#machine, step.pressure)
    if (!this.#prepared) this.#run(this.#sequences.prepare, parts)
    this.#prepared = false
    for (const [pass, { before, after }] of this.#sequences.between.entries()) {
      this.#run(before, parts)
      this.#team.leader.lead(pass, first, rows, share)
      this.#run(after, parts)
    }
    this.#run(after, parts)
    return lossOf(this.#machine, parts) * share
  }

  #run(sequence: Sequence, parts: Parts): void {
    for (const item of sequence) {
      if (typeof item === 'number') this.#team.leader.leadStage(item, parts.rows)
      else item(this.#machine, parts)
    }
  }

  #partsOf(rows: number, step: number): Parts {
    const { parts: address, partBytes: bytes } = this.#tiles
    // Each property by its name: a spread takes some microseconds, here and where the object is read.
    return { address, bytes, count: partitionOf(rows, this.#tiles.sharesParts).parts, rows, step }
  }

  /** What makes a mean of the sum over a batch: losses of numbers are means over the outputs as well. */
  #share(rows: number): number {
    const { kind } = this.#request.loss
    return kind === 'cross_entropy' || kind === 'binary_cross_entropy' ? 1 / rows : 1 / (rows * this.#outputSize)
  }

  /** All rows of a part, and their order as they come. */
  #putRows(part: DatasetPart, source: DataSource): void {
    for (const [name, rows] of source.inputs) this.#put(rows, part.inputs.get(name) ?? new Float32Array())
    const order = this.#machine.words(source.order, part.rows)
    for (let row = 0; row < part.rows; row++) order[row] = row
  }

  #put(source: RowSource, values: Float32Array): void {
    this.#machine.floats(source.address, values.length).set(values)
  }
}
