import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'

/** Bytes that can be read in any order: a file in memory, or one on disk of which only the header is wanted. */
export interface RandomAccess {
  readonly size: number
  /** The bytes from `offset` on; fewer than `length` where the file ends. */
  read(offset: number, length: number): Uint8Array
}

/** Bytes that are in memory already, as a file. */
export function inMemory(bytes: Uint8Array): RandomAccess {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
  }
}

/** Runs `use` on a file on disk; undefined when it cannot be opened or is no file, as a folder is none. */
export function onDisk<T>(path: string, use: (file: RandomAccess) => T): T | undefined {
  let descriptor: number
  try {
    // To open a pipe is to wait for somebody to write to it.
    if (!statSync(path).isFile()) return undefined
    descriptor = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    const status = fstatSync(descriptor)
    if (!status.isFile()) return undefined
    return use({
      size: status.size,
      read: (offset, length) => {
        const buffer = new Uint8Array(length)
        return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset))
      },
    })
  } finally {
    closeSync(descriptor)
  }
}
