import type { Program } from '../../lang/program.js'
import type { Action, Plan } from './action.js'
import { designActions } from './design.js'
import { chosenBuilds, type DesignGoal, designGoals } from './goals.js'
import { ProgramLookup } from './lookup.js'
import { networkActions } from './networks.js'
import type { PlanOptions } from './options.js'

/**
 * Everything to be done for the builds and their targets, up to the first try of each design. Pure: the same Program
 * gives the same plan. Further tries come from `planTry` when a report says that the budget is broken.
 */
export function planBuilds(program: Program, options: PlanOptions): Plan {
  const lookup = new ProgramLookup(program)
  // What two builds share has one address, and is planned once.
  const actions = new Map<string, Action>()
  const add = (action: Action): void => {
    if (!actions.has(action.address)) actions.set(action.address, action)
  }
  for (const build of chosenBuilds(program, options)) networkActions(build, lookup, options).forEach(add)
  for (const goal of designGoals(program, options)) designActions(goal, 0, lookup, options).forEach(add)
  return { actions: [...actions.values()] }
}

/** The actions that measure candidate number `attempt` of one design. */
export function planTry(program: Program, options: PlanOptions, goal: DesignGoal, attempt: number): readonly Action[] {
  return designActions(goal, attempt, new ProgramLookup(program), options)
}
