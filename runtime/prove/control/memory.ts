import type { Handshake } from '../../../targets/control.js'
import type { PortLayout } from '../../../targets/design.js'
import type { NetlistBit } from '../../tools/netlist-json.js'
import { FALSE } from '../logic/aig.js'
import { resize } from '../logic/vectors.js'
import type { MemoryGate } from '../netlist/gate.js'
import { Nets } from '../netlist/nets.js'
import { type Circumstances, Step } from './circumstances.js'
import type { Rules } from './rule.js'
import { arrivedBit } from './valid.js'

/** The places in which outputs wait; null where that is no single memory. */
export function placesOf(nets: Nets): MemoryGate | null {
  const [memory, another] = nets.memories
  return memory === undefined || another !== undefined ? null : memory
}

/** The nets while an output arrives: what is written then, and where. */
export function whileArriving(nets: Nets, clock: string, handshake: Handshake): Nets | null {
  const bit = arrivedBit(nets, handshake)
  if (bit === null) return null
  return typeof bit === 'number' ? new Nets(nets.module, clock, new Map([...nets.held, [bit, '1']])) : nets
}

/** That what arrives is written to place `tail`, nothing else is written, and the ports show place `head`. */
export function* memoryRules(
  { running }: Circumstances,
  clock: string,
  handshake: Handshake,
  outputs: readonly PortLayout[],
): Rules {
  const arriving = whileArriving(running, clock, handshake)
  const arrivedAt = arrivedBit(running, handshake)
  if (arriving === null || arrivedAt === null || outputs.every(({ bits }) => bits === 0)) return
  const memory = placesOf(running)
  if (memory === null || memory.words < handshake.places)
    return yield { problem: `there is no memory of ${handshake.places} places` }
  const stage = handshake.core.latencyCycles
  const [always, then] = [new Step(running), new Step(arriving)]
  const about = { subject: 'places', stage }
  const same = (step: Step, address: readonly NetlistBit[], signal: string): number => {
    const place = step.now(step.nets.signal(signal) ?? [])
    const width = Math.max(address.length, place.length)
    return place.length === 0 ? FALSE : step.equal(resize(step.now(address), width, false), resize(place, width, false))
  }
  const arrived = always.now([arrivedAt])[0] ?? FALSE
  const enabled = always.aig.all(always.now(memory.writeEnable).map((bit) => always.equal([bit], [arrived])))
  yield {
    ...about,
    text: 'a place should be written when an output arrives, and at no other edge',
    aig: always.aig,
    goal: enabled,
  }
  yield {
    ...about,
    text: "what arrives should be written to place 'tail'",
    aig: then.aig,
    goal: same(then, memory.writeAddress, 'tail'),
  }
  let low = 0
  let shown = true
  for (const { name, bits } of outputs) {
    const wires = running.port(name) ?? []
    shown &&= wires.every((bit, index) => bit === memory.y[low + index])
    low += bits
  }
  const goal = shown ? same(always, memory.readAddress, 'head') : FALSE
  yield { ...about, text: "the outputs should show place 'head'", aig: always.aig, goal }
}
