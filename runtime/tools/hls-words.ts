import { type FixedType, widthOf } from '../../compiler/fixed/type.js'
import type { ElementInterface, PortInterface } from '../../targets/design.js'

/** The type of all elements of an array argument. */
export function arrayTypeOf(port: PortInterface): FixedType {
  if (port.array === undefined) throw new Error(`port "${port.name}" is no array`)
  return port.array
}

/** 64-bit words that the bits of one element of the array take. */
export function wordsPerElement(port: PortInterface): number {
  return Math.ceil(widthOf(arrayTypeOf(port)) / 64)
}

/** Rows, each all buses of the ports side by side, as the words of the arrays' elements: rows × ports × elements × words. */
export function encodeInputs(ports: readonly PortInterface[], rows: readonly bigint[]): Uint8Array {
  const perRow = ports.reduce((sum, port) => sum + port.elements.length * wordsPerElement(port), 0)
  const words = new BigUint64Array(rows.length * perRow)
  let next = 0
  for (const row of rows) {
    const bits = new Bits(row)
    let base = 0
    for (const port of ports) {
      const array = arrayTypeOf(port)
      const count = wordsPerElement(port)
      for (const element of port.elements) {
        let raw =
          integerOf(bits.field(base + element.offset, element.width), element) <<
          BigInt(array.f - gridOf(element, array))
        for (let word = 0; word < count; word++) {
          words[next++] = BigInt.asUintN(64, raw)
          raw >>= 64n
        }
      }
      base += port.bits
    }
  }
  return new Uint8Array(words.buffer)
}

/** The inverse, for outputs; a text that says what is wrong where a value is none of its element's type, or words are missing. */
export function decodeOutputs(
  ports: readonly PortInterface[],
  content: Uint8Array,
  rows: number,
): readonly bigint[] | string {
  const perRow = ports.reduce((sum, port) => sum + port.elements.length * wordsPerElement(port), 0)
  if (content.byteLength !== 8 * rows * perRow)
    return `it gave ${content.byteLength} bytes for ${rows} vectors of ${8 * perRow}`
  const words = new BigUint64Array(content.slice().buffer)
  const outputs: bigint[] = []
  let next = 0
  for (let row = 0; row < rows; row++) {
    const digits: string[] = []
    for (const port of ports) {
      const array = arrayTypeOf(port)
      const width = widthOf(array)
      const count = wordsPerElement(port)
      for (const [index, element] of port.elements.entries()) {
        let bits = 0n
        for (let word = count - 1; word >= 0; word--) bits = (bits << 64n) | (words[next + word] ?? 0n)
        next += count
        const raw = array.k === 1 ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits)
        const shift = BigInt(array.f - gridOf(element, array))
        const integer = raw >> shift
        const field = BigInt.asUintN(element.width, integer)
        if (integerOf(field, element) << shift !== raw)
          return `element ${index} of ${port.name} of vector ${row} is not of the element's type`
        if (element.width > 0) digits.push(field.toString(2).padStart(element.width, '0'))
      }
    }
    outputs.push(digits.length === 0 ? 0n : BigInt(`0b${digits.reverse().join('')}`))
  }
  return outputs
}

/** A pruned element is 0 on any grid. */
function gridOf(element: ElementInterface, array: FixedType): number {
  return element.width === 0 ? array.f : element.f
}

function integerOf(field: bigint, element: ElementInterface): bigint {
  return element.k === 1 ? BigInt.asIntN(element.width, field) : field
}

/** A long number of which many short fields are read: each in the time of its own length. */
class Bits {
  readonly #digits: string

  constructor(value: bigint) {
    this.#digits = value.toString(16)
  }

  field(offset: number, width: number): bigint {
    if (width === 0) return 0n
    const end = this.#digits.length - Math.floor(offset / 4)
    const start = this.#digits.length - Math.ceil((offset + width) / 4)
    if (end <= 0) return 0n
    const digits = this.#digits.slice(Math.max(0, start), end)
    return BigInt.asUintN(width, BigInt(`0x${digits}`) >> BigInt(offset % 4))
  }
}
