import { frontAddress } from '../../compiler/plan/addresses.js'
import { chosenBuilds } from '../../compiler/plan/goals.js'
import type { PlanOptions } from '../../compiler/plan/options.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { type GivenUp, givenUp } from '../../lang/diagnostics/messages/build.js'
import type { Program } from '../../lang/program.js'
import type { GoalState } from '../execute/tries.js'

/** What a build was asked for, and by which words. */
export interface Asked {
  readonly program: Program
  readonly planOptions: Pick<PlanOptions, 'builds' | 'targets'>
  /** The pipeline as the command line may name it. */
  readonly pipeline: string
  readonly keepGoing: boolean
}

/** The message about builds that were given up when something else failed; `abandoned` as `execute` has it. None where there are none. */
export function givenUpMessages(
  { program, planOptions, pipeline, keepGoing }: Asked,
  states: readonly GoalState[],
  abandoned: ReadonlySet<string>,
): readonly Diagnostic[] {
  const lost = chosenBuilds(program, planOptions).flatMap((build): GivenUp[] => {
    const designs = states.filter(({ goal }) => goal.build === build)
    if (designs.length === 0) return abandoned.has(frontAddress(build.name)) ? [{ build: build.name, targets: [] }] : []
    const open = designs.filter(({ awaited }) => awaited !== null && abandoned.has(awaited))
    if (open.length === 0) return []
    const whole = open.length === designs.length && planOptions.targets === undefined
    return [{ build: build.name, targets: whole ? [] : open.map(({ goal }) => goal.target.name) }]
  })
  return lost.length === 0 ? [] : [givenUp({ lost, pipeline, keepGoing })]
}
