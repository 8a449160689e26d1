import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { largestPartition, partitionOf, sharesParts, sumOfParts, TILE } from '../../../runtime/kernels/partition.js'
import { suite } from '../../kit.js'
import { Bench } from './bench.js'

const test = suite('how a batch is cut')
const SEED = 37

test(`no batch is cut into more than one of more rows is (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 * TILE }), fc.nat(1000), fc.boolean(), (rows, more, joins) => {
      const { tiles, parts } = partitionOf(rows, joins)
      assert.ok(tiles <= largestPartition(rows + more).tiles)
      assert.ok(parts >= 1 && parts <= largestPartition(rows + more).parts && parts <= tiles)
      assert.ok(rows <= tiles * TILE)
    }),
    { seed: SEED, numRuns: 500 },
  )
})

test('four tiles are two parts for no more than two threads, where each adds to a sum once', () => {
  assert.equal(partitionOf(256, sharesParts(2, true)), { tiles: 4, parts: 2 })
  assert.equal(partitionOf(256, sharesParts(3, true)), { tiles: 4, parts: 4 })
  assert.equal(partitionOf(256, sharesParts(1, false)), { tiles: 4, parts: 4 })
  assert.equal(partitionOf(257, true), { tiles: 5, parts: 5 })
  assert.equal(partitionOf(192, true), { tiles: 3, parts: 3 })
})

test('four parts are added up in pairs, others in turn, by the kernel and by sumOfParts', () => {
  // Half a unit in the last place of 1 is lost if it is added to 1 alone, but two of them are not.
  const sumsOf = (parts: number): readonly [number, number] => {
    const bench = new Bench()
    const rows = new Float32Array(8 * parts)
    for (let part = 0; part < parts; part++) rows[8 * part] = part === 0 ? 1 : 2 ** -24
    const [target, source] = [bench.floats(new Float32Array(8)), bench.floats(rows)]
    bench.kernels.sumParts(target, source, parts, 32, 32)
    const double = sumOfParts(parts, (part) => (part === 0 ? 1 : 2 ** -53))
    return [((bench.read(target, 1)[0] as number) - 1) * 2 ** 23, (double - 1) * 2 ** 52]
  }
  for (const parts of [1, 2, 3, 5, 12]) assert.equal(sumsOf(parts), [0, 0])
  assert.equal(sumsOf(4), [1, 1])
})
