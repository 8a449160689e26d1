import type { BuildSpec, Program, TargetSpec } from '../../lang/program.js'
import type { PlanOptions } from './options.js'

/** One design to make: a target of a build. */
export interface DesignGoal {
  readonly build: BuildSpec
  readonly target: TargetSpec
}

/** The designs that a plan makes, in the order of the file. */
export function designGoals(program: Program, options: Pick<PlanOptions, 'builds' | 'targets'>): readonly DesignGoal[] {
  return chosenBuilds(program, options).flatMap((build) =>
    program.targets
      .filter((target) => build.targets.includes(target.name))
      .filter((target) => options.targets === undefined || options.targets.includes(target.name))
      .map((target) => ({ build, target })),
  )
}

/** The builds of a plan. With targets asked for, only those that have one of them. */
export function chosenBuilds(program: Program, options: Pick<PlanOptions, 'builds' | 'targets'>): readonly BuildSpec[] {
  return program.builds.filter(
    (build) =>
      (options.builds === undefined || options.builds.includes(build.name)) &&
      (options.targets === undefined || build.targets.some((target) => options.targets?.includes(target))),
  )
}
