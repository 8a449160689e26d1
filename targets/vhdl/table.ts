import type { Rom } from '../rtl/tables.js'
import { literal } from './expression.js'

/** A table as a constant array, by address. */
export function romConstant({ name, addressBits, width, entries }: Rom): readonly string[] {
  const lines = entries.map((bits, address) => `    ${address} => ${literal(bits, width)}`)
  return [
    `  type ${name}_type is array (0 to ${2 ** addressBits - 1}) of unsigned(${width - 1} downto 0);`,
    `  constant ${name} : ${name}_type := (`,
    lines.join(',\n'),
    '  );',
  ]
}
