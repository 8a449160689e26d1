import type { Screening } from '../engine.js'
import type { Machine, Parts } from './machine.js'
import type { NetworkPlan } from './network-plan.js'

/** Quantizers that gave nothing but zeros in the pass that a plan has just made, in the order of their operations. */
export function deadQuantizers(machine: Machine, parts: Parts, plan: NetworkPlan): Screening['dead'] {
  const dead = new Map<string, { readonly id: number; readonly what: 'weights' | 'outputs' }>()
  const alive = new Set<string>()
  const note = (id: number, path: string, what: 'weights' | 'outputs', isAlive: boolean): void => {
    if (isAlive) alive.add(path)
    else dead.set(path, { id, what })
  }
  for (const { operation, address, elements } of plan.quantizedConstants) {
    // A bias may well be zero, and starts so.
    if (operation.place === 'bias') continue
    note(operation.id, operation.path, 'weights', hasNonZero(machine, address, elements))
  }
  // Without rows nothing can be said of data.
  for (const { operation, greatest, elements } of parts.count > 0 ? plan.observed : []) {
    let isAlive = false
    for (let part = 0; part < parts.count && !isAlive; part++)
      isAlive = hasNonZero(machine, parts.address + part * parts.bytes + greatest, elements)
    note(operation.id, operation.path, 'outputs', isAlive)
  }
  return [...dead]
    .filter(([path]) => !alive.has(path))
    .sort(([, a], [, b]) => a.id - b.id)
    .map(([path, { what }]) => ({ path, what }))
}

function hasNonZero(machine: Machine, address: number, elements: number): boolean {
  return machine.floats(address, elements).some((value) => value !== 0)
}
