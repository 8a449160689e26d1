import * as assert from 'uvu/assert'
import { exportDais } from '../../../compiler/dais/export.js'
import { importDais } from '../../../compiler/dais/import.js'
import { assignedEbops } from '../../../compiler/ebops/report.js'
import type { FixedType } from '../../../compiler/fixed/type.js'
import type { ElementTypes } from '../../../compiler/graph/calibrated.js'
import { decodeCalibrated, encodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import { TABLE_FUNCTION_NAMES, type TableFunction } from '../../../compiler/graph/table-function.js'
import { lower } from '../../../compiler/lower/lower.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { emulate } from '../../../runtime/emulate/emulate.js'
import { inferNetwork } from '../../../runtime/infer/infer.js'
import { CalibratedBuilder } from '../../fixtures/calibrated.js'
import { suite } from '../../kit.js'

const test = suite('look-up tables')

function network(
  from: readonly FixedType[],
  name: TableFunction,
  to: ElementTypes,
): ReturnType<CalibratedBuilder['finish']> {
  const build = new CalibratedBuilder()
  const shape = [from.length]
  const modes = { rounding: 'nearest', overflow: 'saturate' } as const
  const x = build.input('x', { types: from, ...modes })
  const data = build.quantize(x, 'a', { types: from, ...modes })
  const raw = build.push({ kind: 'table', function: name, operands: [data], side: 'data', shape })
  return build.finish([{ name: 'y', operation: build.quantize(raw, 't', to) }])
}

const FROM: readonly FixedType[] = [
  { k: 1, i: 3, f: 3 },
  { k: 0, i: 2, f: 4 },
  { k: 1, i: 3, f: 3 },
]
const TO = (overflow: ElementTypes['overflow']): ElementTypes => ({
  types: FROM.map(() => ({ k: 1, i: 1, f: 5 })),
  rounding: 'nearest',
  overflow,
})

/** Every value of the signed type, in all elements. */
const ROWS = Array.from({ length: 128 }, (_, n) => (n - 64) / 8)
const inputs = new Map([['x', Float32Array.from(ROWS.flatMap((value) => [value, value / 2, value]))]])

for (const name of TABLE_FUNCTION_NAMES)
  for (const overflow of ['saturate_symmetric', 'wrap'] as const)
    test(`${name}, ${overflow}: inference, emulator and DAIS look up the same for every value`, () => {
      const calibrated = network(FROM, name, TO(overflow))
      const inferred = inferNetwork(calibrated, inputs, ROWS.length)
      const lowered = lower(calibrated)
      if (!lowered.ok) throw new Error(lowered.error.message)
      const graph = optimize(lowered.value, { check: true })
      assert.equal(emulate(graph, inferred.ports, ROWS.length).get('y'), inferred.outputs.get('y'))
      const ports = new Map([['x', inferred.ports.get('x') ?? new Float64Array()]])
      assert.equal(emulate(importDais(exportDais(graph)), ports, ROWS.length).get('y'), inferred.outputs.get('y'))
    })

test('a table holds the quantized function, equal ones once, and counts where its quantizer wrapped', () => {
  const { tables } = network(FROM, 'exp', TO('wrap'))
  const [lookups] = [...tables.values()]
  assert.is(lookups?.lookups.length, 2)
  assert.equal([...(lookups?.lookupOf ?? [])], [0, 1, 0])
  const first = lookups?.lookups[0]
  assert.is(first?.values[64], 1)
  // e² does not fit into one integer bit.
  assert.ok(first?.wrapped.includes(64 + 16))
  const inferred = inferNetwork(network(FROM, 'exp', TO('wrap')), new Map([['x', Float32Array.of(2, 0, 0)]]), 1)
  assert.is(inferred.wraps.get('t'), 1)
})

test('a table sees through windows, whose padding is the one value 0', () => {
  const build = new CalibratedBuilder()
  const modes = { rounding: 'nearest', overflow: 'saturate' } as const
  const x = build.input('x', { types: FROM, ...modes })
  const data = build.quantize(x, 'a', { types: FROM, ...modes })
  const windows = { window: [2], strides: [2], dilation: [1], before: [1], border: 'zero' } as const
  const seen = build.push({ kind: 'patches', operands: [data], side: 'data', shape: [2, 2], ...windows })
  const raw = build.push({ kind: 'table', function: 'sigmoid', operands: [seen], side: 'data', shape: [2, 2] })
  const types = new Array<FixedType>(4).fill({ k: 0, i: 1, f: 5 })
  const calibrated = build.finish([{ name: 'y', operation: build.quantize(raw, 't', { types, ...modes }) }])
  const [lookups] = [...calibrated.tables.values()]
  assert.equal([...(lookups?.lookupOf ?? [])], [0, 1, 2, 1])
  const inferred = inferNetwork(calibrated, inputs, ROWS.length)
  assert.is(inferred.outputs.get('y')?.[0], 0.5)
  const lowered = lower(calibrated)
  if (!lowered.ok) throw new Error(lowered.error.message)
  const graph = optimize(lowered.value, { check: true })
  assert.equal(emulate(graph, inferred.ports, ROWS.length).get('y'), inferred.outputs.get('y'))
})

test('bytes and back', () => {
  const calibrated = network(FROM, 'exp', TO('wrap'))
  const back = decodeCalibrated(encodeCalibrated(calibrated))
  assert.equal(back, calibrated)
  assert.equal(encodeCalibrated(back), encodeCalibrated(calibrated))
})

test('EBOPs are 1e-4 of the entries times their bits, the sign not counted', () => {
  const { total, operations } = assignedEbops(network(FROM, 'tanh', TO('saturate_symmetric')))
  // The operand saturates, so its sign is a bit: 2^7, 2^6 and 2^7 entries of 6 bits.
  assert.ok(Math.abs(total - 1e-4 * (128 + 64 + 128) * 6) < 1e-12)
  assert.equal(
    operations.map(({ kind }) => kind),
    ['table'],
  )
})

test('an operand of more than 12 bits is an error that names who made it', () => {
  const wide = [{ k: 1, i: 6, f: 6 }] as const
  assert.throws(
    () => network(wide, 'tanh', { types: [{ k: 1, i: 0, f: 5 }], rounding: 'nearest', overflow: 'saturate' }),
    /the operand of a table has 13 bits: element 0 of 'a'/,
  )
})
