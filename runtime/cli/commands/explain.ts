import { allMessages, messageOf } from '../../../lang/diagnostics/catalogue.js'
import { usage } from '../../../lang/diagnostics/messages/build.js'
import { nearest } from '../../../lang/suggest.js'
import type { Shell } from '../context.js'
import { exitCodeOf } from '../exit-code.js'

/** `hgq explain CODE`: what a message stands for, whatever the place it was about. Gives the exit code. */
export function explain(shell: Shell, code: string): number {
  const message = messageOf(/^\d{4}$/.test(code) ? `HGQ${code}` : code.toUpperCase())
  if (message !== undefined) {
    shell.screen.out(`${message.severity} ${message.code}: ${message.title}`)
    if (message.explanation !== '') shell.screen.out(`\n${message.explanation}`)
    return 0
  }
  const codes = allMessages().map((each) => each.code)
  const similar = nearest(code.toUpperCase(), codes)
  const notes = similar === undefined ? ['codes look like HGQ2001'] : [`did you mean '${similar}'?`]
  const diagnostic = usage({ reason: `no message has the code '${code}'`, notes })
  shell.screen.error(shell.screen.render(diagnostic))
  return exitCodeOf(diagnostic)
}
