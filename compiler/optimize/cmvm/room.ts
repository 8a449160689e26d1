/** The same numbers with room for so many: the array itself where it has it, else one of twice the size or more. */
export function withRoom(old: Int32Array<ArrayBuffer>, room: number): Int32Array<ArrayBuffer> {
  if (room <= old.length) return old
  const made = new Int32Array(Math.max(room, 2 * old.length))
  made.set(old)
  return made
}

export function doublesWithRoom(old: Float64Array<ArrayBuffer>, room: number): Float64Array<ArrayBuffer> {
  if (room <= old.length) return old
  const made = new Float64Array(Math.max(room, 2 * old.length))
  made.set(old)
  return made
}
