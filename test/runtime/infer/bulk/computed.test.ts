import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { FixedType } from '../../../../compiler/fixed/type.js'
import type { OperationId } from '../../../../compiler/graph/operation.js'
import { BulkProgram } from '../../../../runtime/infer/bulk/program.js'
import { modeOf, writeType } from '../../../../runtime/infer/bulk/records.js'
import type { Held, Role } from '../../../../runtime/infer/bulk/shape.js'
import { Tables } from '../../../../runtime/infer/element-tables.js'
import { inferInColumns } from '../../../../runtime/infer/infer.js'
import { CalibratedBuilder, TestRandom } from '../../../fixtures/calibrated.js'
import { suite } from '../../../kit.js'

const test = suite('runtime/infer/bulk/computed')
const SEED = 11
const SIZE = 3

/** A quantizer behind a table, and one more behind that, which sees what the table gives. */
function network() {
  const types = (type: FixedType) =>
    ({ types: new Array<FixedType>(SIZE).fill(type), rounding: 'nearest', overflow: 'saturate' }) as const
  const build = new CalibratedBuilder()
  const x = build.input('x', types({ k: 1, i: 2, f: 3 }))
  const raw = build.push({ kind: 'table', function: 'exp', operands: [x], side: 'data', shape: [SIZE] })
  const read = build.quantize(raw, 'read', types({ k: 0, i: 6, f: 4 }))
  const last = build.quantize(read, 'last', types({ k: 0, i: 6, f: 4 }))
  return { calibrated: build.finish([{ name: 'y', operation: last }]), last }
}

test(`extremes behind a table that is not filled are those of the rows, whatever a tile held before (seed ${SEED})`, () => {
  const { calibrated, last } = network()
  const tables = Tables.of(calibrated.graph)
  const elementsOf = (id: OperationId) => {
    const found = calibrated.inputs.get(id) ?? calibrated.quantizers.get(id)
    if (found === undefined) throw new Error(`operation ${id} is not calibrated`)
    return found
  }
  for (const held of ['float32', 'float64'] as const) {
    const program = new BulkProgram(tables, {
      order: tables.live,
      precisions: new Map(tables.live.map((id): [OperationId, Held] => [id, held])),
      roles: new Map(
        [...calibrated.inputs, ...calibrated.quantizers].map(([id, { overflow, rounding }]): [OperationId, Role] => [
          id,
          { mode: modeOf(overflow), rounding },
        ]),
      ),
      results: [],
      note: 'extremes',
    })
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 150 }), (seed, rows) => {
        const random = new TestRandom(seed)
        const data = Float32Array.from({ length: rows * SIZE }, () => (random.unit() - 0.5) * 8)
        const inputs = new Map([['x', data]])
        program.fill(
          new Map(),
          (id, records) => {
            const { types, overflow } = elementsOf(id)
            for (const [index, type] of types.entries()) writeType(records, index, type, overflow)
          },
          new Map(),
        )
        program.run(inputs, rows)
        const expected = inferInColumns(calibrated, inputs, rows).outputs.get('y') ?? new Float64Array()
        const columns = Array.from({ length: SIZE }, (_, e) => [...expected].filter((_, at) => at % SIZE === e))
        assert.equal(
          [...program.extremes(last)],
          columns.flatMap((each) => [Math.min(...each), Math.max(...each)]),
        )
      }),
      { numRuns: 100, seed: SEED },
    )
  }
})
