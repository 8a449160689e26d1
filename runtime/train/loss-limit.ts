import { log } from '../../compiler/numeric/exactmath.js'
import type { StepProblem } from './engine.js'
import { type Lesson, learnedTargets } from './targets.js'

/** How many times as far from the targets as a network that answers 0 the outputs may be. */
const FACTOR = 100
/** How many times the loss of such a network an initial one has where its inputs are of order 1, at most. */
const USUAL_START = 10

/**
 * When a finite loss is divergence all the same. An epoch's mean task loss is held against two others, the greater of
 * which counts: that of a network which answers 0 to every row, as one does whose widths have gone to nothing, and that
 * of the first step of the training, which is large where features or targets are not of order 1. Of the kinds that grow
 * with the outputs a hundred times is too much, of those that grow with their square, ten thousand times. It depends on
 * what is to be learned and on the first step alone, so neither on threads nor on where segments are cut.
 */
export class LossLimit {
  /** Mean task loss of a network that answers 0, on the training part. */
  readonly #zero: number
  readonly #factor: number

  constructor(lesson: Lesson) {
    const { kind } = lesson.loss
    this.#zero = lossOfZero(lesson)
    this.#factor = kind === 'mse' || kind === 'huber' ? FACTOR * FACTOR : FACTOR
  }

  /** Whether the first step had a loss that initial weights alone do not explain. */
  isFar(first: number): boolean {
    return first > USUAL_START * this.#zero
  }

  /** What is wrong with an epoch of this mean, in a training whose first step had the loss `first`; null: nothing. */
  problem(mean: number, first: number): StepProblem | null {
    // Targets that are all 0 give no measure.
    if (this.#zero === 0 || mean <= this.#factor * Math.max(this.#zero, first)) return null
    const [own, zero, start] = [mean, this.#zero, first].map((loss) => loss.toPrecision(3))
    return {
      what: `its mean loss is ${own}, where a network that always answers 0 has ${zero}, and the first step had ${start}`,
      path: null,
    }
  }
}

/** Of the cross entropies the same whatever is to be learned: with outputs of 0, all classes are as probable. */
function lossOfZero(lesson: Lesson): number {
  const { dataset, loss } = lesson
  switch (loss.kind) {
    case 'cross_entropy':
      return log(dataset.classes.length)
    case 'binary_cross_entropy':
      return Math.LN2
    case 'mse':
      return meanOver(lesson, (target) => target * target)
    case 'mae':
      return meanOver(lesson, Math.abs)
    case 'huber': {
      const { delta } = loss
      return meanOver(lesson, (target) => {
        const size = Math.abs(target)
        return size <= delta ? (size * size) / 2 : delta * (size - delta / 2)
      })
    }
  }
}

function meanOver(lesson: Lesson, of: (target: number) => number): number {
  const targets = learnedTargets(lesson)
  let sum = 0
  for (const target of targets) sum += of(target)
  return sum / Math.max(1, targets.length)
}
