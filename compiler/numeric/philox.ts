/**
 * Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a bijection of a 128-bit
 * counter under a 64-bit key, whose outputs pass the batteries of statistical tests. `block` is read as the counter and
 * overwritten by the output.
 */
export function philox(block: Uint32Array, key0: number, key1: number): void {
  let c0 = block[0] as number
  let c1 = block[1] as number
  let c2 = block[2] as number
  let c3 = block[3] as number
  let k0 = key0
  let k1 = key1
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0)
    const high1 = multiplyHigh(0xcd9e8d57, c2)
    const low0 = Math.imul(0xd2511f53, c0)
    const low1 = Math.imul(0xcd9e8d57, c2)
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + 0x9e3779b9) | 0
    k1 = (k1 + 0xbb67ae85) | 0
  }
  block[0] = c0
  block[1] = c1
  block[2] = c2
  block[3] = c3
}

/** The upper 32 bits of the product of two 32-bit words (as a signed word). */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)
  const middleUnsigned = middle >>> 0
  const cross = Math.imul(aLow, bHigh) + (middleUnsigned & 0xffff)
  return (Math.imul(aHigh, bHigh) + (middleUnsigned >>> 16) + (cross >>> 16)) | 0
}
