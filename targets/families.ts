/** How Yosys estimates a device family, and how its cells are counted. */
export interface YosysFlow {
  /** The line of a Yosys script that synthesizes `top`. */
  readonly command: (top: string) => string
  readonly count: CellCount
}

/** Which cell types make up each resource. What is in none of them costs nothing (carry chains, wide multiplexers). */
export interface CellCount {
  readonly lut: RegExp
  readonly ff: RegExp
  readonly dsp: RegExp
  readonly bram: RegExp
}

/**
 * LUT1 and INV fold into their neighbours and F-muxes stand beside the LUTs that feed them, so none of them counts.
 */
const XILINX: CellCount = {
  lut: /^LUT[2-6]$/,
  ff: /^FD[A-Z]+(_1)?$/,
  dsp: /^DSP/,
  bram: /^RAMB/,
}

/** In an arithmetic ALUT the carry chain shares the cell with a look-up table. */
const INTEL: CellCount = {
  lut: /^MISTRAL_ALUT([2-6]|_ARITH)$/,
  ff: /^MISTRAL_FF$/,
  dsp: /^MISTRAL_MUL/,
  bram: /^MISTRAL_M(10|20)K$/,
}

/** Null for a family that Yosys has no flow for. The name is the vendor's: `virtexuplus`; `UltraScale+` is understood too. */
export function yosysFlow(family: string): YosysFlow | null {
  const words = family
    .toLowerCase()
    .replace(/\+/g, 'plus')
    .replace(/[^a-z0-9]/g, '')
  const xilinx = (code: string): YosysFlow => ({
    command: (top) => `synth_xilinx -family ${code} -top ${top} -flatten -noiopad -noclkbuf -nodsp -nobram`,
    count: XILINX,
  })
  if (/ultrascaleplus|^(artix|kintex|virtex|zynq)uplus/.test(words)) return xilinx('xcup')
  if (/ultrascale|^(kintex|virtex)u$/.test(words)) return xilinx('xcu')
  if (/7series|^(artix|kintex|virtex|spartan)7|^zynq$/.test(words)) return xilinx('xc7')
  if (/cyclonev$|cyclone5/.test(words)) {
    return {
      command: (top) => `synth_intel_alm -family cyclonev -top ${top} -noiopad -noclkbuf -nodsp -nobram`,
      count: INTEL,
    }
  }
  return null
}

/**
 * Lines of a Yosys script, after reading and before synthesis, that keep copies of registers apart: Yosys merges equal
 * cells unless these, and not only their wires, say `keep`. None for a text without copies.
 */
export function keepingCopies(top: string, texts: readonly string[]): readonly string[] {
  if (!texts.some((text) => text.includes('(* keep'))) return []
  return [`hierarchy -top ${top}`, 'proc', 'setattr -set keep 1 a:keep %ci1 t:$*dff* %i']
}
