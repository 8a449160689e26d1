import type { Control, Handshake } from '../../../targets/control.js'
import type { NetlistBit } from '../../tools/netlist-json.js'
import type { Literal } from '../logic/aig.js'
import type { Nets } from '../netlist/nets.js'
import { type Circumstances, Step } from './circumstances.js'
import { registerRules } from './registers.js'
import type { Rules } from './rule.js'

const VALID = 'valid'

/**
 * That a bit runs beside the core for what enters it at each edge, so that `arrived` is high exactly while the core shows what
 * it made of an input that was taken and not reset since.
 */
export function* validRules(circumstances: Circumstances, control: Control, handshake: Handshake): Rules {
  const { running } = circumstances
  const cycles = handshake.core.latencyCycles
  const step = new Step(running)
  const arrived = arrivedBit(running, handshake)
  if (arrived === null) return yield { problem: `there is no signal '${VALID}' of ${cycles} bits` }
  if (cycles > 0) {
    const bits = running.signal(VALID) ?? []
    const next = step.next(bits)
    if (next === null) return yield { problem: `'${VALID}' is no register` }
    const before = [takenNow(step, handshake), ...step.now(bits)]
    for (let index = 0; index < cycles; index++) {
      const text = `bit ${index} of '${VALID}' should be high when what is in the core for ${index + 1} cycles was an input`
      const goal = step.equal(next.slice(index, index + 1), before.slice(index, index + 1))
      yield { text, subject: `${VALID}[${index}]`, stage: index, aig: step.aig, goal }
    }
    yield* registerRules(circumstances, control, [{ signal: VALID, stage: 0, bits }])
  } else {
    const goal = step.equal(step.now([arrived]), [takenNow(step, handshake)])
    yield { text: "'taken' should be high when an input is taken", subject: 'taken', stage: 0, aig: step.aig, goal }
  }
  if (handshake.kind !== 'valid') return
  const text = `'${handshake.outValid}' should be high when the outputs are those of an input`
  const goal = step.equal(step.now(running.port(handshake.outValid) ?? []), step.now([arrived]))
  yield { text, subject: handshake.outValid, stage: cycles, aig: step.aig, goal }
}

/** The bit that says whether what the core shows is an output; null where no signal has it. */
export function arrivedBit(nets: Nets, { core: { latencyCycles } }: Handshake): NetlistBit | null {
  if (latencyCycles === 0) return nets.signal('taken')?.[0] ?? null
  const bits = nets.signal(VALID)
  return bits?.length === latencyCycles ? (bits.at(-1) ?? null) : null
}

/** Whether an input is taken at the next edge, as the ports say. */
export function takenNow(step: Step, { inValid, inReady }: Handshake): Literal {
  const ports = [inValid, inReady].flatMap((name) => (name === null ? [] : (step.nets.port(name) ?? [])))
  return step.aig.all(step.now(ports))
}
