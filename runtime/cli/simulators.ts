import { ownerOf } from '../../compiler/plan/addresses.js'
import { designGoals } from '../../compiler/plan/goals.js'
import type { Diagnostic } from '../../lang/diagnostics/diagnostic.js'
import { simulatorMissingYet } from '../../lang/diagnostics/messages/tools.js'
import { toolVersion } from '../tools/discover.js'
import type { Workshop } from './context.js'
import { previewBuild } from './preview.js'

/**
 * A warning for every target in VHDL that a build would have to verify without GHDL: told at the start, as it may be hours
 * until the build gets there.
 */
export async function missingSimulators(workshop: Workshop): Promise<readonly Diagnostic[]> {
  const { program, planOptions } = workshop
  const goals = designGoals(program, planOptions).filter((goal) => goal.target.language === 'vhdl')
  if (goals.length === 0 || (await toolVersion('ghdl')) !== null) return []
  const { previews } = await previewBuild(workshop, planOptions)
  const waiting = previews.filter((each) => each.state !== 'hit' && each.action.kind === 'verify')
  const missing = goals.filter(({ build, target }) =>
    waiting.some(({ action }) => {
      const owner = ownerOf(action.address)
      return owner?.kind === 'build' && owner.build === build.name && owner.target === target.name
    }),
  )
  return [...new Set(missing.map((goal) => goal.target))].map((target) => {
    const pointer = `/targets/${program.targets.indexOf(target)}/language`
    return simulatorMissingYet({ target: target.name, span: program.origins[pointer] })
  })
}
