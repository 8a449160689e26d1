import type { Range } from '../../../lang/program.js'
import { type Arena, aligned, paddedWords } from '../../kernels/arena.js'
import { call } from '../../kernels/program.js'
import { pieceOf, pieces, type Work, words } from '../../kernels/work.js'
import type { CheckpointTensor } from '../checkpoint.js'
import type { StepProblem, StepSettings } from '../engine.js'
import { type OptimizerSettings, powerAfter } from '../optimizer.js'
import type { Between, Machine } from './machine.js'
import type { Run, StateMemory } from './state-memory.js'

/** Steps from one in which running means are settled to the next: see the kernels. */
const SETTLING = 64

/** The optimiser in kernel memory: slots laid out like the trained state. */
export class OptimizerMemory {
  /** Applies the gradients in memory, with the rates of the step that `begin` has been told of. */
  readonly update: readonly Between[]
  readonly #settings: OptimizerSettings
  readonly #state: StateMemory
  /** Of weights and of widths, three words each: see `adam` and `momentum` of the kernels. */
  readonly #rates: Readonly<Record<Run['group'], number>>
  /** One word for each piece of the trained state, with the path that it belongs to: 1 where a number is not finite. */
  readonly #broken: { readonly path: string; readonly word: number }[] = []
  readonly #slots: readonly { readonly name: string; readonly address: number }[]
  #power1 = 1
  #power2 = 1

  /** `limits`: within what numbers of a state are kept, by path. */
  constructor(settings: OptimizerSettings, state: StateMemory, limits: ReadonlyMap<string, Range>, arena: Arena) {
    this.#settings = settings
    this.#state = state
    this.#rates = { weight: arena.words(3), width: arena.words(3) }
    const names = settings.kind === 'adam' ? ['first', 'second'] : ['velocity']
    this.#slots = names.map((name) => ({ name, address: arena.bytes(state.trainedBytes) }))
    const update: Between[] = []
    if (settings.clipNorm !== null) update.push((machine) => this.#clip(machine))
    for (const { declaration, address, count } of state.places) {
      const { path, group } = declaration
      if (declaration.update !== 'trained') continue
      const limit = limits.get(path) ?? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
      const padded = paddedWords(count)
      const flags = arena.bytes(aligned(4) * Math.ceil(padded / pieceOf(padded)))
      update.push(
        ...pieces(padded, (first, some) => {
          const word = flags + aligned(4) * (first / pieceOf(padded))
          this.#broken.push({ path, word })
          return this.#applyTo(address + first * 4, some, this.#rates[group], limit, word)
        }),
      )
    }
    this.update = update
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
    return new Map([...this.#views(machine)].map(([name, view, shape]) => [name, { shape, values: view.slice() }]))
  }

  /** Starts a step: its rates. */
  begin(machine: Machine, { step, rate, widthRate }: StepSettings): void {
    const settings = this.#settings
    this.#advance()
    for (const [group, plain] of [
      ['weight', rate],
      ['width', widthRate],
    ] as const) {
      const rates = this.#rates[group]
      machine.putWord(rates + 8, step % SETTLING === 0 ? 1 : 0)
      if (settings.kind === 'adam') {
        machine.putFloat(rates, (plain * Math.sqrt(1 - this.#power2)) / (1 - this.#power1))
        machine.putFloat(rates + 4, group === 'weight' ? 1 - plain * settings.weightDecay : 1)
      } else machine.putFloat(rates, plain)
    }
  }

  /** What of the trained state, or of its gradient, has become no finite number in the update; null: nothing. */
  problem(machine: Machine): StepProblem | null {
    const isBroken = ({ word }: { readonly word: number }): boolean => machine.word(word) !== 0
    if (!this.#broken.some(isBroken)) return null
    return this.#brokenState(machine, new Set(this.#broken.filter(isBroken).map(({ path }) => path)))
  }

  #applyTo(values: number, count: number, rates: number, { low, high }: Range, broken: number): Work {
    const settings = this.#settings
    const offset = values - this.#state.values
    const gradients = this.#state.gradients + offset
    const [first = 0, second = 0] = this.#slots.map(({ address }) => address + offset)
    const slots = settings.kind === 'adam' ? [first, second] : [first]
    const head = [values, gradients, ...slots, count * 4, rates] as const
    const tail = [low, high, broken] as const
    const targets = [values, ...slots].map((address) => words(address, count))
    return {
      call:
        settings.kind === 'adam'
          ? call('adam', ...head, settings.beta1, settings.beta2, settings.epsilon, ...tail)
          : call('momentum', ...head, settings.momentum, settings.nesterov ? 1 : 0, ...tail),
      reads: [...targets, words(gradients, count), words(rates, 3)],
      writes: [...targets, words(broken, 1)],
      cost: 20 + 0.95 * count,
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

  /** Gradients come from the end of the network: of several that broke, the last declared is nearest to the origin. */
  #brokenState(machine: Machine, broken: ReadonlySet<string>): StepProblem {
    const trained = [...this.#state.places].filter(({ declaration }) => declaration.update === 'trained')
    const gradient = trained.findLast(
      ({ declaration, count }) => !machine.floats(this.#state.gradient(declaration.path), count).every(Number.isFinite),
    )?.declaration.path
    if (gradient !== undefined) return { what: `the gradient of '${gradient}' is not finite`, path: gradient }
    const value = trained.find(({ declaration }) => broken.has(declaration.path))?.declaration.path
    if (value !== undefined) return { what: `'${value}' is not finite after the step`, path: value }
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
