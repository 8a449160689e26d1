import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Inference, inferInColumns, inferNetwork, inferOnKernels } from '../../../../runtime/infer/infer.js'
import { analyzePrecision } from '../../../../runtime/infer/precision.js'
import { randomCalibrated, TestRandom } from '../../../fixtures/calibrated.js'
import { withoutMemory } from '../../../fixtures/no-memory.js'
import { variedCalibrated } from '../../../fixtures/varied.js'
import { suite } from '../../../kit.js'

const test = suite('runtime/infer/bulk/infer')
const SEED = 5

function dataFor(random: TestRandom, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => (random.unit() - 0.5) * 2 ** random.integer(-3, 7))
}

/** The same bits: 0 and -0 differ. */
function assertSame(found: Inference | null, expected: Inference): void {
  if (found === null) throw new Error('the kernels gave nothing')
  assert.equal(found.wraps, expected.wraps)
  for (const which of ['outputs', 'ports'] as const)
    for (const [name, values] of expected[which]) {
      const others = found[which].get(name) ?? new Float64Array()
      assert.is(others.length, values.length)
      for (const [at, value] of values.entries())
        if (!Object.is(value, others[at])) assert.unreachable(`${name}[${at}]: ${others[at]}, not ${value}`)
    }
}

test(`the kernels give what columns of doubles give, bit for bit, wraps counted (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.boolean(),
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 22 }),
      (seed, quantizeOutput, rows, weightBits) => {
        const calibrated = randomCalibrated(seed, { inputs: 6, hidden: [7, 5], outputs: 3, quantizeOutput, weightBits })
        const inputs = new Map([['x', dataFor(new TestRandom(seed), rows * 6)]])
        assertSame(inferOnKernels(calibrated, inputs, rows), inferInColumns(calibrated, inputs, rows))
      },
    ),
    { numRuns: 200, seed: SEED },
  )
})

test(`every operation, two inputs, several outputs, in both precisions (seed ${SEED})`, () => {
  const seen = { float32: 0, float64: 0, integers: 0 }
  fc.assert(
    fc.property(
      fc.integer(),
      fc.constantFrom(3, 8, 14, 20, 26),
      fc.integer({ min: 1, max: 90 }),
      (seed, bits, rows) => {
        const calibrated = variedCalibrated(seed, bits)
        const random = new TestRandom(seed)
        const inputs = new Map([
          ['a', dataFor(random, rows * 12)],
          ['b', dataFor(random, rows * 15)],
        ])
        const { precisions, exactInDoubles } = analyzePrecision(calibrated)
        for (const precision of precisions.values()) seen[precision]++
        if (exactInDoubles)
          assertSame(inferOnKernels(calibrated, inputs, rows), inferInColumns(calibrated, inputs, rows))
        else assert.is(inferOnKernels(calibrated, inputs, rows), null)
      },
    ),
    { numRuns: 300, seed: SEED },
  )
  assert.ok(seen.float32 > 500 && seen.float64 > 500, JSON.stringify(seen))
})

test('a program serves the next network of its graph, and rows beyond what is copied at once', () => {
  const first = randomCalibrated(3, { inputs: 4, hidden: [6], outputs: 2 })
  const second = {
    ...first,
    constants: new Map([...first.constants].map(([id, c]) => [id, { ...c, values: c.values.map((v) => -v) }])),
  }
  const rows = 2500
  const inputs = new Map([['x', dataFor(new TestRandom(1), rows * 4)]])
  for (const calibrated of [first, second, first])
    assertSame(inferOnKernels(calibrated, inputs, rows), inferInColumns(calibrated, inputs, rows))
})

test('numbers that float32 cannot scale are left to doubles', () => {
  const calibrated = randomCalibrated(8, { inputs: 4, hidden: [6], outputs: 2 })
  for (const odd of [2 ** -140, 2 ** 100, -1e-30]) {
    const inputs = new Map([['x', Float32Array.of(1, odd, -2, 0.5)]])
    assert.is(inferOnKernels(calibrated, inputs, 1), null)
    assertSame(inferNetwork(calibrated, inputs, 1), inferInColumns(calibrated, inputs, 1))
  }
})

test('where memory is short, columns give the result', async () => {
  const calibrated = randomCalibrated(9, { inputs: 4, hidden: [6], outputs: 2 })
  const rows = 5000
  const inputs = new Map([['x', dataFor(new TestRandom(1), rows * 4)]])
  await withoutMemory(() => {
    assert.is(inferOnKernels(calibrated, inputs, rows), null)
    assertSame(inferNetwork(calibrated, inputs, rows), inferInColumns(calibrated, inputs, rows))
  })
})
