import { chosenBuilds, frontAddress, planBuilds } from '../../../compiler/plan/plan.js'
import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import { notBuilt, usage } from '../../../lang/diagnostics/messages/build.js'
import { outputOf } from '../../execute/decide.js'
import type { ReadOutput } from '../../execute/execute.js'
import { preview } from '../../execute/preview.js'
import { TryLoop } from '../../execute/tries.js'
import { formatFront, formatLayers, formatTable } from '../../report/format.js'
import type { Show } from '../../report/schema.js'
import { openWorkshop, type Shell, type Workshop } from '../context.js'
import { exitCodeOfAll } from '../exit-code.js'
import { foldSegments } from '../reporters/segments.js'
import { finishedDesign, frontRows } from '../results.js'

export interface ShowOptions {
  readonly json?: boolean
  readonly target?: readonly string[]
}

/** `hgq show`: the numbers of what is built, runs nothing. Gives the exit code. */
export async function show(shell: Shell, words: readonly string[], options: ShowOptions): Promise<number> {
  const { out, error, render } = shell.screen
  const fail = (diagnostics: readonly Diagnostic[]): number => {
    for (const diagnostic of diagnostics) error(`${render(diagnostic)}\n`)
    return exitCodeOfAll(diagnostics)
  }
  const workshop = await openWorkshop(shell, words, options.target ?? [], { makes: false })
  if (!workshop.ok) return fail(workshop.error)
  const { program, planOptions, store, digests } = workshop.value
  try {
    const [build, ...others] = chosenBuilds(program, planOptions)
    if (build === undefined || others.length > 0) {
      const names = program.builds.map((each) => each.name).join(', ')
      return fail([usage({ reason: "name one build: 'hgq show BUILD'", notes: [`builds: ${names}`] })])
    }
    const found = await gather(workshop.value, build.name)
    if (!found.ok) return fail(found.error)
    if (options.json === true) out(JSON.stringify(found.value, null, 2))
    else out(text(found.value))
    return 0
  } finally {
    await digests.save()
    await store.close()
  }
}

/** Everything that is stored about one build; an error says what is missing. */
async function gather(
  workshop: Workshop,
  name: string,
): Promise<
  { readonly ok: true; readonly value: Show } | { readonly ok: false; readonly error: readonly Diagnostic[] }
> {
  const { program, store, fingerprints, sources, folder } = workshop
  const options = { ...workshop.planOptions, builds: [name] }
  const tries = new TryLoop(program, options)
  const plan = planBuilds(program, options)
  const expand = (...[action, read]: Parameters<TryLoop['expand']>) => tries.expand(action, read)
  const previews = await preview({ plan, store, fingerprints, sources, expand })
  const records = new Map(previews.flatMap(({ action, record }) => (record === null ? [] : [[action.address, record]])))
  const read: ReadOutput = async (address, role) => {
    const record = records.get(address)
    const content = record === undefined ? null : await store.read(outputOf(record, role))
    if (content === null) throw new Error(`${address} was found a moment ago and is gone`)
    return content
  }
  const [build] = chosenBuilds(program, options)
  const missing = previews.filter((each) => each.state !== 'hit').map((each) => each.action.address)
  if (missing.length > 0 || build === undefined)
    return { ok: false, error: [notBuilt({ build: name, missing: summary(missing) })] }
  const misses = tries.misses()
  if (tries.states.some((state) => state.chosen === null)) return { ok: false, error: misses }
  if (!records.has(frontAddress(name))) throw new Error('a build has a front')
  const targets: Show['targets'] = {}
  for (const state of tries.states) {
    if (state.chosen === null) continue
    targets[state.goal.target.name] = (await finishedDesign(state, state.chosen, read, folder)).numbers
  }
  return { ok: true, value: { v: 1, build: name, targets, front: [...(await frontRows(build, read))] } }
}

/** Not more names than one reads. */
function summary(missing: readonly string[]): readonly string[] {
  const folded = foldSegments(
    missing,
    (address) => address,
    () => true,
  ).map(({ address }) => address)
  return folded.length <= 3 ? folded : [...folded.slice(0, 3), `${folded.length - 3} more`]
}

function text(found: Show): string {
  const columns = Object.entries(found.targets).map(([target, numbers]) => ({ build: found.build, target, numbers }))
  const table =
    columns.length === 0 ? [] : [formatTable(columns), '', ...columns.flatMap((each) => [formatLayers(each), ''])]
  return [...table, formatFront(found.build, found.front)].join('\n')
}
