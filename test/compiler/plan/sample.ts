import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Action, ActionKind, Digest, Plan } from '../../../compiler/plan/action.js'
import { keyText } from '../../../compiler/plan/key.js'
import type { PlanOptions } from '../../../compiler/plan/options.js'
import { planBuilds } from '../../../compiler/plan/plan.js'
import { analyze } from '../../../lang/analyze.js'
import type { Program } from '../../../lang/program.js'
import { digestOf } from '../../../runtime/store/digest.js'
import { memoryHost } from '../../lang/memory-host.js'
import { packageRoot } from '../../paths.js'

/** A pipeline with one of everything that plans are made of. */
export const sampleText: string = readFileSync(join(packageRoot, 'test', 'compiler', 'plan', 'sample.hgq'), 'utf8')

/** The program of a pipeline; throws with the messages when it has errors. */
export function programOf(text: string): Program {
  const { program, diagnostics } = analyze('pipeline.hgq', memoryHost({ 'pipeline.hgq': text }))
  if (program === null) throw new Error(diagnostics.map((each) => `${each.code} ${each.message}`).join('\n'))
  return program
}

export const planOptions: PlanOptions = {
  dataFiles: (source) => (source.kind === 'csv' && source.path.kind === 'file' ? [source.path.path] : []),
  platform: 'test',
}

export function planOf(text: string, options: Partial<PlanOptions> = {}): Plan {
  return planBuilds(programOf(text), { ...planOptions, ...options })
}

/**
 * The key of every action by address, as if each output were a digest of its action's key and role: so a change is seen
 * in all that follows, early cut-off left aside.
 */
export function keysOf(plan: Plan): ReadonlyMap<string, string> {
  const keys = new Map<string, string>()
  for (const action of plan.actions) keys.set(action.address, keyOf(action, keys))
  return keys
}

function keyOf(action: Action, keys: ReadonlyMap<string, string>): string {
  const inputs = new Map<string, Digest>()
  for (const [role, input] of Object.entries(action.inputs)) {
    const key = input.from === 'file' ? input.path : keys.get(input.address)
    if (key === undefined) throw new Error(`${action.address} reads ${role}, which is planned later`)
    inputs.set(role, digestOf(`${key} ${input.from === 'file' ? '' : input.role}`))
  }
  return digestOf(keyText(action, inputs, 'fingerprint'))
}

/** The kinds of the actions whose own parameters differ between two plans. */
export function changedParams(before: Plan, after: Plan): readonly ActionKind[] {
  const own = (plan: Plan): Map<string, string> =>
    new Map(plan.actions.map((action) => [action.address, keyText(action, new Map(), '')]))
  const old = own(before)
  const kinds = after.actions
    .filter((action) => old.get(action.address) !== own(after).get(action.address))
    .map((each) => each.kind)
  return [...new Set(kinds)]
}
