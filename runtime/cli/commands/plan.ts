import type { Diagnostic } from '../../../lang/diagnostics/diagnostic.js'
import type { Preview } from '../../execute/preview.js'
import { align } from '../../report/align.js'
import { openWorkshop, type Shell } from '../context.js'
import { exitCodeOfAll } from '../exit-code.js'
import { previewBuild } from '../preview.js'
import { readStore } from '../read-store.js'
import { foldSteps } from '../reporters/folded.js'
import { EVENT_VERSION } from '../reporters/ndjson-schema.js'
import { duration } from '../reporters/reporter.js'

export interface PlanCommandOptions {
  readonly target?: readonly string[]
}

const STATES: Readonly<Record<Preview['state'], string>> = {
  hit: 'stored',
  run: 'runs',
  follows: 'runs, unless what it reads comes out as before',
}

/** Of actions that are in one state: that state, how many they are, and how long they took. */
function stateText(previews: readonly Preview[]): string {
  const took = previews.reduce((total, { record }) => total + (record?.milliseconds ?? 0), 0)
  const [first] = previews
  const facts = [
    ...(previews.length > 1 ? [`${previews.length} steps`] : []),
    ...(took < 1000 ? [] : [`took ${duration(took)}`]),
  ]
  return `${first === undefined ? '' : STATES[first.state]}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`
}

/** `hgq plan`: what `hgq build` would do. Gives the exit code. */
export async function plan(shell: Shell, words: readonly string[], options: PlanCommandOptions): Promise<number> {
  const { out, error, render } = shell.screen
  const fail = (diagnostics: readonly Diagnostic[]): number => {
    for (const diagnostic of diagnostics) {
      if (shell.reporter === 'ndjson') out(JSON.stringify({ v: EVENT_VERSION, type: 'message', diagnostic }))
      else error(`${render(diagnostic)}\n`)
    }
    return exitCodeOfAll(diagnostics)
  }
  const workshop = await openWorkshop(shell, words, options.target ?? [])
  if (!workshop.ok) return fail(workshop.error)
  const found = await readStore(workshop.value, async () => {
    const { previews } = await previewBuild(workshop.value, workshop.value.planOptions)
    return { ok: true, value: previews }
  })
  if (!found.ok) return fail(found.error)
  const previews = found.value
  if (shell.reporter === 'ndjson') {
    for (const { action, state } of previews) {
      const { address, kind } = action
      out(JSON.stringify({ v: EVENT_VERSION, type: 'action-decided', address, kind, state }))
    }
    return 0
  }
  const folded = foldSteps(
    previews,
    ({ action }) => action.address,
    (a, b) => a.state === b.state,
  )
  const rows = folded.map(({ address, items }) => [address, `  ${stateText(items)}`])
  for (const row of align(rows, 'left')) out(row)
  const count = (state: Preview['state']): number => previews.filter((each) => each.state === state).length
  out(`${count('run')} to run, ${count('follows')} that may follow, ${count('hit')} stored`)
  return 0
}
