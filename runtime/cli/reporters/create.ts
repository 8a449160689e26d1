import type { ReporterName } from '../context.js'
import type { Reporter, Screen } from './reporter.js'

/** The view with this name; without one, a live list on a terminal and lines elsewhere. Only its own code is loaded. */
export async function createReporter(name: ReporterName | undefined, screen: Screen): Promise<Reporter> {
  switch (name ?? (process.stdout.isTTY === true ? 'tty' : 'plain')) {
    case 'tty':
      return new (await import('./tty.js')).TtyReporter(screen)
    case 'plain':
      return new (await import('./plain.js')).PlainReporter(screen)
    case 'ndjson':
      return new (await import('./ndjson.js')).NdjsonReporter(screen)
  }
}
