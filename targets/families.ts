import { architectureOf } from '../compiler/estimate/architecture.js'
import type { Resources } from './report.js'

/** How Yosys estimates a device family, and how its cells are counted. */
export interface YosysFlow {
  /** The line of a Yosys script that synthesizes `top`. */
  readonly command: (top: string) => string
  /** The devices whose cells it makes, where it has none of the family's own; else null. */
  readonly standIn: string | null
  readonly count: CellCount
  readonly lutUnit: Resources['lut']['unit']
  readonly bramKilobits: Resources['bram']['kilobits']
}

/**
 * Which cell types make up each resource, and how many of it one cell takes. What is in none of them costs nothing (carry
 * chains of AMD, wide multiplexers).
 */
export interface CellCount {
  /** Look-up tables that compute. */
  readonly lut: readonly CellWeight[]
  /** Look-up tables that are shift registers or memory. */
  readonly memory: readonly CellWeight[]
  readonly ff: readonly CellWeight[]
  readonly dsp: readonly CellWeight[]
  readonly bram: readonly CellWeight[]
  readonly carry: readonly CellWeight[]
}

export interface CellWeight {
  readonly type: RegExp
  readonly each: number
}

function one(type: RegExp): readonly CellWeight[] {
  return [{ type, each: 1 }]
}

/**
 * LUT1 and INV fold into their neighbours and F-muxes stand beside the LUTs that feed them, so none of them counts.
 */
const XILINX: CellCount = {
  lut: one(/^LUT[2-6]$/),
  memory: [
    { type: /^SRL/, each: 1 },
    { type: /^RAM(32|64)M/, each: 4 },
    { type: /^RAM(32|64)X1[DS]/, each: 1 },
  ],
  ff: one(/^FD[A-Z]+(_1)?$/),
  dsp: one(/^DSP/),
  bram: [
    { type: /^RAMB36/, each: 1 },
    { type: /^RAMB18/, each: 0.5 },
  ],
  carry: one(/^CARRY[48]$/),
}

/** In an arithmetic ALUT the carry chain shares the cell with a look-up table. */
const INTEL: CellCount = {
  lut: one(/^MISTRAL_ALUT([2-6]|_ARITH)$/),
  memory: [],
  ff: one(/^MISTRAL_FF$/),
  dsp: one(/^MISTRAL_MUL/),
  bram: one(/^MISTRAL_M(10|20)K$/),
  carry: one(/^MISTRAL_ALUT_ARITH$/),
}

/** A carry cell of two bits takes the places of two LUT4; a distributed memory those of four. */
const ECP5: CellCount = {
  lut: [
    { type: /^LUT4$/, each: 1 },
    { type: /^CCU2C$/, each: 2 },
  ],
  memory: [{ type: /^TRELLIS_DPR16X4$/, each: 4 }],
  ff: one(/^TRELLIS_FF$/),
  dsp: one(/^MULT18X18D$/),
  bram: one(/^(DP16KD|PDPW16KD)$/),
  carry: one(/^CCU2C$/),
}

/** The carry of a logic cell comes with its LUT4, which the flow makes a cell of its own. */
const ICE40: CellCount = {
  lut: one(/^SB_LUT4$/),
  memory: [],
  ff: one(/^SB_DFF/),
  dsp: one(/^SB_MAC16$/),
  bram: one(/^SB_RAM40_4K/),
  carry: one(/^SB_CARRY$/),
}

/** An ALU is a LUT4 with its carry. */
const GOWIN: CellCount = {
  lut: one(/^(LUT[1-4]|ALU)$/),
  memory: [{ type: /^RAM16SDP4$/, each: 4 }],
  ff: one(/^DFF/),
  dsp: one(/^MULT/),
  bram: one(/^(SP|SPX9|SDPB|SDPX9B|DPB|DPX9B|pROM|pROMX9)$/),
  carry: one(/^ALU$/),
}

const CYCLONE_V: YosysFlow = {
  command: (top) => `synth_intel_alm -family cyclonev -top ${top} -noiopad -noclkbuf -nodsp -nobram`,
  standIn: null,
  count: INTEL,
  lutUnit: 'ALUT',
  bramKilobits: 10,
}

/**
 * Null for a family that Yosys has no flow for, nor for one of the same cells: Versal has the LUT6 of UltraScale+, Arria 10,
 * Stratix 10 and Agilex have the adaptive logic modules of Cyclone V.
 */
export function yosysFlow(family: string): YosysFlow | null {
  switch (architectureOf(family)) {
    case 'versal':
      return xilinx('xcup', 'AMD UltraScale+')
    case 'uplus':
      return xilinx('xcup')
    case 'ultrascale':
      return xilinx('xcu')
    case 'series7':
      return xilinx('xc7')
    case 'agilex':
    case 'stratix10':
    case 'arria10':
    case 'cyclone10gx':
      return { ...CYCLONE_V, standIn: 'Altera Cyclone V', bramKilobits: 20 }
    case 'cyclonev':
      return CYCLONE_V
    case 'ecp5':
      return {
        command: (top) => `synth_ecp5 -top ${top} -nobram -nodsp`,
        standIn: null,
        count: ECP5,
        lutUnit: 'LUT4',
        bramKilobits: 18,
      }
    case 'ice40':
      return {
        command: (top) => `synth_ice40 -top ${top} -nobram`,
        standIn: null,
        count: ICE40,
        lutUnit: 'LUT4',
        bramKilobits: 4,
      }
    case 'gowin':
      return {
        command: (top) => `synth_gowin -top ${top} -nobram -noiopads`,
        standIn: null,
        count: GOWIN,
        lutUnit: 'LUT4',
        bramKilobits: 18,
      }
    case 'stratixv':
    case 'arriav':
    case null:
      return null
  }
}

function xilinx(code: string, standIn: string | null = null): YosysFlow {
  return {
    standIn,
    command: (top) => `synth_xilinx -family ${code} -top ${top} -flatten -noiopad -noclkbuf -nodsp -nobram`,
    count: XILINX,
    lutUnit: 'LUT6',
    bramKilobits: 36,
  }
}

/**
 * Lines of a Yosys script, after reading and before synthesis, that keep copies of registers apart: Yosys merges equal
 * cells unless these, and not only their wires, say `keep`. None for a text without copies.
 */
export function keepingCopies(top: string, texts: readonly string[]): readonly string[] {
  if (!texts.some((text) => text.includes('(* keep'))) return []
  return [`hierarchy -top ${top}`, 'proc', 'setattr -set keep 1 a:keep %ci1 t:$*dff* %i']
}
