import { widthLimits } from '../../../compiler/graph/state.js'
import type { Range } from '../../../lang/program.js'
import type { DatasetPart } from '../../data/dataset.js'
import { paddedWords } from '../../kernels/arena.js'
import { kernelMemory, kernelModule } from '../../kernels/kernels.js'
import { Team } from '../../kernels/team.js'
import { partitionOf, TileRunner } from '../../kernels/tiles.js'
import type { CheckpointTensor } from '../checkpoint.js'
import type { EngineRequest, Screening, StepOutcome, StepSettings, TrainingEngine } from '../engine.js'
import { measure } from '../metrics.js'
import { deadQuantizers } from './dead-quantizers.js'
import { layOutEngine } from './engine-layout.js'
import { Machine, type Parts } from './machine.js'
import type { DataSource, RowSource } from './network-context.js'
import { lossOf, type NetworkPlan } from './network-plan.js'
import type { OptimizerMemory } from './optimizer-memory.js'
import { WidthPenalty } from './penalty.js'
import type { QuantizerMemory } from './quantizer-memory.js'
import type { StateMemory } from './state-memory.js'

/** Words of one state that are kept within a range. */
interface WidthLimit extends Range {
  readonly address: number
  readonly bytes: number
}

/**
 * Trains with kernels in WebAssembly. A batch is cut into tiles of samples; each goes forward and backward through the
 * whole network while it sits in the cache of a core, and adds its gradients to one of a fixed number of sums, which
 * are added up in a fixed order.
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
  readonly #parts: { readonly address: number; readonly bytes: number }
  readonly #limits: readonly WidthLimit[]

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
    this.#limits = limitsOf(layout.quantizers, state)
    this.#parts = { address: tiles.parts, bytes: tiles.partBytes }
    const memory = kernelMemory(layout.bytes)
    const leader = new TileRunner({ ...tiles, memory, module: kernelModule() }, 0)
    this.#machine = new Machine(leader.kernels, memory)
    this.#penalty = new WidthPenalty(request.graph, state, layout.quantizers, this.#machine)
    for (const { start } of [plans.training, plans.screening])
      for (const action of start) action(this.#machine, this.#partsOf(1, 0))
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
    const loss = this.computeGradients(step)
    const problem = this.#optimizer.step(this.#machine, step)
    if (!Number.isFinite(loss)) return { ok: false, problem: `the loss is ${loss}` }
    if (problem !== null) return { ok: false, problem }
    this.#limitWidths()
    return { ok: true, loss }
  }

  /** The mean task loss of a batch; gradients of all trained state, penalties included, are left in memory. */
  computeGradients(step: StepSettings): number {
    // Tiles beyond those there is room for would be written over the sums.
    if (step.rows > this.#request.batch) throw new Error(`a step of ${step.rows} rows is more than a batch`)
    const parts = this.#run(this.#training, 0, step.first, step.rows, step.step, this.#share(step.rows))
    this.#penalty.addGradients(step.pressure)
    return lossOf(this.#machine, parts) * this.#share(step.rows)
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
    return this.#penalty.ebops()
  }

  screen(): Screening {
    const { dataset, metric } = this.#request
    const part = dataset.parts.validation
    const outputs = Float64Array.from(this.screenOutputs())
    const dead = deadQuantizers(this.#machine, this.#partsOf(part.rows, 0), this.#screening)
    return { metric: measure(metric, dataset, part, outputs), dead }
  }

  /** The network's first output on the validation part, row by row, rounding only. */
  screenOutputs(): Float32Array {
    const { rows } = this.#request.dataset.parts.validation
    this.#run(this.#screening, this.#training.passes.length, 0, rows, 0, 1)
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

  #run(plan: NetworkPlan, program: number, first: number, rows: number, step: number, share: number): Parts {
    const parts = this.#partsOf(rows, step)
    for (const [index, pass] of plan.passes.entries()) {
      for (const action of pass.before) action(this.#machine, parts)
      this.#team.leader.lead(program + index, first, rows, share, index === 0)
      for (const action of pass.after) action(this.#machine, parts)
    }
    return parts
  }

  #partsOf(rows: number, step: number): Parts {
    return { ...this.#parts, count: partitionOf(rows).parts, rows, step }
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

  #limitWidths(): void {
    for (const { address, bytes, low, high } of this.#limits) this.#machine.kernels.limit(address, bytes, low, high)
  }
}

/** Bounds of the learned widths of every quantizer. */
function limitsOf(quantizers: ReadonlyMap<string, QuantizerMemory>, state: StateMemory): WidthLimit[] {
  return [...quantizers.values()].flatMap((quantizer) => {
    return widthLimits(quantizer.operation).flatMap(({ path, low, high }) => {
      const { declaration, address, count } = state.place(path)
      return declaration.update === 'trained' ? [{ address, bytes: paddedWords(count) * 4, low, high }] : []
    })
  })
}
