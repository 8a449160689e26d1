import type { TargetSpec } from '../../lang/program.js'
import { type Architecture, architectureOf } from './architecture.js'

/**
 * Families whose logic adds three operands in the cells of two.
 *
 * AMD, 7 series to UltraScale+: a LUT6 of two outputs makes the sum bit of a 3:2 compressor and its carry, which reaches the
 * next bit's carry input through the bypass of the slice (US patent 7 274 211; UG474, UG574: DI comes from O5 or from
 * AX … HX). In Versal both outputs of the table feed its own carry and the bypass does not (AM005), so it has none.
 *
 * Altera, up to Arria 10: the shared arithmetic mode of the adaptive logic module (Arria 10 Core Fabric Handbook, 1.2.4).
 * Stratix 10 and Agilex do not have the mode (Hyperflex Architecture High-Performance Design Handbook, 2.4.2.17).
 *
 * A LUT4 beside its carry has no room for a compressor: iCE40, ECP5, Gowin.
 */
const ARCHITECTURES: ReadonlySet<Architecture | null> = new Set([
  ...(['series7', 'ultrascale', 'uplus'] as const),
  ...(['arria10', 'cyclone10gx', 'stratixv', 'arriav', 'cyclonev'] as const),
])

export function hasTernaryAdders(family: string): boolean {
  return ARCHITECTURES.has(architectureOf(family))
}

/**
 * Whether a target's design gets three-input adders: as it says, else where the family has them and the tool makes them of
 * `a + b + c`. Vivado and Quartus do (Quartus Prime Design Recommendations, 2.6.3.2); Yosys makes a row of compressors and an
 * adder of it, and high-level synthesis regroups sums by itself.
 */
export function usesTernaryAdders({ ternaryAdders, tool, device }: TargetSpec): boolean {
  return ternaryAdders ?? ((tool === 'vivado' || tool === 'quartus') && hasTernaryAdders(device.family))
}
