/** Families of devices whose logic is built alike. */
export type Architecture =
  | 'uplus'
  | 'ultrascale'
  | 'series7'
  | 'versal'
  | 'agilex'
  | 'stratix10'
  | 'arria10'
  | 'cyclone10gx'
  | 'stratixv'
  | 'arriav'
  | 'cyclonev'
  | 'ecp5'
  | 'ice40'
  | 'gowin'

/** By the beginning of a name without vendor, spaces and case; the first that matches. */
const NAMES: readonly (readonly [RegExp, Architecture])[] = [
  [/^versal/, 'versal'],
  [/^(artix|kintex|virtex|zynq)?(uplus|ultrascaleplus)/, 'uplus'],
  [/^(kintex|virtex)?ultrascale|^(kintex|virtex)u$/, 'ultrascale'],
  [/^(artix|kintex|virtex|spartan)7|^7series|^zynq(7000)?$/, 'series7'],
  [/^agilex/, 'agilex'],
  [/^stratix10/, 'stratix10'],
  [/^arria10/, 'arria10'],
  [/^cyclone10gx/, 'cyclone10gx'],
  [/^stratix[v5]/, 'stratixv'],
  [/^arria[v5]/, 'arriav'],
  [/^cyclone[v5]/, 'cyclonev'],
  [/^ecp5/, 'ecp5'],
  [/^ice40/, 'ice40'],
  [/^(gowin|gw[125])/, 'gowin'],
]

/**
 * What a family is built like; null for one that nothing is known of. The one reading of a family's name, for delays,
 * cells, adders and calibration. It is the vendor's tool's, `virtexuplus`, or the data sheet's, `Virtex UltraScale+`.
 */
export function architectureOf(family: string): Architecture | null {
  const name = family
    .toLowerCase()
    .replace(/\+/g, 'plus')
    .replace(/[^a-z0-9]/g, '')
    .replace(/^(amd|xilinx|altera|intel|lattice)/, '')
  return NAMES.find(([beginning]) => beginning.test(name))?.[1] ?? null
}
