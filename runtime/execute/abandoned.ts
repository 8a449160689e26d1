import type { Action } from '../../compiler/plan/action.js'
import type { Outcome } from './outcome.js'

/** Addresses of the actions that were not done although nothing that they depend on failed: something else did, or the user interrupted. */
export function abandonedActions(
  actions: ReadonlyMap<string, Action>,
  outcomes: ReadonlyMap<string, Outcome>,
): ReadonlySet<string> {
  const failing = new Map<string, boolean>()
  /** Whether an action failed, or one that it depends on, directly or not. */
  const fails = (address: string): boolean => {
    const known = failing.get(address)
    if (known !== undefined) return known
    const inputs = Object.values(actions.get(address)?.inputs ?? {})
    const found =
      outcomes.get(address)?.state === 'failed' ||
      inputs.some((input) => input.from === 'action' && fails(input.address))
    failing.set(address, found)
    return found
  }
  const cancelled = [...outcomes].flatMap(([address, { state }]) => (state === 'cancelled' ? [address] : []))
  return new Set(cancelled.filter((address) => !fails(address)))
}
