import { createHash } from 'node:crypto'
import type { Digest } from '../../compiler/plan/action.js'

/** SHA-256 of bytes or of UTF-8 text. */
export function digestOf(content: Uint8Array | string): Digest {
  // A hexadecimal SHA-256 is what the brand stands for.
  return createHash('sha256').update(content).digest('hex') as Digest
}

/** Whether this is a SHA-256 as `digestOf` writes it. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)
}
