import { BEGINS, type Call, call, inPart } from './program.js'
import type { Region } from './work.js'

// Lines of the cache that other threads have read are taken away from them before they are written: many at a time, or
// while there is other work to do, where a kernel that writes them would wait for each.

/** Bytes of a cache line. */
const LINE = 64
/** More than this is not claimed: it would not stay in a core's caches until it is written. */
const MOST_CLAIMED = 1 << 17

/** Claims of what a job writes. Nobody else sees them: no other job of its stage touches that. */
export function claimsOf(regions: readonly Region[]): Call[] {
  const claimed = new Map<number, number>()
  for (const { address, bytes } of regions) claimed.set(address, Math.max(bytes, claimed.get(address) ?? 0))
  if ([...claimed.values()].reduce((sum, bytes) => sum + bytes, 0) > MOST_CLAIMED) return []
  return [...claimed].map(([address, bytes]) => call('claim', address, bytes))
}

/**
 * The calls of a forward pass with claims in between, of `bytes` bytes of sums from `offset` on in every part, which its
 * first tile sets anew on its way back.
 */
export function claimingSums(calls: readonly Call[], offset: number, bytes: number): readonly Call[] {
  if (bytes > MOST_CLAIMED) return calls
  const lines = Math.ceil(bytes / LINE)
  const start = (index: number): number => Math.floor((index * lines) / calls.length)
  return calls.flatMap((each, index) => {
    const [first, end] = [start(index), start(index + 1)]
    const claim = call('zeroLines', inPart(offset + first * LINE), (end - first) * LINE, BEGINS)
    return first === end ? [each] : [each, claim]
  })
}
