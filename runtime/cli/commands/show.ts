import { chosenBuilds } from '../../../compiler/plan/goals.js'
import type { Diagnostic, Result } from '../../../lang/diagnostics/diagnostic.js'
import { usage } from '../../../lang/diagnostics/messages/build.js'
import { formatFront, formatLayers, formatTable } from '../../report/format.js'
import type { Show } from '../../report/schema.js'
import { findBuilt } from '../built.js'
import { openWorkshop, type Shell, type Workshop } from '../context.js'
import { exitCodeOfAll } from '../exit-code.js'
import { readStore } from '../read-store.js'
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
  const { program, planOptions } = workshop.value
  const found = await readStore(workshop.value, async () => {
    const [build, ...others] = chosenBuilds(program, planOptions)
    if (build !== undefined && others.length === 0) return gather(workshop.value, build.name)
    const names = program.builds.map((each) => each.name).join(', ')
    return { ok: false, error: [usage({ reason: "name one build: 'hgq show BUILD'", notes: [`builds: ${names}`] })] }
  })
  if (!found.ok) return fail(found.error)
  if (options.json === true) out(JSON.stringify(found.value, null, 2))
  else out(text(found.value))
  return 0
}

/** Everything that is stored about one build; an error says what is missing. */
async function gather(workshop: Workshop, name: string): Promise<Result<Show, readonly Diagnostic[]>> {
  const found = await findBuilt(workshop, name)
  if (!found.ok) return found
  const { build, states, read } = found.value
  const targets: Show['targets'] = {}
  for (const { state, chosen } of states) {
    targets[state.goal.target.name] = (await finishedDesign(state, chosen, read, workshop.folder)).numbers
  }
  return { ok: true, value: { v: 1, build: name, targets, front: [...(await frontRows(build, read))] } }
}

function text(found: Show): string {
  const columns = Object.entries(found.targets).map(([target, numbers]) => ({ build: found.build, target, numbers }))
  const table =
    columns.length === 0 ? [] : [formatTable(columns), '', ...columns.flatMap((each) => [formatLayers(each), ''])]
  return [...table, formatFront(found.build, found.front)].join('\n')
}
