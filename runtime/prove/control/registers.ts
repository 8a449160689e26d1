import type { Control } from '../../../targets/control.js'
import type { NetlistBit } from '../../tools/netlist-json.js'
import { FALSE, type Literal, TRUE } from '../logic/aig.js'
import { type Circumstances, Step } from './circumstances.js'
import type { Rules } from './rule.js'

/** Bits that registers hold. */
export interface Register {
  readonly signal: string
  readonly stage: number
  readonly bits: readonly NetlistBit[]
}

/**
 * That registers keep their values while the clock is not enabled, and that a reset gives each the value `cleared`, in the way
 * that is stated and before the clock enable. What they load else is for others to say.
 */
export function* registerRules(
  { stopped, resetting }: Circumstances,
  { reset, clockEnable }: Control,
  registers: Iterable<Register & { readonly cleared?: bigint }>,
): Rules {
  const stop = stopped === null ? null : new Step(stopped)
  const clear = resetting === null ? null : new Step(resetting)
  for (const { signal, stage, bits, cleared = 0n } of registers) {
    if (stop !== null && clockEnable !== null) {
      const kept = stop.next(bits)
      if (kept === null) yield { problem: `'${signal}' is no register` }
      else {
        const goal = stop.equal(kept, stop.now(bits))
        yield {
          text: `'${signal}' should keep its value while '${clockEnable.port}' is low`,
          subject: signal,
          stage,
          aig: stop.aig,
          goal,
        }
      }
    }
    if (clear !== null && reset !== null) {
      const taken = clear.next(bits)
      const asynchronous = reset.kind === 'asynchronous'
      const stated = bits.every((bit) => (clear.nets.register(bit)?.gate.reset != null) === asynchronous)
      const value = bits.map((_, index): Literal => (((cleared >> BigInt(index)) & 1n) === 1n ? TRUE : FALSE))
      const when = asynchronous ? `while '${reset.port}' is high` : `after an edge at which '${reset.port}' is high`
      const text = `'${signal}' should be ${cleared} ${when}`
      if (taken === null) yield { problem: `'${signal}' is no register` }
      else yield { text, subject: signal, stage, aig: clear.aig, goal: stated ? clear.equal(taken, value) : FALSE }
    }
  }
}
