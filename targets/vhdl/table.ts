import type { Rom } from '../rtl/tables.js'
import { literal } from './expression.js'

/** A constant array that is a table. Addresses that are left out never come, so a synthesizer may choose what they give. */
export function romConstant({ name, addressBits, width, entries }: Rom): readonly string[] {
  const size = 2 ** addressBits
  const lines = entries.map(([address, bits]) => `    ${address} => ${literal(bits, width)}`)
  if (entries.length < size) lines.push("    others => (others => '-')")
  return [
    `  type ${name}_type is array (0 to ${size - 1}) of unsigned(${width - 1} downto 0);`,
    `  constant ${name} : ${name}_type := (`,
    lines.join(',\n'),
    '  );',
  ]
}
