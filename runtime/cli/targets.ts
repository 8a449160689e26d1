import { designGoals } from '../../compiler/plan/goals.js'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { ambiguousDevice, unknownBuild, unknownTarget } from '../../lang/diagnostics/messages/build.js'
import { familyWithoutEstimate } from '../../lang/diagnostics/messages/tools.js'
import type { Program } from '../../lang/program.js'
import { nearest } from '../../lang/suggest.js'
import { yosysFlow } from '../../targets/families.js'

/** What the user asked for on the command line. */
export interface Wish {
  /** Names of builds; all when empty. */
  readonly builds: readonly string[]
  /** `--target`s; all when empty. */
  readonly targets: readonly string[]
}

/** Names as the planner takes them; undefined means all. */
export interface Selection {
  readonly builds: readonly string[] | undefined
  readonly targets: readonly string[] | undefined
}

/**
 * The builds and targets that the words of the command line stand for. A `--target` is the name of a target, else the id
 * of a device that exactly one target uses.
 *
 * Where designs are to be made (`makes`), a target whose language is not emitted or whose resources cannot be estimated is
 * an error at once, not after hours of training.
 */
export function selectGoals(
  program: Program,
  wish: Wish,
  options: { readonly makes: boolean },
): Result<Selection, readonly Diagnostic[]> {
  const errors: Diagnostic[] = []
  const known = program.builds.map((build) => build.name)
  for (const name of wish.builds) {
    if (!known.includes(name)) errors.push(unknownBuild({ name, nearest: nearest(name, known), known }))
  }
  const targets: string[] = []
  for (const name of wish.targets) {
    const matched = matchTarget(program, name)
    if (matched.ok) targets.push(matched.value)
    else errors.push(matched.error)
  }
  const selection: Selection = {
    builds: wish.builds.length === 0 ? undefined : wish.builds,
    targets: wish.targets.length === 0 ? undefined : targets,
  }
  if (errors.length === 0 && options.makes) errors.push(...unmakeable(program, selection))
  return errors.length === 0 ? { ok: true, value: selection } : { ok: false, error: errors }
}

function matchTarget(program: Program, name: string): Result<string> {
  const targets = program.targets.map((target) => target.name)
  if (targets.includes(name)) return { ok: true, value: name }
  const devices = [...new Set(program.targets.map((target) => target.device.name))]
  const users = program.targets.filter((target) => target.device.name === name)
  if (users.length > 1) {
    return { ok: false, error: ambiguousDevice({ name, targets: users.map((target) => target.name), devices }) }
  }
  const [user] = users
  if (user !== undefined) return { ok: true, value: user.name }
  return {
    ok: false,
    error: unknownTarget({ name, nearest: nearest(name, [...targets, ...devices]), targets, devices }),
  }
}

function unmakeable(program: Program, selection: Selection): readonly Diagnostic[] {
  const goals = designGoals(program, {
    ...(selection.builds === undefined ? {} : { builds: selection.builds }),
    ...(selection.targets === undefined ? {} : { targets: selection.targets }),
  })
  return [...new Set(goals.map((goal) => goal.target))].flatMap((target) => {
    const pointer = `/targets/${program.targets.indexOf(target)}`
    const { device } = target
    if (target.tool === 'yosys' && yosysFlow(device.family) === null) {
      return [familyWithoutEstimate({ family: device.family, span: program.origins[`${pointer}/device`] })]
    }
    return []
  })
}
