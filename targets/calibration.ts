import { architectureOf } from '../compiler/estimate/architecture.js'

/** What a vendor's tool is expected to count for every one that is counted here. */
export interface Scale {
  readonly low: number
  readonly central: number
  readonly high: number
}

/** A count of a vendor's tool as it is expected: whole cells. */
export type Range = { readonly low: number; readonly central: number; readonly high: number }

/** How the counts of Yosys and the cost of an adder graph relate to what the vendor's tool counts after routing. */
export interface Calibration {
  /** The tool that the ranges are about, as the user knows it. */
  readonly tool: string
  /** Of the counts of the package's Yosys flow for the family. */
  readonly yosys: { readonly lut: Scale; readonly ff: Scale; readonly dsp: Scale }
  /** Of the cost of the adder graph (`compiler/estimate/cost.ts`), below and from a cost on. */
  readonly adderGraph: { readonly from: number; readonly large: Scale; readonly small: Scale }
  /** Of the bits that are registered. */
  readonly registerBits: Scale
  /** Where the numbers come from. */
  readonly source: string
}

function within(central: number, share: number): Scale {
  return { low: central * (1 - share), central, high: central * (1 + share) }
}

const EXACT: Scale = { low: 1, central: 1, high: 1 }

/**
 * UltraScale+. Yosys: seven published designs (jet taggers, muon tracker) that Vivado 2025.1 routed on VU13P, their RTL
 * counted by Yosys 0.23: adder graphs have 2.9 to 8.4 % more LUTs in Yosys, which does not pair small ones, and 4.3 to
 * 11.8 % of its registers more than remain in Vivado. Adder graph: 20 published designs of 34 000 to 302 000 cost, LUT / cost
 * 0.969 to 1.132. Smaller ones spread much wider, from 0.57 (few bits per stage; half of an adder's bits need no table) to
 * 1.06. Registers: some become shift registers, which count as LUTs.
 */
const ULTRASCALE_PLUS: Calibration = {
  tool: 'Vivado',
  yosys: { lut: within(0.94, 0.08), ff: within(0.91, 0.05), dsp: EXACT },
  adderGraph: { from: 30_000, large: within(1.05, 0.08), small: { low: 0.55, central: 0.85, high: 1.1 } },
  registerBits: { low: 0.6, central: 0.85, high: 1 },
  source: 'published designs on VU13P, routed by Vivado 2025.1',
}

/** Null for a family whose estimates were never compared with its vendor's tool. */
export function calibrationOf(family: string): Calibration | null {
  return architectureOf(family) === 'uplus' ? ULTRASCALE_PLUS : null
}

/** The scale for an adder graph of a given cost. */
export function adderGraphScale({ adderGraph }: Calibration, cost: number): Scale {
  return cost < adderGraph.from ? adderGraph.small : adderGraph.large
}

/** A count in terms of the vendor's tool. The ends are rounded outwards. */
export function scaled(count: number, scale: Scale): Range {
  // Products of decimal fractions: 100 · 1.05 is not to become 106 by its last digit.
  const tidy = (value: number): number => Number(value.toPrecision(12))
  return {
    low: Math.floor(tidy(count * scale.low)),
    central: Math.round(tidy(count * scale.central)),
    high: Math.ceil(tidy(count * scale.high)),
  }
}
