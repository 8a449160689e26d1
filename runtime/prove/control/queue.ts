import type { Control, Handshake } from '../../../targets/control.js'
import { FALSE, type Literal, not } from '../logic/aig.js'
import { addBits, type Bits, constantBits, equalBits, lessBits, muxBits, resize } from '../logic/vectors.js'
import { type Circumstances, Step } from './circumstances.js'
import { type Register, registerRules } from './registers.js'
import type { Rule, Rules } from './rule.js'
import { arrivedBit, takenNow } from './valid.js'

const COUNTERS = ['free', 'head', 'tail', 'waiting'] as const
const FLAGS = ['ready', 'some'] as const
type Name = (typeof COUNTERS)[number] | (typeof FLAGS)[number]

/** Numbers at one time, all of one width that holds the sum of any three; flags are 0 or 1. */
type State = { readonly [Each in Name]: Bits }

/**
 * That the counters beside the places behind the core count: by induction over one edge, assuming the invariant
 *
 * - some = (waiting > 0), and ready only where free > 0
 * - head, tail < places, and tail = head + waiting modulo places
 * - free + waiting + the high bits of `valid` = places
 *
 * of which the last follows, for the next edge too, from what is shown of its summands. So an input is taken only when there
 * is a place for what becomes of it, and no output is written where another one waits.
 */
export function* queueRules(circumstances: Circumstances, control: Control, handshake: Handshake): Rules {
  const { running } = circumstances
  const stage = handshake.core.latencyCycles
  const arrivedAt = arrivedBit(running, handshake)
  if (arrivedAt === null) return
  const registers: Register[] = []
  for (const signal of [...COUNTERS, ...FLAGS]) {
    const bits = running.signal(signal)
    if (bits === undefined || bits.some((bit) => running.register(bit) === null))
      return yield { problem: `there is no register '${signal}'` }
    registers.push({ signal, stage, bits })
  }
  const step = new Step(running)
  const width = Math.max(handshake.places.toString(2).length, ...registers.map(({ bits }) => bits.length)) + 2
  const stateOf = (numberOf: (register: Register) => Bits | null): State =>
    // One register of each name is in the list.
    Object.fromEntries(
      registers.map((each) => [each.signal, resize(numberOf(each) ?? [], width, false)]),
    ) as unknown as State
  const now = stateOf(({ bits }) => step.now(bits))
  const next = stateOf(({ bits }) => step.next(bits))
  const arrived = step.now([arrivedAt])[0] ?? FALSE
  yield* counting(new Arithmetic(step, handshake.places, width), handshake, now, next, arrived)
  const cleared = BigInt(handshake.places)
  yield* registerRules(
    circumstances,
    control,
    registers.map((each) => (each.signal === 'free' ? { ...each, cleared } : each)),
  )
}

function* counting(
  numbers: Arithmetic,
  handshake: Handshake,
  now: State,
  next: State,
  arrived: Literal,
): Iterable<Rule> {
  const { step } = numbers
  const { aig } = step
  const stage = handshake.core.latencyCycles
  const port = (name: string | null): Bits => step.now(step.nets.port(name ?? '') ?? [])
  const taken = takenNow(step, handshake)
  const gone = aig.all([...port(handshake.outValid), ...port(handshake.outReady)])
  // An input in the core has a place that is neither free nor filled; without a core, none has.
  const promised = stage > 0 ? arrived : FALSE
  const facts = [
    ...numbers.invariant(now),
    numbers.atMost(numbers.sum(now.free, now.waiting, [promised]), numbers.places),
    aig.or(not(aig.any(port(handshake.inReady))), numbers.positive(now.free)),
    step.equal(port(handshake.outValid), [numbers.positive(now.waiting)]),
  ]
  const rule = (subject: string, text: string, goal: Literal): Rule => ({ text, subject, stage, aig, goal, facts })
  const { inReady, outValid } = handshake
  yield rule(`${inReady}`, `'${inReady}' should be what 'ready' is`, step.equal(port(inReady), now.ready.slice(0, 1)))
  yield rule(outValid, `'${outValid}' should be what 'some' is`, step.equal(port(outValid), now.some.slice(0, 1)))
  yield rule(
    'free',
    "'free' should lose a place when an input is taken, and win one when an output is gone",
    numbers.equal(numbers.sum(next.free, [taken]), numbers.sum(now.free, [gone])),
  )
  yield rule(
    'waiting',
    "'waiting' should count up when an output arrives, and down when one is gone",
    numbers.equal(numbers.sum(next.waiting, [gone]), numbers.sum(now.waiting, [arrived])),
  )
  yield rule(
    'head',
    "'head' should be the place after the one that an output is gone from",
    numbers.moves(now.head, next.head, gone),
  )
  yield rule(
    'tail',
    "'tail' should be the place after the one that an output was written to",
    numbers.moves(now.tail, next.tail, arrived),
  )
  yield rule(
    'ready',
    "'ready' should be high when a place is free",
    numbers.equal(next.ready, [numbers.positive(next.free)]),
  )
  yield rule(
    'some',
    "'some' should be high when an output waits",
    numbers.equal(next.some, [numbers.positive(next.waiting)]),
  )
  yield rule(
    'free',
    'places that are free, promised and filled should stay as many as there are',
    numbers.equal(numbers.sum(next.free, next.waiting, [taken]), numbers.sum(now.free, now.waiting, [arrived])),
  )
  yield rule(
    'waiting',
    'an output should never be written where another one waits',
    not(aig.and(arrived, numbers.equal(now.waiting, numbers.places))),
  )
  yield rule('tail', "'tail' should stay the place behind the last output that waits", aig.all(numbers.invariant(next)))
}

/** Sums and comparisons of numbers that stay below 2^width. */
class Arithmetic {
  readonly places: Bits

  constructor(
    readonly step: Step,
    places: number,
    readonly width: number,
  ) {
    this.places = constantBits(BigInt(places), width)
  }

  sum(...numbers: readonly Bits[]): Bits {
    return numbers.map((each) => resize(each, this.width, false)).reduce((a, b) => addBits(this.step.aig, a, b))
  }

  equal(a: Bits, b: Bits): Literal {
    return equalBits(this.step.aig, resize(a, this.width, false), resize(b, this.width, false))
  }

  atMost(a: Bits, b: Bits): Literal {
    return not(lessBits(this.step.aig, b, a, false))
  }

  positive(a: Bits): Literal {
    return this.step.aig.any(a)
  }

  /** To the next place where `moved`, behind the last of which comes the first. */
  moves(now: Bits, next: Bits, moved: Literal): Literal {
    const { aig } = this.step
    const one = constantBits(1n, this.width)
    const further = this.sum(now, one)
    const wrapped = muxBits(aig, this.equal(further, this.places), constantBits(0n, this.width), further)
    return this.equal(next, muxBits(aig, moved, wrapped, now))
  }

  invariant({ head, tail, waiting }: State): readonly Literal[] {
    const { places } = this
    const { aig } = this.step
    const behind = this.sum(head, waiting)
    return [
      lessBits(aig, head, places, false),
      lessBits(aig, tail, places, false),
      this.atMost(waiting, places),
      aig.or(this.equal(tail, behind), this.equal(this.sum(tail, places), behind)),
    ]
  }
}
