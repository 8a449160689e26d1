import type { Arena } from '../../kernels/arena.js'
import type { CheckpointTensor } from '../checkpoint.js'
import type { StepSettings } from '../engine.js'
import { type OptimizerSettings, powerAfter } from '../optimizer.js'
import type { Machine } from './machine.js'
import type { StateMemory } from './state-memory.js'

/** The optimiser in kernel memory: slots laid out like the trained state. */
export class OptimizerMemory {
  readonly #settings: OptimizerSettings
  readonly #state: StateMemory
  readonly #slots: readonly { readonly name: string; readonly address: number }[]
  #power1 = 1
  #power2 = 1

  constructor(settings: OptimizerSettings, state: StateMemory, arena: Arena) {
    this.#settings = settings
    this.#state = state
    const names = settings.kind === 'adam' ? ['first', 'second'] : ['velocity']
    this.#slots = names.map((name) => ({ name, address: arena.bytes(state.trainedBytes) }))
  }

  /** Takes slots over, `<path>/<slot>`; missing ones start at 0. `steps` have been made. */
  start(machine: Machine, slots: ReadonlyMap<string, CheckpointTensor>, steps: number): void {
    for (const [place, view] of this.#views(machine)) {
      const given = slots.get(place)
      if (given !== undefined) view.set(given.values)
    }
    if (this.#settings.kind !== 'adam') return
    this.#power1 = powerAfter(this.#settings.beta1, steps)
    this.#power2 = powerAfter(this.#settings.beta2, steps)
  }

  copy(machine: Machine): Map<string, CheckpointTensor> {
    return new Map(
      [...this.#views(machine)].map(([name, view, shape]) => [name, { shape, values: Float32Array.from(view) }]),
    )
  }

  /** Applies the gradients in memory. What is no finite number afterwards is named. */
  step(machine: Machine, { rate, widthRate }: StepSettings): string | null {
    this.#advance()
    this.#clip(machine)
    for (const { group, offset, bytes } of this.#state.runs)
      this.#applyTo(machine, offset, bytes, group === 'width' ? widthRate : rate, group)
    const { values, trainedBytes } = this.#state
    return machine.kernels.allFinite(values, trainedBytes) === 1 ? null : this.#firstBroken(machine)
  }

  #applyTo(machine: Machine, offset: number, bytes: number, rate: number, group: 'weight' | 'width'): void {
    const settings = this.#settings
    const [first = 0, second = 0] = this.#slots.map(({ address }) => address + offset)
    const values = this.#state.values + offset
    const gradients = this.#state.gradients + offset
    if (settings.kind === 'adam') {
      const { beta1, beta2, epsilon, weightDecay } = settings
      const alpha = (rate * Math.sqrt(1 - this.#power2)) / (1 - this.#power1)
      const keep = group === 'weight' ? 1 - rate * weightDecay : 1
      machine.kernels.adam(values, gradients, first, second, bytes, alpha, beta1, beta2, epsilon, keep)
    } else {
      const { momentum, nesterov } = settings
      machine.kernels.momentum(values, gradients, first, bytes, rate, momentum, nesterov ? 1 : 0)
    }
  }

  /** Powers of the decay rates, by one product per step: what `powerAfter` repeats. */
  #advance(): void {
    if (this.#settings.kind !== 'adam') return
    this.#power1 *= this.#settings.beta1
    this.#power2 *= this.#settings.beta2
  }

  #clip(machine: Machine): void {
    const { clipNorm } = this.#settings
    const run = this.#state.runs.find(({ group }) => group === 'weight')
    if (clipNorm === null || run === undefined) return
    const address = this.#state.gradients + run.offset
    const norm = Math.sqrt(machine.kernels.sumOfSquares(address, run.bytes))
    if (norm > clipNorm) machine.kernels.scaleBy(address, run.bytes, clipNorm / norm)
  }

  #firstBroken(machine: Machine): string {
    for (const { declaration, address, count } of this.#state.places) {
      const { path, update } = declaration
      if (update !== 'trained') continue
      if (!machine.floats(this.#state.gradient(path), count).every(Number.isFinite))
        return `the gradient of '${path}' is not finite`
      if (!machine.floats(address, count).every(Number.isFinite)) return `'${path}' is not finite`
    }
    throw new Error('a number that is not finite stands in no trained state')
  }

  /** Every slot of every trained state, by name. */
  *#views(machine: Machine): Generator<readonly [string, Float32Array, readonly number[]]> {
    for (const { declaration, address, count } of this.#state.places) {
      if (declaration.update !== 'trained') continue
      for (const { name, address: slot } of this.#slots)
        yield [
          `${declaration.path}/${name}`,
          machine.floats(slot + (address - this.#state.values), count),
          declaration.shape,
        ]
    }
  }
}
