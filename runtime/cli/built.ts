import { frontAddress } from '../../compiler/plan/addresses.js'
import { chosenBuilds } from '../../compiler/plan/goals.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { notBuilt } from '../../lang/diagnostics/messages/build.js'
import type { BuildSpec } from '../../lang/program.js'
import { outputOf } from '../execute/decide.js'
import type { ReadOutput } from '../execute/execute.js'
import type { Attempt, GoalState } from '../execute/tries.js'
import type { Workshop } from './context.js'
import { previewBuild } from './preview.js'
import { DamagedResult } from './read-store.js'
import { foldSteps } from './reporters/folded.js'

/** What is stored of a build: the chosen design of each target, and the outputs of all its actions; reading a damaged one rejects with `DamagedResult`. */
export interface Built {
  readonly build: BuildSpec
  readonly states: readonly { readonly state: GoalState; readonly chosen: Attempt }[]
  readonly read: ReadOutput
}

/** Looks a build up in the store and runs nothing; an error says what is missing, or which budget is not met. */
export async function findBuilt(
  workshop: Workshop,
  name: string,
): Promise<
  { readonly ok: true; readonly value: Built } | { readonly ok: false; readonly error: readonly Diagnostic[] }
> {
  const { program, store } = workshop
  const options = { ...workshop.planOptions, builds: [name] }
  const { previews, tries } = await previewBuild(workshop, options)
  const records = new Map(previews.flatMap(({ action, record }) => (record === null ? [] : [[action.address, record]])))
  const read: ReadOutput = async (address, role) => {
    const record = records.get(address)
    const content = record === undefined ? null : await store.read(outputOf(record, role))
    if (content === null) throw new DamagedResult(address, role)
    return content
  }
  const [build] = chosenBuilds(program, options)
  const missing = previews.filter((each) => each.state !== 'hit').map((each) => each.action.address)
  if (missing.length > 0 || build === undefined)
    return { ok: false, error: [notBuilt({ build: name, missing: summary(missing) })] }
  const states = tries.states.flatMap((state) => (state.chosen === null ? [] : [{ state, chosen: state.chosen }]))
  if (states.length < tries.states.length) return { ok: false, error: tries.misses() }
  if (!records.has(frontAddress(name))) throw new Error('a build has a front')
  return { ok: true, value: { build, states, read } }
}

/** Not more names than one reads. */
function summary(missing: readonly string[]): readonly string[] {
  const folded = foldSteps(
    missing,
    (address) => address,
    () => true,
  ).map(({ address }) => address)
  return folded.length <= 3 ? folded : [...folded.slice(0, 3), `${folded.length - 3} more`]
}
