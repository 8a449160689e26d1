import type { Plain } from '../../lang/program.js'
import type { Task } from './task.js'

/** The content of an input. Throws when the plan gave none, which is a bug. */
export function input(task: Task, role: string): Uint8Array {
  const content = task.inputs.get(role)
  if (content === undefined) throw new Error(`a ${task.kind} step got no "${role}"`)
  return content
}

/** The parameters as the planner's slice for this kind makes them; the two stand side by side in review. */
export function params<T extends object>(task: Task): T {
  return task.params as { readonly [name: string]: Plain } & T
}
