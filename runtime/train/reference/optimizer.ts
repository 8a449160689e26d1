import { elementCount } from '../../../lang/shape.js'
import type { CheckpointTensor } from '../checkpoint.js'
import { type AdamSettings, type MomentumSettings, type OptimizerSettings, powerAfter } from '../optimizer.js'
import type { TrainingState } from './training-state.js'

/** Where optimisers keep what they remember of a tensor: `<path>/<slot>`, float32 like the tensors, zeros at first. */
class Slots {
  readonly #tensors = new Map<string, CheckpointTensor>()

  constructor(initial: ReadonlyMap<string, CheckpointTensor>) {
    for (const [name, { shape, values }] of initial)
      this.#tensors.set(name, { shape, values: new Float32Array(values) })
  }

  of(path: string, slot: string, shape: readonly number[]): Float32Array {
    const name = `${path}/${slot}`
    const known = this.#tensors.get(name)
    if (known !== undefined) return known.values
    const made = { shape, values: new Float32Array(elementCount(shape)) }
    this.#tensors.set(name, made)
    return made.values
  }

  /** A copy. */
  snapshot(): Map<string, CheckpointTensor> {
    return new Map(
      [...this.#tensors].map(([name, { shape, values }]) => [name, { shape, values: new Float32Array(values) }]),
    )
  }
}

type RateOf = (group: 'weight' | 'width') => number

/**
 * The optimisers. Arithmetic is in doubles, and what is kept is rounded to float32 once. What a step costs is one pass
 * over each tensor.
 */
export class ReferenceOptimizer {
  readonly slots: Slots
  readonly #settings: OptimizerSettings
  #power1 = 1
  #power2 = 1

  /** `steps` are done already, and have left `slots`. */
  constructor(settings: OptimizerSettings, slots: ReadonlyMap<string, CheckpointTensor>, steps: number) {
    this.slots = new Slots(slots)
    this.#settings = settings
    if (settings.kind !== 'adam') return
    this.#power1 = powerAfter(settings.beta1, steps)
    this.#power2 = powerAfter(settings.beta2, steps)
  }

  /** Applies one step; `gradients` by path. */
  step(state: TrainingState, gradients: ReadonlyMap<string, Float32Array>, rate: RateOf): void {
    const settings = this.#settings
    const clipped = settings.clipNorm === null ? gradients : clipGradients(state, gradients, settings.clipNorm)
    if (settings.kind === 'adam') this.#adam(settings, state, clipped, rate)
    else this.#momentum(settings, state, clipped, rate)
  }

  /** Keras' form: bias-corrected step size, epsilon outside the square root. */
  #adam(
    { beta1, beta2, epsilon, weightDecay }: AdamSettings,
    state: TrainingState,
    gradients: ReadonlyMap<string, Float32Array>,
    rate: RateOf,
  ): void {
    this.#power1 *= beta1
    this.#power2 *= beta2
    const correction = Math.sqrt(1 - this.#power2) / (1 - this.#power1)
    for (const { declaration } of state.trained) {
      const { path, shape, group } = declaration
      const gradient = gradients.get(path)
      if (gradient === undefined) continue
      const first = this.slots.of(path, 'first', shape)
      const second = this.slots.of(path, 'second', shape)
      const alpha = rate(group) * correction
      const decay = group === 'weight' ? rate(group) * weightDecay : 0
      const values = new Float32Array(state.array(path))
      for (let index = 0; index < values.length; index++) {
        const g = gradient[index] as number
        const m = (first[index] as number) + (g - (first[index] as number)) * (1 - beta1)
        const v = (second[index] as number) + (g * g - (second[index] as number)) * (1 - beta2)
        first[index] = m
        second[index] = v
        const value = values[index] as number
        values[index] = value - value * decay - (m * alpha) / (Math.sqrt(v) + epsilon)
      }
      state.assign(path, values)
    }
  }

  #momentum(
    { momentum, nesterov }: MomentumSettings,
    state: TrainingState,
    gradients: ReadonlyMap<string, Float32Array>,
    rate: RateOf,
  ): void {
    for (const { declaration } of state.trained) {
      const { path, shape, group } = declaration
      const gradient = gradients.get(path)
      if (gradient === undefined) continue
      const velocity = this.slots.of(path, 'velocity', shape)
      const values = new Float32Array(state.array(path))
      for (let index = 0; index < values.length; index++) {
        const g = gradient[index] as number
        const v = momentum * (velocity[index] as number) + g
        velocity[index] = v
        values[index] = (values[index] as number) - rate(group) * (nesterov ? g + momentum * v : v)
      }
      state.assign(path, values)
    }
  }
}

/**
 * Gradients of the group `weight` scaled so that their norm, taken over all of them together, is at most `most`.
 * Squares are summed in double, tensor after tensor in the order of the declarations, element after element.
 */
function clipGradients(
  state: TrainingState,
  gradients: ReadonlyMap<string, Float32Array>,
  most: number,
): ReadonlyMap<string, Float32Array> {
  let sum = 0
  const weights = state.trained.filter(({ declaration }) => declaration.group === 'weight')
  for (const { declaration } of weights) for (const g of gradients.get(declaration.path) ?? []) sum += g * g
  const norm = Math.sqrt(sum)
  if (!(norm > most)) return gradients
  const factor = most / norm
  const clipped = new Map(gradients)
  for (const { declaration } of weights) {
    const gradient = gradients.get(declaration.path)
    if (gradient !== undefined)
      clipped.set(
        declaration.path,
        gradient.map((g) => g * factor),
      )
  }
  return clipped
}
