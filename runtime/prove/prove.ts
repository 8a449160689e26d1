import { numberOf } from '../../compiler/fixed/dyadic.js'
import type { FixedNode, NodeId } from '../../compiler/fixed/graph.js'
import { typeOfInterval } from '../../compiler/fixed/interval.js'
import { nodesBehind } from '../../compiler/fixed/nodes.js'
import { widthOf } from '../../compiler/fixed/type.js'
import { grouped } from '../../compiler/grouped.js'
import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import {
  designNotAsStated,
  designRefuted,
  intervalRefuted,
  netlistNotUnderstood,
} from '../../lang/diagnostics/messages/tools.js'
import type { Progress } from '../events.js'
import type { NetlistBit, NetlistModule } from '../tools/netlist-json.js'
import { UndefinedBit } from '../verify/netlist/words.js'
import type { Claim, Specification } from './claims.js'
import { type Circumstances, circumstancesOf } from './control/circumstances.js'
import { proveControl } from './control/control.js'
import type { Register } from './control/registers.js'
import { Established } from './established.js'
import { type Layout, layoutProblem } from './layout.js'
import type { Level } from './levels.js'
import type { Effort } from './logic/solver.js'
import type { Nets } from './netlist/nets.js'
import { nodeObligation, type Obligation, outputObligation, registerObligation } from './obligation.js'
import { outputsOf } from './outputs.js'
import type { Proof } from './proof.js'
import { type RangeLevel, RangeProver } from './ranges/prove-range.js'
import { type Exact, settle, type Witness } from './settle.js'
import { Tally } from './tally.js'
import { simulatedWitness } from './witness.js'

/** The flattened netlist of what was emitted. */
export interface ReadNetlist {
  readonly module: NetlistModule
  readonly reader: Proof['reader']
  /**
   * The signals inside stages whose names are a guess; others there may have no name at all. Null where every signal of the
   * text has its own.
   */
  readonly guessed: ReadonlySet<string> | null
}

export interface ProofOptions {
  /** What the solver may do in all, in propagated literals and gates. What that leaves open counts as `vectors`. */
  readonly effort?: number | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** Some minutes at most; what comes out must not depend on how fast a machine is. */
export const EFFORT = 50_000_000

/**
 * Proves that a netlist computes exactly what the graph says, by induction over the graph: assuming that the signals of
 * its operands hold their values, each signal holds its node's value for all of them, and no value leaves its interval.
 * Registers delay and ports place these values as stated. The first thing that is wrong is the error, with a
 * counterexample; what is neither proven nor refuted is counted as `vectors`.
 */
export function prove(
  specification: Specification,
  layout: Layout,
  netlist: ReadNetlist,
  options: ProofOptions = {},
): Result<Proof> {
  const problem = layoutProblem(layout, specification.graph, specification.latency, netlist.module)
  if (problem !== null) return { ok: false, error: designNotAsStated({ problem }) }
  try {
    const prover = new Prover(specification, layout, netlist, options)
    const error = prover.run()
    return error === null ? { ok: true, value: prover.tally.proof(netlist.reader) } : { ok: false, error }
  } catch (error) {
    if (error instanceof UndefinedBit) return { ok: false, error: netlistNotUnderstood({ problem: error.message }) }
    throw error
  }
}

class Prover {
  readonly tally = new Tally()
  readonly #circumstances: Circumstances
  readonly #established: Established
  /** While there is no reset and the clock is enabled. */
  readonly #nets: Nets
  readonly #ranges: RangeProver
  readonly #effort: Effort
  readonly #witness: Witness
  readonly #registers: Register[] = []

  constructor(
    readonly specification: Specification,
    readonly layout: Layout,
    readonly netlist: ReadNetlist,
    readonly options: ProofOptions,
  ) {
    const { clock, control } = layout
    this.#circumstances = circumstancesOf(netlist.module, clock, control)
    this.#nets = this.#circumstances.running
    this.#established = new Established(specification.graph, this.#nets)
    this.#ranges = new RangeProver(this.#established)
    this.#effort = { left: options.effort ?? EFFORT }
    this.#witness = simulatedWitness(specification.graph, { nets: this.#nets, clock, inputs: layout.inputs })
  }

  /** The first fault; null when there is none. */
  run(): Diagnostic | null {
    const { graph, claims } = this.specification
    const byNode = grouped(claims, ({ node }) => node)
    const live = nodesBehind(
      graph,
      graph.outputs.flatMap((port) => port.nodes),
    )
    for (let id = 0; id < graph.nodes.length; id++) {
      if (!live.has(id)) continue
      if (id % 256 === 0) this.#progress(id / graph.nodes.length)
      const node = this.#established.node(id)
      const range = this.#range(id, node)
      if (typeof range !== 'string') return range
      const own = byNode.get(id) ?? []
      if (own.length === 0 && range === 'vectors') this.tally.unseen(`n${id}`, node, 0)
      for (const claim of own) {
        const fault = this.#claim(claim, range)
        if (fault !== null) return fault
      }
    }
    // What the ports show is what the handshake hands on.
    return this.#control() ?? this.#outputs()
  }

  #control(): Diagnostic | null {
    // Of its own, so that a hard data path leaves some.
    const effort = { left: this.options.effort ?? EFFORT }
    return proveControl(this.#circumstances, this.layout, this.#registers, effort, this.tally)
  }

  #range(id: NodeId, node: FixedNode): RangeLevel | Diagnostic {
    // Its interval is all that says which value it has.
    if (node.kind === 'constant' && node.interval.low !== node.interval.high) {
      return designNotAsStated({ problem: `node ${id} of '${node.origin}' is a constant without a single value` })
    }
    const settled = this.#ranges.prove(id, this.#effort)
    if (settled.kind === 'refuted') {
      const { low, high, fraction } = node.interval
      const interval = `[${text({ integer: low, fraction })}, ${text({ integer: high, fraction })}] step 2^${-fraction}`
      return intervalRefuted({ node: id, layer: node.origin, value: text(settled), interval })
    }
    this.tally.range(settled.level)
    return settled.level
  }

  #claim(claim: Claim, range: RangeLevel): Diagnostic | null {
    const problem = this.#claimProblem(claim)
    if (problem !== null) return designNotAsStated({ problem })
    const bits = this.#nets.signal(claim.signal)
    const { guessed } = this.netlist
    const isGuess = guessed?.has(claim.signal) === true
    if (bits === undefined) {
      if (guessed !== null && isInside(claim.signal)) return this.#without(claim, range)
      return designNotAsStated({ problem: `there is no signal '${claim.signal}'` })
    }
    if (bits.length !== claim.width) {
      if (isGuess) return this.#without(claim, range)
      return designNotAsStated({
        problem: `the signal '${claim.signal}' has ${bits.length} bits, not ${claim.width}`,
      })
    }
    const obligation = this.#isFirst(claim)
      ? nodeObligation(this.#established, claim, bits, (node) => this.#element(node.port, node.element))
      : registerObligation(this.#established, claim, bits)
    if (isGuess) return this.#tryGuess(obligation, claim, range)
    const fault = this.#settle(obligation, range)
    if (obligation.part === 'register') this.#registers.push({ signal: claim.signal, stage: claim.stage, bits })
    this.#established.add(claim, bits)
    return fault
  }

  /** A guess that is proven is as good as any signal; any other is none. */
  #tryGuess(obligation: Obligation, claim: Claim, range: RangeLevel): null {
    const settled = settle(obligation, this.#established, this.#effort, this.#witness)
    if (settled.kind !== 'proven') return this.#without(claim, range)
    const level = range === 'vectors' ? range : settled.level
    this.tally.count(obligation, this.#established.node(claim.node), level)
    this.#established.add(claim, obligation.bits)
    return null
  }

  /** What reads a value without a signal is proven together with it. */
  #without({ node, signal, stage }: Claim, range: RangeLevel): null {
    if (range === 'vectors') this.tally.unseen(signal, this.#established.node(node), stage)
    return null
  }

  /**
   * What is wrong about a claim before any netlist is looked at. Everything behind this compares modulo 2^width, so the
   * width has to be that of the interval; and a port carries an input when it comes in, at no other time.
   */
  #claimProblem(claim: Claim): string | null {
    const { kind, interval } = this.#established.node(claim.node)
    const { signal, node, time, stage } = claim
    const type = typeOfInterval(interval)
    if (claim.width !== widthOf(type) || claim.signed !== (type.k === 1)) {
      const [claimed, needed] = [numberText(claim.width, claim.signed), numberText(widthOf(type), type.k === 1)]
      return `the signal '${signal}' is said to hold node ${node} as ${claimed}, and its interval takes ${needed}`
    }
    if (kind === 'input' && time !== 0 && this.#isFirst(claim)) {
      return `the signal '${signal}' is said to hold input node ${node} in stage ${stage + 1}, and no register holds it before`
    }
    return null
  }

  /** Nothing holds the value one clock edge before, so it is computed or comes in here. */
  #isFirst({ node, time }: Claim): boolean {
    return this.#established.holder(node, time - 1) === undefined
  }

  #outputs(): Diagnostic | null {
    for (const output of outputsOf(this.specification, this.layout, this.#nets)) {
      const fault = this.#settle(outputObligation(this.#established, output), 'rule')
      if (fault !== null) return fault
    }
    return null
  }

  #settle(obligation: Obligation, range: RangeLevel): Diagnostic | null {
    const node = this.#established.node(obligation.node)
    const settled = settle(obligation, this.#established, this.#effort, this.#witness)
    if (settled.kind === 'refuted') {
      const { operands, expected, found } = settled.counterexample
      return designRefuted({
        signal: obligation.subject,
        stage: obligation.stage,
        node: obligation.node,
        layer: node.origin,
        operands: operands.map(({ node: id, value }) => `n${id} = ${text(value)}`),
        expected: text(expected),
        found: text(found),
      })
    }
    const level: Level = settled.kind === 'open' || range === 'vectors' ? 'vectors' : settled.level
    this.tally.count(obligation, node, level)
    return null
  }

  #element(port: number, element: number): readonly NetlistBit[] {
    const stated = this.layout.inputs[port]
    const placed = stated?.elements[element]
    if (stated === undefined || placed === undefined) throw new Error(`there is no element ${element} of port ${port}`)
    return this.#nets.port(stated.name)?.slice(placed.offset, placed.offset + placed.width) ?? []
  }

  #progress(fraction: number): void {
    this.options.onProgress?.({ fraction, text: 'netlist = integer graph' })
  }
}

/** Whether a signal lies in a stage, so that nothing outside reads it by this name. */
function isInside(signal: string): boolean {
  return /\bstage\d+\.\w+$/.test(signal)
}

function numberText(width: number, signed: boolean): string {
  return `${signed ? 'a signed' : 'an unsigned'} number of ${width} bit${width === 1 ? '' : 's'}`
}

/** As a decimal number. */
function text({ integer, fraction }: Exact): string {
  return String(numberOf(integer, -fraction))
}
