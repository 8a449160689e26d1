import type { Control } from '../../../targets/control.js'
import type { NetlistBit, NetlistModule } from '../../tools/netlist-json.js'
import { Aig, FALSE, type Literal } from '../logic/aig.js'
import { equalBits } from '../logic/vectors.js'
import { Functions } from '../netlist/functions.js'
import { heldPorts, Nets } from '../netlist/nets.js'

/** The same netlist while its control ports have certain values. */
export interface Circumstances {
  /** No reset, and the clock is enabled. */
  readonly running: Nets
  /** The clock is not enabled, and there is no reset; null where every edge counts. */
  readonly stopped: Nets | null
  /** Whatever the clock enable says; null where there is no reset. */
  readonly resetting: Nets | null
}

export function circumstancesOf(module: NetlistModule, clock: string, control: Control): Circumstances {
  const reset = control.reset?.port
  const enable = control.clockEnable?.port
  const held = (resets: '0' | '1' | null, enables: '0' | '1' | null): Nets => {
    const values = new Map<string, '0' | '1'>()
    if (reset !== undefined && resets !== null) values.set(reset, resets)
    if (enable !== undefined && enables !== null) values.set(enable, enables)
    return new Nets(module, clock, heldPorts(module, values))
  }
  return {
    running: held('0', '1'),
    stopped: enable === undefined ? null : held('0', '0'),
    resetting: reset === undefined ? null : held('1', null),
  }
}

/** One step of a circuit: its nets now and after the next edge, as functions of registers and ports. */
export class Step {
  readonly aig = new Aig()
  readonly #functions: Functions

  constructor(readonly nets: Nets) {
    this.#functions = new Functions(this.aig, nets)
  }

  now(bits: readonly NetlistBit[]): readonly Literal[] {
    return this.#functions.bits(bits)
  }

  /** Null where some are no bits of registers. */
  next(bits: readonly NetlistBit[]): readonly Literal[] | null {
    const after: NetlistBit[] = []
    for (const bit of bits) {
      const taken = this.nets.afterEdge(bit)
      if (taken === null) return null
      after.push(taken)
    }
    return this.#functions.bits(after)
  }

  /** Never, where there are not as many of both. */
  equal(a: readonly Literal[], b: readonly Literal[]): Literal {
    return a.length === b.length ? equalBits(this.aig, a, b) : FALSE
  }
}
