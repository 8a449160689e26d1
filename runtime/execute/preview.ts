import type { Action, Plan } from '../../compiler/plan/action.js'
import type { Fingerprints } from '../packaging/identity.js'
import type { ActionRecord } from '../store/record.js'
import type { Store } from '../store/store.js'
import { decide, outputOf } from './decide.js'
import type { ReadOutput, Sources } from './execute.js'

/**
 * What a build would do with an action: `hit`, found in the store; `run`; or `follows`, which is settled only when
 * something before it has run: if that gives what it gave before, the stored result still holds.
 */
export interface Preview {
  readonly action: Action
  readonly state: 'hit' | 'run' | 'follows'
  readonly record: ActionRecord | null
}

export interface PreviewRequest {
  readonly plan: Plan
  readonly store: Store
  readonly fingerprints: Fingerprints
  readonly sources: Sources
  readonly expand?: (action: Action, read: ReadOutput) => Promise<readonly Action[]>
}

/** Decides about each action as `execute` would, and runs none. A file that cannot be read makes its action `run`. */
export async function preview(request: PreviewRequest): Promise<readonly Preview[]> {
  const previews: Preview[] = []
  const records = new Map<string, ActionRecord>()
  const read: ReadOutput = async (address, role) => {
    const record = records.get(address)
    const content = record === undefined ? null : await request.store.read(outputOf(record, role))
    if (content === null) throw new DamagedResult()
    return content
  }
  const queue = [...request.plan.actions]
  for (let action = queue.shift(); action !== undefined; action = queue.shift()) {
    const settled = Object.values(action.inputs).every((input) => input.from === 'file' || records.has(input.address))
    if (!settled) {
      previews.push({ action, state: 'follows', record: null })
      continue
    }
    const record = await find(action, request, records)
    if (record === null) {
      previews.push({ action, state: 'run', record: null })
      continue
    }
    records.set(action.address, record)
    try {
      queue.push(...((await request.expand?.(action, read)) ?? []))
      previews.push({ action, state: 'hit', record })
    } catch (error) {
      if (!(error instanceof DamagedResult)) throw error
      records.delete(action.address)
      previews.push({ action, state: 'run', record: null })
    }
  }
  return previews
}

class DamagedResult extends Error {}
class Unreadable extends Error {}

async function find(
  action: Action,
  request: PreviewRequest,
  records: ReadonlyMap<string, ActionRecord>,
): Promise<ActionRecord | null> {
  try {
    const decision = await decide(action, {
      store: request.store,
      fingerprints: request.fingerprints,
      sourceDigest: (path) => request.sources.digest(path).catch(() => Promise.reject(new Unreadable(path))),
      outputDigest: (address, role) => {
        const record = records.get(address)
        if (record === undefined) throw new Error(`${address} is not known`)
        return outputOf(record, role).digest
      },
    })
    return decision.record
  } catch (error) {
    if (error instanceof Unreadable) return null
    throw error
  }
}
