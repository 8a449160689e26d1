const LENGTH_BYTES = 8

/**
 * Several contents in one: the length of a header, the header `[[about, bytes], …]` as JSON, the contents. Keeps order;
 * the same entries give the same bytes. `about` is what goes with a content: anything that JSON keeps.
 */
export function packContents<About>(entries: readonly (readonly [about: About, content: Uint8Array])[]): Uint8Array {
  const header = new TextEncoder().encode(
    JSON.stringify(entries.map(([about, content]) => [about, content.byteLength])),
  )
  const total = entries.reduce((sum, [, content]) => sum + content.byteLength, LENGTH_BYTES + header.byteLength)
  const packed = new Uint8Array(total)
  new DataView(packed.buffer).setBigUint64(0, BigInt(header.byteLength), true)
  packed.set(header, LENGTH_BYTES)
  let offset = LENGTH_BYTES + header.byteLength
  for (const [, content] of entries) {
    packed.set(content, offset)
    offset += content.byteLength
  }
  return packed
}

/** What `packContents` packed with the same `About`, as copies, so that views of any element type may be laid on them. */
export function unpackContents<About>(packed: Uint8Array): readonly (readonly [about: About, content: Uint8Array])[] {
  const length = Number(new DataView(packed.buffer, packed.byteOffset).getBigUint64(0, true))
  const header = packed.subarray(LENGTH_BYTES, LENGTH_BYTES + length)
  // Written by `packContents`; the store has verified the bytes.
  const sizes = JSON.parse(new TextDecoder().decode(header)) as [About, number][]
  let offset = LENGTH_BYTES + length
  return sizes.map(([about, size]) => {
    const content = packed.slice(offset, offset + size)
    offset += size
    return [about, content] as const
  })
}
