import type { FixedNode } from '../../compiler/fixed/graph.js'
import { type Level, type Levels, noLevels } from './levels.js'
import type { Obligation } from './obligation.js'
import type { Proof } from './proof.js'
import type { RangeLevel } from './ranges/prove-range.js'

const MOST_LEFT = 100
/** What the layer of a rule of control is called. */
const CONTROL = '(control)'

/** Counts what was proven how. */
export class Tally {
  readonly #parts = { node: noLevels(), register: noLevels(), output: noLevels(), control: noLevels() }
  readonly #ranges = { rule: 0, affine: 0, sat: 0, vectors: 0 }
  readonly #stages = new Map<number, Levels>()
  readonly #layers = new Map<string, Levels>()
  readonly #left: { signal: string; layer: string; stage: number }[] = []

  count({ part, subject, stage }: Obligation, { origin }: FixedNode, level: Level): void {
    this.#parts[part][level]++
    if (level === 'vectors') this.#leave(subject, origin, stage)
    if (part !== 'node') return
    levelsOf(this.#stages, stage)[level]++
    levelsOf(this.#layers, origin)[level]++
  }

  /** A rule of control; `stage` is that of the signal that it is about. */
  control(subject: string, stage: number, level: Level): void {
    this.#parts.control[level]++
    if (level === 'vectors') this.#leave(subject, CONTROL, stage)
  }

  range(level: RangeLevel): void {
    this.#ranges[level]++
  }

  /** A value without a signal whose interval was not proven. */
  unseen(signal: string, { origin }: FixedNode, stage: number): void {
    this.#parts.node.vectors++
    levelsOf(this.#stages, stage).vectors++
    levelsOf(this.#layers, origin).vectors++
    this.#leave(signal, origin, stage)
  }

  proof(reader: Proof['reader']): Proof {
    return {
      reader,
      nodes: this.#parts.node,
      registers: this.#parts.register,
      outputs: this.#parts.output,
      control: this.#parts.control,
      ranges: this.#ranges,
      stages: [...this.#stages].sort(([a], [b]) => a - b).map(([stage, levels]) => ({ stage, levels })),
      layers: [...this.#layers].map(([layer, levels]) => ({ layer, levels })),
      left: this.#left,
    }
  }

  #leave(signal: string, layer: string, stage: number): void {
    if (this.#left.length < MOST_LEFT) this.#left.push({ signal, layer, stage })
  }
}

function levelsOf<K>(map: Map<K, Levels>, key: K): Levels {
  const found = map.get(key) ?? noLevels()
  map.set(key, found)
  return found
}
