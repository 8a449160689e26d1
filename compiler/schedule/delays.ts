import { type Architecture, architectureOf } from '../estimate/architecture.js'
import type { FixedGraph, Term } from '../fixed/graph.js'
import { typeOfInterval } from '../fixed/interval.js'
import { type Logic, logicOf, productLevels } from '../fixed/logic.js'
import { nodeAt } from '../fixed/nodes.js'

/**
 * How long logic takes on a family of devices, in ns. Estimates for the middle speed grade, from the vendors' switching
 * characteristics rounded up: a look-up table with the wire to the next one, and the carry chain per bit. Placed and
 * routed designs differ by tens of percent; only synthesis tells.
 */
export interface DelayModel {
  /** The devices that these are the delays of: `AMD 7 series`. */
  readonly devices: string
  /** One look-up table. */
  readonly logicNs: number
  /** The wire in front of it. */
  readonly routeNs: number
  readonly carryPerBitNs: number
  /** Clock to output of a register, plus set-up. */
  readonly registerNs: number
  /**
   * By how much a sum of three is slower than one of two. AMD: the compressor's carry leaves a look-up table and goes to that
   * of the next bit by general routing, a table and a wire more (Kumm and Zipf, Efficient High Speed Compression Trees on
   * Xilinx FPGAs, 2014, measure half the speed of a two-input adder). Altera's shared arithmetic mode: a wire of its own
   * leads there, so one step of carry, which `carryBits` counts.
   */
  readonly thirdOperandNs: number
}

/** A family in which a third operand takes a look-up table more, with the wire in front of it. */
function behindTables(model: Omit<DelayModel, 'thirdOperandNs'>): DelayModel {
  return { ...model, thirdOperandNs: model.logicNs + model.routeNs }
}

const ULTRASCALE_PLUS = behindTables({
  devices: 'AMD UltraScale+',
  logicNs: 0.15,
  routeNs: 0.3,
  carryPerBitNs: 0.015,
  registerNs: 0.12,
})
const ULTRASCALE = behindTables({
  devices: 'AMD UltraScale',
  logicNs: 0.19,
  routeNs: 0.38,
  carryPerBitNs: 0.02,
  registerNs: 0.17,
})
const SERIES_7 = behindTables({
  devices: 'AMD 7 series',
  logicNs: 0.25,
  routeNs: 0.5,
  carryPerBitNs: 0.03,
  registerNs: 0.45,
})
const VERSAL = behindTables({
  devices: 'AMD Versal',
  logicNs: 0.14,
  routeNs: 0.3,
  carryPerBitNs: 0.015,
  registerNs: 0.12,
})
const AGILEX = behindTables({
  devices: 'Altera Agilex',
  logicNs: 0.16,
  routeNs: 0.32,
  carryPerBitNs: 0.016,
  registerNs: 0.14,
})
const ARRIA_10: DelayModel = {
  devices: 'Altera Arria 10',
  logicNs: 0.22,
  routeNs: 0.42,
  carryPerBitNs: 0.025,
  registerNs: 0.25,
  thirdOperandNs: 0,
}

const MODELS: ReadonlyMap<Architecture | null, DelayModel> = new Map([
  ['uplus', ULTRASCALE_PLUS],
  ['ultrascale', ULTRASCALE],
  ['series7', SERIES_7],
  ['versal', VERSAL],
  ['agilex', AGILEX],
  ['arria10', ARRIA_10],
])

/** The delays of other devices for families of which none are at hand. Stratix 10 has the Hyperflex architecture of Agilex. */
const STAND_INS: ReadonlyMap<Architecture | null, DelayModel> = new Map([['stratix10', AGILEX]])

/** The family's delays; where none are at hand those of another (`borrowedDelays`), at last of the slowest in the list. */
export function delayModelOf(family: string): DelayModel {
  const architecture = architectureOf(family)
  return MODELS.get(architecture) ?? STAND_INS.get(architecture) ?? SERIES_7
}

/** The devices whose delays stand in for those of a family; null where they are its own. */
export function borrowedDelays(family: string): string | null {
  return MODELS.has(architectureOf(family)) ? null : delayModelOf(family).devices
}

/** Estimated delay of every node behind its operands, ns. Wiring (casts, shifts, constants, inputs) takes none. */
export function nodeDelays(graph: FixedGraph, model: DelayModel): readonly number[] {
  const level = model.logicNs + model.routeNs
  const delayOf = (logic: Logic): number => {
    switch (logic.kind) {
      case 'wires':
        return 0
      case 'sum':
        return sumDelay(logic.terms, graph, model)
      case 'negation':
      case 'comparison':
        return carryDelay(logic.bits, model)
      case 'choice':
        return level
      case 'product':
        return productLevels(logic.narrow) * carryDelay(logic.wide + 1, model)
      case 'table':
        // Tables of six inputs, then two-way choices between them; the choices of two inputs fit into one level.
        return level * (1 + Math.ceil(Math.max(0, logic.inputs - 6) / 2))
    }
  }
  return graph.nodes.map((node) => delayOf(logicOf(node, graph)))
}

/** Estimated delay of a sum of two or three terms, ns. */
export function sumDelay(terms: readonly Term[], graph: FixedGraph, model: DelayModel): number {
  const bits = carryBits(terms, graph)
  return carryDelay(bits, model) + (terms.length > 2 && bits > 0 ? model.thirdOperandNs : 0)
}

function carryDelay(bits: number, model: DelayModel): number {
  return bits <= 0 ? 0 : model.logicNs + model.routeNs + model.carryPerBitNs * bits
}

/**
 * Bits through which a carry of a sum of two or three terms can run: from where a second one begins to overlap (or a negated
 * one begins) to the top. 0 for terms that are merely put side by side.
 */
export function carryBits(terms: readonly Term[], graph: FixedGraph): number {
  if (terms.length < 2 || terms.length > 3)
    throw new Error(`no adder has ${terms.length} operands: schedule optimized graphs`)
  const spans = terms
    .map(({ node, shift, negate }) => {
      const { interval } = nodeAt(graph, node)
      const { i } = typeOfInterval(interval)
      return { low: shift - interval.fraction, top: shift + i, plain: !negate && interval.low >= 0n, negate }
    })
    .sort((a, b) => a.low - b.low)
  // Unsigned operands that don't overlap are put side by side.
  const apart = spans.every(({ low, plain }, at) => plain && (at === 0 || (spans[at - 1]?.top ?? low) <= low))
  if (apart) return 0
  const overlap = spans[1]?.low ?? 0
  const low = spans.reduce((least, span) => (span.negate ? Math.min(least, span.low) : least), overlap)
  return spans.reduce((most, { top }) => Math.max(most, top), low) + terms.length - 1 - low
}
