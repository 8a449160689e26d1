import type { Slice } from '../rtl/operand.js'
import type { Rom } from '../rtl/tables.js'
import { literal, slice } from './expression.js'

/** A table as one constant for each bit of its entries, of which an address picks a bit: logic, and no memory. */
export function romConstants({ name, addressBits, width, entries }: Rom): readonly string[] {
  const size = 2 ** addressBits
  return Array.from({ length: width }, (_, bit) => {
    const column = entries.map((entry) => ((entry >> BigInt(bit)) & 1n ? '1' : '0'))
    const value = BigInt(`0b${column.reverse().join('')}`)
    return `  localparam [${size - 1}:0] ${bitName(name, bit)} = ${literal(value, size)};`
  })
}

/** The entry at an address, of so many bits. A concatenation is unsigned, as an index has to be. */
export function romEntry(table: string, address: Slice, width: number): string {
  const index = `{${slice(address)}}`
  const bits = Array.from({ length: width }, (_, at) => `${bitName(table, width - 1 - at)}[${index}]`)
  return width === 1 ? (bits[0] as string) : `{${bits.join(', ')}}`
}

function bitName(table: string, bit: number): string {
  return `${table}_bit${bit}`
}
