import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { FixedType } from '../../../../compiler/fixed/type.js'
import type { Calibrated } from '../../../../compiler/graph/calibrated.js'
import type { TableFunction } from '../../../../compiler/graph/table-function.js'
import { operationAt } from '../../../../compiler/graph/walk.js'
import { elementCount } from '../../../../lang/shape.js'
import { type Inference, inferInColumns, inferNetwork, inferOnKernels } from '../../../../runtime/infer/infer.js'
import { analyzePrecision } from '../../../../runtime/infer/precision.js'
import { CalibratedBuilder, randomCalibrated, TestRandom } from '../../../fixtures/calibrated.js'
import { withoutMemory } from '../../../fixtures/no-memory.js'
import { quantizedNetwork } from '../../../fixtures/quantized-network.js'
import { variedCalibrated } from '../../../fixtures/varied.js'
import { suite } from '../../../kit.js'

const test = suite('runtime/infer/bulk/infer')
const SEED = 5

function dataFor(random: TestRandom, count: number): Float32Array {
  return Float32Array.from({ length: count }, () => (random.unit() - 0.5) * 2 ** random.integer(-3, 7))
}

/** Six values through a table of this function, and sums of the results; `wide` has both sides of it in float64. */
function tabled(name: TableFunction, wide: boolean): Calibrated {
  const types = (count: number, type: FixedType, overflow: 'saturate' | 'wrap') =>
    ({ types: new Array<FixedType>(count).fill(type), rounding: 'nearest', overflow }) as const
  const build = new CalibratedBuilder()
  const x = build.input('x', types(6, { k: 1, i: 2, f: 3 }, 'saturate'))
  const seen = build.quantize(x, 'seen', types(6, { k: 1, i: 2, f: 2 }, 'saturate'))
  const fine = build.quantize(x, 'fine', types(6, { k: 1, i: 2, f: wide ? 30 : 3 }, 'saturate'))
  const both = build.push({ kind: 'concat', operands: [fine, seen], axis: 0, side: 'data', shape: [12] })
  const part = build.push({ kind: 'slice', operands: [both], axis: 0, start: 6, end: 12, side: 'data', shape: [6] })
  const raw = build.push({ kind: 'table', function: name, operands: [part], side: 'data', shape: [6] })
  const read = build.quantize(raw, 'read', types(6, { k: 1, i: 1, f: wide ? 30 : 4 }, 'wrap'))
  const w = build.parameter('w', [6, 2], [1, -2, 3, 0.5, 0, 1, 2, 2, -1, 4, 1, 1])
  const y = build.push({ kind: 'einsum', equation: '...i,io->...o', operands: [read, w], side: 'data', shape: [2] })
  return build.finish([{ name: 'y', operation: y }])
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

test(`networks of every kind, with look-up tables among the kernels (seed ${SEED})`, () => {
  const seen = { networks: 0, tables: 0, wraps: 0 }
  fc.assert(
    fc.property(fc.nat(1e6), fc.integer({ min: 1, max: 150 }), (seed, rows) => {
      const { calibrated } = quantizedNetwork(seed)
      const { graph, tables } = calibrated
      if (!analyzePrecision(calibrated).exactInDoubles) return
      const random = new TestRandom(seed)
      const inputs = new Map(
        graph.inputs.map(({ name, operation }) => [
          name,
          dataFor(random, rows * elementCount(operationAt(graph, operation).shape)),
        ]),
      )
      const found = inferOnKernels(calibrated, inputs, rows)
      assertSame(found, inferInColumns(calibrated, inputs, rows))
      seen.networks++
      for (const id of tables.keys()) {
        const quantizer = operationAt(graph, id)
        seen.tables++
        seen.wraps += quantizer.kind === 'quantize' ? (found?.wraps.get(quantizer.path) ?? 0) : 0
      }
    }),
    { numRuns: 250, seed: SEED },
  )
  assert.ok(seen.networks > 150 && seen.tables > 60 && seen.wraps > 100, JSON.stringify(seen))
})

test('a program with tables serves the next network of its graph, with its tables', () => {
  const rows = 700
  const inputs = new Map([['x', dataFor(new TestRandom(1), rows * 6)]])
  for (const wide of [false, true]) {
    const calibrated = tabled('exp', wide)
    const { precisions } = analyzePrecision(calibrated)
    for (const id of calibrated.tables.keys())
      for (const each of [id, ...operationAt(calibrated.graph, id).operands])
        assert.is(precisions.get(each), wide ? 'float64' : 'float32')
    const results = [calibrated, { ...calibrated, tables: tabled('tanh', wide).tables }, calibrated].map((network) => {
      const found = inferOnKernels(network, inputs, rows)
      assertSame(found, inferInColumns(network, inputs, rows))
      return [...(found?.outputs.get('y') ?? [])]
    })
    assert.equal(results[2], results[0])
    assert.not.equal(results[1], results[0])
  }
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
