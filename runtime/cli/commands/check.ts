import { dirname } from 'node:path'
import { inTextOrder } from '../../../lang/analyze.js'
import { loadConfig } from '../../config/load-config.js'
import { readWords } from '../arguments.js'
import type { Shell } from '../context.js'
import { exitCodeOfAll } from '../exit-code.js'
import { unreadableFiles } from '../named-files.js'
import { openPipeline } from '../pipeline.js'
import { EVENT_VERSION } from '../reporters/ndjson-schema.js'

/** `hgq check`: every message about a pipeline and the files that it names, and nothing run. Gives the exit code. */
export async function check(shell: Shell, file: string | undefined): Promise<number> {
  const words = readWords(file === undefined ? [] : [file], shell.cwd)
  // Whatever is to be checked is a file, however it is called.
  const pipeline = openPipeline(words.builds[0] ?? words.file, shell.cwd)
  const config = await loadConfig(shell.config === undefined ? dirname(pipeline.path) : shell.cwd, shell.config)
  const diagnostics = [
    ...(config.ok ? [] : config.error),
    ...inTextOrder(
      [...pipeline.diagnostics, ...(await unreadableFiles(pipeline.inputs, dirname(pipeline.path)))],
      pipeline.file,
    ),
  ]
  if (shell.reporter === 'ndjson') {
    for (const diagnostic of diagnostics)
      shell.screen.out(JSON.stringify({ v: EVENT_VERSION, type: 'message', diagnostic }))
    return exitCodeOfAll(diagnostics)
  }
  for (const diagnostic of diagnostics) shell.screen.error(`${shell.screen.render(diagnostic)}\n`)
  shell.screen.out(`${pipeline.file}: ${verdict(diagnostics.map((each) => each.severity))}`)
  return exitCodeOfAll(diagnostics)
}

/** `no errors, 2 warnings`. */
function verdict(severities: readonly string[]): string {
  const parts: string[] = []
  for (const severity of ['error', 'warning', 'hint']) {
    const count = severities.filter((each) => each === severity).length
    if (count > 0) parts.push(`${count} ${severity}${count === 1 ? '' : 's'}`)
    else if (severity === 'error') parts.push('no errors')
  }
  return parts.join(', ')
}
