import type { PlanOptions } from '../../compiler/plan/options.js'
import { planBuilds } from '../../compiler/plan/plan.js'
import { type Preview, preview } from '../execute/preview.js'
import { TryLoop } from '../execute/tries.js'
import type { Workshop } from './context.js'

/** What a build would do with each step, and which designs its stored results choose. Runs nothing. */
export async function previewBuild(
  { program, store, fingerprints, sources }: Workshop,
  options: PlanOptions,
): Promise<{ readonly previews: readonly Preview[]; readonly tries: TryLoop }> {
  const tries = new TryLoop(program, options)
  const plan = planBuilds(program, options)
  const expand = (...[action, read]: Parameters<TryLoop['expand']>) => tries.expand(action, read)
  return { previews: await preview({ plan, store, fingerprints, sources, expand }), tries }
}
