import type { TrainingState } from './training-state.js'

export interface AdamSettings {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/**
 * Adam in Keras' form: bias-corrected step size, epsilon outside the square root. Moments are float32, like the tensors. What a
 * step costs is one pass over each tensor.
 */
export class Adam {
  readonly #settings: AdamSettings
  readonly #moments = new Map<string, { readonly first: Float32Array; readonly second: Float32Array }>()
  #power1 = 1
  #power2 = 1

  constructor(settings: AdamSettings) {
    this.#settings = settings
  }

  /** Applies one step; `gradients` by path, `rate` by the optimiser group. */
  step(
    state: TrainingState,
    gradients: ReadonlyMap<string, Float32Array>,
    rate: (group: 'weight' | 'width') => number,
  ): void {
    const { beta1, beta2, epsilon } = this.#settings
    this.#power1 *= beta1
    this.#power2 *= beta2
    const correction = Math.sqrt(1 - this.#power2) / (1 - this.#power1)
    for (const { declaration } of state.trained) {
      const { path } = declaration
      const gradient = gradients.get(path)
      if (gradient === undefined) continue
      const { first, second } = this.#momentsOf(path, gradient.length)
      const alpha = rate(declaration.group) * correction
      const values = new Float32Array(state.array(path))
      for (let index = 0; index < values.length; index++) {
        const g = gradient[index] as number
        const m = (first[index] as number) + (g - (first[index] as number)) * (1 - beta1)
        const v = (second[index] as number) + (g * g - (second[index] as number)) * (1 - beta2)
        first[index] = m
        second[index] = v
        values[index] = (values[index] as number) - (m * alpha) / (Math.sqrt(v) + epsilon)
      }
      state.assign(path, values)
    }
  }

  #momentsOf(path: string, length: number): { readonly first: Float32Array; readonly second: Float32Array } {
    const known = this.#moments.get(path)
    if (known !== undefined) return known
    const made = { first: new Float32Array(length), second: new Float32Array(length) }
    this.#moments.set(path, made)
    return made
  }
}
