import type { Installation } from '../tools/discover.js'
import type { Task } from './task.js'

/** A tool of others that the plan counts on. Throws where the command found none: it looks before it plans. */
export function installationOf({ settings }: Task, name: string): Installation {
  const found = settings.tools.installed[name]
  if (found === undefined) throw new Error(`${name} was planned and was not found`)
  return found
}
