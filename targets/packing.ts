import { powerOfTwo } from '../compiler/numeric/exponent.js'
import type { PortLayout } from './design.js'

/**
 * One row of a port as the bits of its bus: element 0 lowest, each in two's complement at its own width.
 * `values` holds rows × elements real numbers on the grids of the elements. Exact: a double carries every element of
 * at most 53 bits.
 */
export function packRow(port: PortLayout, values: Float64Array, row: number): bigint {
  let bits = 0n
  const base = row * port.elements.length
  for (let index = port.elements.length - 1; index >= 0; index--) {
    const element = port.elements[index]
    if (element === undefined || element.width === 0) continue
    const integer = BigInt((values[base + index] ?? 0) * powerOfTwo(element.f))
    bits = (bits << BigInt(element.width)) | BigInt.asUintN(element.width, integer)
  }
  return bits
}

/** The inverse of `packRow`: writes the real numbers of one row into `values`. */
export function unpackRow(port: PortLayout, bits: bigint, values: Float64Array, row: number): void {
  const base = row * port.elements.length
  port.elements.forEach((element, index) => {
    const field = bits >> BigInt(element.offset)
    const integer = element.k === 1 ? BigInt.asIntN(element.width, field) : BigInt.asUintN(element.width, field)
    values[base + index] = Number(integer) * powerOfTwo(-element.f)
  })
}

/** All rows of several ports, each row one number: the first port lowest. */
export function packRows(
  ports: readonly PortLayout[],
  columns: readonly Float64Array[],
  rows: number,
): readonly bigint[] {
  const packed: bigint[] = []
  for (let row = 0; row < rows; row++) {
    let bits = 0n
    for (let index = ports.length - 1; index >= 0; index--) {
      const port = ports[index]
      const values = columns[index]
      if (port === undefined || values === undefined) continue
      bits = (bits << BigInt(port.bits)) | packRow(port, values, row)
    }
    packed.push(bits)
  }
  return packed
}

/** A file for `$readmemh`: one number per line, as many digits as `bits` need. */
export function hexLines(numbers: readonly bigint[], bits: number): string {
  const digits = Math.max(1, Math.ceil(bits / 4))
  return `${numbers.map((number) => number.toString(16).padStart(digits, '0')).join('\n')}\n`
}
