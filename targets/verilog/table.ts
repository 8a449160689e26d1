import type { Rom } from '../rtl/tables.js'
import { literal } from './expression.js'

/** A function that is a table: one case for each address. Others never come, so a synthesizer may choose what they give. */
export function romFunction({ name, addressBits, width, entries }: Rom): readonly string[] {
  const cases = entries.map(
    ([address, bits]) => `      ${literal(address, addressBits)}: ${name} = ${literal(bits, width)};`,
  )
  return [
    `  function [${width - 1}:0] ${name};`,
    `    input [${addressBits - 1}:0] address;`,
    '    case (address)',
    ...cases,
    `      default: ${name} = {${width}{1'bx}};`,
    '    endcase',
    '  endfunction',
  ]
}
