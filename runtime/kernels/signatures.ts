/** Types of numbers in WebAssembly, as its binary format writes them. */
export const NUMBER = { i32: 0x7f, f32: 0x7d, f64: 0x7c } as const

/** One of `NUMBER`; modules may have others, which no call takes. */
export type NumberType = number

/** What a function takes and gives. */
export interface Signature {
  readonly parameters: readonly NumberType[]
  readonly results: readonly NumberType[]
}

const HEADER_BYTES = 8
const SECTION = { type: 1, import: 2, function: 3, export: 7 } as const
const FUNCTION_TYPE = 0x60
const KIND = { function: 0, memory: 2 } as const

/**
 * The signatures of the functions that a module exports, by name, of its bytes: `WebAssembly.Module` does not tell them,
 * and a function of another module may only be called with the very types. Follows the binary format of the WebAssembly
 * Core Specification, section 5.5. Throws on what these sections cannot hold.
 */
export function signaturesOf(bytes: Uint8Array): ReadonlyMap<string, Signature> {
  const types: Signature[] = []
  /** By the number of the function: imported ones first, as the format counts them. */
  const functions: number[] = []
  const signatures = new Map<string, Signature>()
  for (let reader = new Reader(bytes, HEADER_BYTES); !reader.atEnd; ) {
    const section = reader.byte()
    const size = reader.unsigned()
    const content = new Reader(bytes, reader.skip(size))
    if (section === SECTION.type) {
      content.repeated(() => {
        if (content.byte() !== FUNCTION_TYPE) throw new Error('a type of the kernels is no function')
        types.push({
          parameters: content.repeated(() => content.byte()),
          results: content.repeated(() => content.byte()),
        })
      })
    } else if (section === SECTION.import) {
      content.repeated(() => {
        content.name()
        content.name()
        const kind = content.byte()
        if (kind === KIND.function) functions.push(content.unsigned())
        else if (kind === KIND.memory) content.limits()
        else throw new Error('the kernels import what is neither a function nor a memory')
      })
    } else if (section === SECTION.function) {
      content.repeated(() => functions.push(content.unsigned()))
    } else if (section === SECTION.export) {
      content.repeated(() => {
        const name = content.name()
        const kind = content.byte()
        const signature = types[functions[content.unsigned()] ?? -1]
        if (kind === KIND.function && signature !== undefined) signatures.set(name, signature)
      })
    }
  }
  return signatures
}

class Reader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  byte(): number {
    const byte = this.#bytes[this.#at++]
    if (byte === undefined) throw new Error('the module of the kernels ends too early')
    return byte
  }

  /** LEB128. */
  unsigned(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }

  name(): string {
    const length = this.unsigned()
    const start = this.skip(length)
    return new TextDecoder().decode(this.#bytes.subarray(start, start + length))
  }

  /** Of a memory. */
  limits(): void {
    const hasMaximum = (this.byte() & 1) === 1
    this.unsigned()
    if (hasMaximum) this.unsigned()
  }

  repeated<T>(read: () => T): T[] {
    return Array.from({ length: this.unsigned() }, read)
  }

  /** Passes so many bytes over; where they start. */
  skip(count: number): number {
    const start = this.#at
    this.#at += count
    return start
  }
}
