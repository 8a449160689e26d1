/** Writes the binary format of WebAssembly into a buffer that grows. */
export class WasmWriter {
  #bytes = new Uint8Array(256)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  /** What has been written. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = value
  }

  /** LEB128 of a number of 32 bits without a sign. */
  unsigned(value: number): void {
    let rest = value >>> 0
    for (; rest >= 0x80; rest >>>= 7) this.byte((rest & 0x7f) | 0x80)
    this.byte(rest)
  }

  /** LEB128 of a number of 32 bits with a sign. */
  signed(value: number): void {
    let rest = value | 0
    for (; rest < -64 || rest > 63; rest >>= 7) this.byte((rest & 0x7f) | 0x80)
    this.byte(rest & 0x7f)
  }

  float32(value: number): void {
    this.#room(4)
    this.#view.setFloat32(this.#length, value, true)
    this.#length += 4
  }

  float64(value: number): void {
    this.#room(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  /** With its length before it. */
  name(text: string): void {
    this.sized(new TextEncoder().encode(text))
  }

  /** Bytes, with how many they are before them. */
  sized(content: Uint8Array): void {
    this.unsigned(content.length)
    this.#room(content.length)
    this.#bytes.set(content, this.#length)
    this.#length += content.length
  }

  /** How many there are, then each. */
  vector<T>(entries: readonly T[], write: (entry: T, at: number) => void): void {
    this.unsigned(entries.length)
    for (const [at, entry] of entries.entries()) write(entry, at)
  }

  /** A part whose length stands before it, as `write` writes it. */
  section(id: number, write: (content: WasmWriter) => void): void {
    const content = new WasmWriter()
    write(content)
    this.byte(id)
    this.sized(content.bytes)
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const grown = new Uint8Array(2 * (this.#length + bytes))
    grown.set(this.#bytes)
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}
