import { paddedWords } from '../../kernels/arena.js'
import { call, inPart, PART_BYTES, PARTS } from '../../kernels/program.js'
import { pieces, type Work, words } from '../../kernels/work.js'

/** Sums over the parts of the `count` words at `offset` of each, in the order of the kernel. */
export function partSums(target: number, offset: number, count: number): Work[] {
  return pieces(paddedWords(count), (first, some) => ({
    call: call('sumParts', target + first * 4, inPart(offset + first * 4), PARTS, PART_BYTES, some * 4),
    reads: [],
    writes: [words(target + first * 4, some)],
    cost: 20 + 0.3 * some,
  }))
}
