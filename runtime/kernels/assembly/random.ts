// Philox 4x32-10, as in compiler/numeric/philox.ts: random numbers by counter.

let word0: u32 = 0
let word1: u32 = 0
let word2: u32 = 0
let word3: u32 = 0

function philox(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  for (let round = 0; round < 10; round++) {
    const product0 = <u64>0xd2511f53 * <u64>c0
    const product1 = <u64>0xcd9e8d57 * <u64>c2
    c0 = <u32>(product1 >> 32) ^ c1 ^ k0
    c1 = <u32>product1
    c2 = <u32>(product0 >> 32) ^ c3 ^ k1
    c3 = <u32>product0
    k0 += 0x9e3779b9
    k1 += 0xbb67ae85
  }
  word0 = c0
  word1 = c1
  word2 = c2
  word3 = c3
}

/**
 * Four uniform numbers in [0, 1), multiples of 2^-24: draw `index` (low and high word) of the stream that the four
 * words at `key` name.
 */
export function uniform4(key: usize, low: u32, high: u32): v128 {
  philox(low, high, load<u32>(key, 8), load<u32>(key, 12), load<u32>(key), load<u32>(key, 4))
  const words = i32x4.replace_lane(
    i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(<i32>word0), 1, <i32>word1), 2, <i32>word2),
    3,
    <i32>word3,
  )
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(5.9604644775390625e-8))
}
