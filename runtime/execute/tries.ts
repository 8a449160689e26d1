import type { Action } from '../../compiler/plan/action.js'
import { tryAddress } from '../../compiler/plan/addresses.js'
import { type BoundCheck, distance, missText, quantityText, shareText } from '../../compiler/plan/budget.js'
import { type DesignGoal, designGoals } from '../../compiler/plan/goals.js'
import { ProgramLookup } from '../../compiler/plan/lookup.js'
import type { PlanOptions } from '../../compiler/plan/options.js'
import { planTry } from '../../compiler/plan/plan.js'
import { exceedsDevice, relaxations } from '../../compiler/plan/relaxations.js'
import { keepOf } from '../../compiler/plan/slices.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { budgetMissed, budgetMissedOnTest, designTooLarge } from '../../lang/diagnostics/messages/budget.js'
import type { BuildSpec, Program } from '../../lang/program.js'
import type { Span } from '../../lang/source.js'
import { isImported, networkText } from '../report/network-text.js'
import { decodeJson, type MeasuredDesign, measuredDesignSchema } from '../report/report-file.js'
import type { ReadOutput } from './execute.js'

/** What a device has so many of. */
const RESOURCES = ['lut', 'ff', 'dsp', 'bram'] as const

/** A design that was measured. */
export interface Attempt {
  readonly attempt: number
  /** Of its report action. */
  readonly address: string
  readonly design: MeasuredDesign
}

/** How far the search for a design stands: the measured ones, and the one that meets the budget. */
export interface GoalState {
  readonly goal: DesignGoal
  readonly attempts: readonly Attempt[]
  readonly chosen: Attempt | null
  /** Address of the report that decides how it goes on; null when the search has ended. */
  readonly awaited: string | null
}

/**
 * The budget loop: when a report says that a design breaks the budget, the next network of the front is tried, until
 * one is good, `tries` are used up or the front is exhausted. The same object serves a build and its preview.
 */
export class TryLoop {
  readonly #program: Program
  readonly #options: PlanOptions
  readonly #goals: (GoalState & { readonly attempts: Attempt[]; chosen: Attempt | null; awaited: string | null })[]

  constructor(program: Program, options: PlanOptions) {
    this.#program = program
    this.#options = options
    this.#goals = designGoals(program, options).map((goal) => ({
      goal,
      attempts: [],
      chosen: null,
      awaited: reportOf(goal, 0),
    }))
  }

  get states(): readonly GoalState[] {
    return this.#goals
  }

  /** What has to be done after `action`: the next try, when it is the report of a design that breaks the budget. */
  async expand(action: Action, read: ReadOutput): Promise<readonly Action[]> {
    if (action.kind !== 'report') return []
    for (const state of this.#goals) {
      if (action.address !== state.awaited) continue
      const attempt = state.attempts.length
      const design = decodeJson(measuredDesignSchema, await read(action.address, 'report'))
      const measured = { attempt, address: action.address, design }
      state.attempts.push(measured)
      state.awaited = null
      if (design.budget.every((check) => check.met)) {
        state.chosen = measured
        return []
      }
      if (!mayTryNext(state.goal.build, design, attempt)) return []
      state.awaited = reportOf(state.goal, attempt + 1)
      return planTry(this.#program, this.#options, state.goal, attempt + 1)
    }
    return []
  }

  /**
   * The messages about budgets that the measured designs miss, and about chosen ones that are larger than their devices. None
   * about searches that did not end: what ended them is told.
   */
  misses(): readonly Diagnostic[] {
    return this.#goals.flatMap((state) => {
      if (state.awaited !== null) return []
      const { build, target } = state.goal
      if (state.chosen !== null) {
        const large = excess(state.goal, state.chosen.design)
        const missed = state.chosen.design.budget_on_test.filter((check) => !check.met)
        if (missed.length === 0) return large
        const span = spanOfMiss(build, missed)
        return [
          ...large,
          budgetMissedOnTest({ build: build.name, target: target.name, span, misses: missed.map(missText) }),
        ]
      }
      const nearest = [...state.attempts].sort((a, b) => distance(a.design.budget) - distance(b.design.budget))[0]
      return nearest === undefined ? [] : [this.#missed(state, nearest)]
    })
  }

  #missed(state: GoalState, nearest: Attempt): Diagnostic {
    const { build, target } = state.goal
    const { design } = nearest
    const missed = design.budget.filter((check) => !check.met)
    const { choice } = design
    const training = build.from[choice.training] ?? ''
    return budgetMissed({
      build: build.name,
      target: target.name,
      span: spanOfMiss(build, missed),
      designs: state.attempts.length,
      attempt: nearest.attempt,
      misses: missed.map(missText),
      nearest: `${networkText(choice.epoch, training)}: ${numbersText(design)}`,
      remedies: remedies(build, missed, design, {
        untried: choice.eligible - state.attempts.length,
        full: this.#isFull(build, choice.front),
      }),
    })
  }

  /** Whether a front of so many networks left others out that `keep` might have let in. */
  #isFull(build: BuildSpec, networks: number): boolean {
    const keep = keepOf(new ProgramLookup(this.#program).trainings(build))
    return keep !== undefined && (keep.kind === 'last' || networks >= keep.size)
  }
}

function reportOf({ build, target }: DesignGoal, attempt: number): string {
  return tryAddress(build.name, target.name, attempt, 'report')
}

/** That a design has more cells of a kind than its device. */
function excess(
  { build, target }: DesignGoal,
  { resources, capacity, choice, ...counts }: MeasuredDesign,
): Diagnostic[] {
  const over = RESOURCES.filter((name) => counts[name] > capacity[name])
  const share = (name: (typeof RESOURCES)[number]): number => counts[name] / capacity[name]
  const [worst] = [...over].sort((a, b) => share(b) - share(a))
  if (worst === undefined) return []
  return [
    designTooLarge({
      build: build.name,
      target: target.name,
      device: target.device.name,
      counts: over.map((name) => {
        const share = capacity[name] === 0 ? '' : ` (${shareText(counts[name], capacity[name])})`
        return `${quantityText(name, counts[name])} of ${quantityText(name, capacity[name])} ${name.toUpperCase()}${share}`
      }),
      worst,
      imported: isImported(choice.epoch),
      others: choice.eligible - 1,
      estimatedBy: resources.estimate ? resources.tool : null,
    }),
  ]
}

/** Only a miss that another network may avoid is worth another try. */
function mayTryNext(build: BuildSpec, design: MeasuredDesign, attempt: number): boolean {
  const hopeless = design.budget.some((check) => !check.met && check.phase === 'target')
  return !hopeless && attempt + 1 < build.tries && attempt + 1 < design.choice.eligible
}

function numbersText(design: MeasuredDesign): string {
  const metrics = Object.entries(design.validation).map(([name, value]) => `${name} ${quantityText(name, value)}`)
  const { lut, ff, dsp, latency_ns, choice } = design
  const counts = [
    `${quantityText('ebops', choice.ebops)} EBOPs`,
    `${quantityText('lut', lut)} LUT`,
    `${quantityText('ff', ff)} FF`,
    `${quantityText('dsp', dsp)} DSP`,
    `latency ${quantityText('latency', latency_ns)}`,
  ]
  return [...metrics, ...counts].join(', ')
}

/** What it would take to have a design, when `design` came nearest: `untried` networks are left, and the front is `full` or not. */
function remedies(
  build: BuildSpec,
  missed: readonly BoundCheck[],
  { choice, capacity }: MeasuredDesign,
  { untried, full }: { readonly untried: number; readonly full: boolean },
): readonly string[] {
  const bounds = relaxations(missed, capacity)
  const lines = bounds.length === 0 ? [] : [`it would take the budget ${bounds.join(', ')}`]
  const larger = missed.filter((check) => exceedsDevice(check, capacity)).map(({ quantity }) => quantity.toUpperCase())
  if (larger.length > 0)
    lines.push(`it would take a device with more ${larger.join(', ')}: the design is larger than this one`)
  const resources = missed.filter(({ quantity }) => RESOURCES.some((name) => name === quantity))
  const worst = distance(resources)
  if (worst > 0) {
    const percent = Math.ceil((1 - 1 / (1 + worst)) * 100)
    const keep = full ? ", or let 'keep' hold more networks" : ''
    const how = isImported(choice.epoch) ? '' : `: raise 'pressure'${keep}`
    lines.push(`or a network with about ${percent} % fewer EBOPs${how}`)
  }
  if (missed.some((check) => check.quantity === 'latency'))
    lines.push('or a faster clock, or fewer layers, for the latency')
  if (missed.some((check) => check.quantity === 'clock')) lines.push("or a faster 'clock' of the target")
  if (untried > 0)
    lines.push(`${untried} more networks of the front were not tried; 'tries = ${build.tries + untried}' would`)
  return lines
}

function spanOfMiss(build: BuildSpec, missed: readonly BoundCheck[]): Span | undefined {
  const [first] = missed
  if (first === undefined) return undefined
  return build.within.find(
    (bound) =>
      first.quantity.startsWith(bound.quantity) &&
      bound.relation === first.relation &&
      (bound.ofDevice === true || bound.value === first.limit),
  )?.span
}
