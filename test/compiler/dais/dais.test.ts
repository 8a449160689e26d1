import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { decodeDaisBinary, encodeDaisBinary } from '../../../compiler/dais/binary.js'
import { encodeDaisJson } from '../../../compiler/dais/encode-json.js'
import { exportDais } from '../../../compiler/dais/export.js'
import { importDais } from '../../../compiler/dais/import.js'
import { type DaisProgram, fromHalves, halves } from '../../../compiler/dais/program.js'
import { checkFixedGraph } from '../../../compiler/fixed/check.js'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import { lower } from '../../../compiler/lower/lower.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { emulate } from '../../../runtime/emulate/emulate.js'
import { decodeDaisJson } from '../../../runtime/import/dais/json.js'
import { cornerVectors, randomVectors, type Vectors } from '../../../runtime/verify/vectors.js'
import { randomCalibrated, TestRandom } from '../../fixtures/calibrated.js'
import { interpretDais, randomDais } from '../../fixtures/dais.js'
import { suite } from '../../kit.js'

const test = suite('compiler/dais')
const SEED = 77

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** All ports side by side, row by row. */
function flat(values: ReadonlyMap<string, Float64Array>, names: readonly string[], rows: number): number[][] {
  return Array.from({ length: rows }, (_, row) =>
    names.flatMap((name) => {
      const own = values.get(name) ?? new Float64Array()
      const size = own.length / rows
      return [...own.subarray(row * size, (row + 1) * size)]
    }),
  )
}

function outputsOf(graph: FixedGraph, { inputs, rows }: Vectors): number[][] {
  return flat(
    emulate(graph, inputs, rows),
    graph.outputs.map((port) => port.name),
    rows,
  )
}

function vectorsOf(graph: FixedGraph): readonly Vectors[] {
  return [randomVectors(graph, 40, 1), cornerVectors(graph, 40)]
}

function readBack(program: DaisProgram): readonly (readonly [string, DaisProgram])[] {
  const json = encodeDaisJson(program)
  const decoded = must(decodeDaisJson(json, 'FILE'))
  assert.equal(decoded, program, 'JSON keeps everything')
  return [
    ['JSON', decoded],
    ['binary', must(decodeDaisBinary(encodeDaisBinary(program), 'FILE'))],
  ]
}

test(`an exported network means the same to an interpreter of DAIS, and comes back the same (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
      (seed, inputs, hidden) => {
        const ternary = seed % 2 === 0 ? { clockPeriodNs: 10, family: 'virtexuplus' } : undefined
        const graph = optimize(must(lower(randomCalibrated(seed, { inputs, hidden, outputs: 2 }))), { ternary })
        const program = exportDais(graph)
        const names = graph.inputs.map((port) => port.name)
        for (const vectors of vectorsOf(graph)) {
          const expected = outputsOf(graph, vectors)
          const rows = flat(vectors.inputs, names, vectors.rows)
          assert.equal(
            rows.map((row) => [...interpretDais(program, row)]),
            expected,
            'interpreter',
          )
          for (const [form, read] of readBack(program)) {
            const imported = importDais(read)
            checkFixedGraph(imported)
            const found = outputsOf(imported, { ...vectors, inputs: new Map([['x', Float64Array.from(rows.flat())]]) })
            assert.equal(found, expected, form)
          }
        }
      },
    ),
    { numRuns: 60, seed: SEED },
  )
})

test(`a program of any opcodes is imported as an interpreter runs it (seed ${SEED})`, () => {
  const seen = new Set<number>()
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 5, max: 30 }), (seed, length) => {
      const program = randomDais(new TestRandom(seed), length)
      for (const { opcode } of program.operations) seen.add(opcode)
      for (const [form, read] of readBack(program)) {
        const imported = importDais(read)
        checkFixedGraph(imported)
        const optimized = optimize(imported)
        for (const vectors of vectorsOf(imported)) {
          const rows = flat(vectors.inputs, ['x'], vectors.rows)
          const expected = rows.map((row) => [...interpretDais(program, row)])
          assert.equal(outputsOf(imported, vectors), expected, form)
          assert.equal(outputsOf(optimized, vectors), expected, `${form}, optimized`)
        }
      }
    }),
    { numRuns: 150, seed: SEED },
  )
  assert.is(seen.size, 16, 'every opcode')
})

test('ranges of many digits survive JSON, as hgq and as Python write them', () => {
  const operations = [18, 20, 24, -30].flatMap((fraction) =>
    [3n, 250_000_001n, (1n << 52n) - 1n].map((high) => ({
      ...{ opcode: -1, id0: 0, id1: -1, data: 0n, latency: 0, cost: 0 },
      interval: { low: -high, high, fraction },
    })),
  )
  const outputs = [{ value: 0, shift: 0, negate: false }]
  const program = { inputs: 1, outputs, inputShifts: [0], operations, tables: [], carrySize: -1, adderSize: 1 }
  assert.equal(must(decodeDaisJson(encodeDaisJson(program), 'FILE')), program)
  const python =
    '[[1,1],[0],[0],[0],[false],[[0,-1,-1,0,[-4503599627370496,1.8014398509481984e+16,0.5],0,Infinity]],-1,-1]'
  assert.equal(must(decodeDaisJson(python, 'FILE')).operations[0]?.interval, {
    ...{ low: -(1n << 53n), high: 1n << 55n, fraction: 1 },
  })
})

test('64 bits of data survive both halves and JSON', () => {
  for (const [low, high] of [
    [0, 0],
    [-1, 5],
    [5, -1],
    [0x7fffffff, -0x80000000],
  ] as const) {
    assert.equal(halves(fromHalves(low, high)), { low, high })
  }
  const text =
    '[[1,1],[0],[1],[0],[false],[[0,-1,-1,0,[-4,3,1],0,0],[0,0,10,144115188075855875,[-4,3,1],Infinity,0]],-1,-1]'
  const program = must(decodeDaisJson(text, 'FILE'))
  assert.is(program.operations[1]?.data, 144115188075855875n)
})

test('what is no program is refused, with the place', () => {
  const base = ['[1,1]', '[0]', '[0]', '[0]', '[false]', '[[0,-1,-1,0,[-4,3,1],0,0]]', '-1', '-1']
  const changed = (field: number, text: string): string => `[${base.toSpliced(field, 1, text).join(',')}]`
  const refused = (text: string, message: RegExp): void => {
    const result = decodeDaisJson(text, 'comb.json')
    assert.ok(!result.ok)
    assert.match(`${result.error.code} ${result.error.message}`, message)
  }
  assert.ok(decodeDaisJson(`[${base.join(',')}]`, 'comb.json').ok)
  refused('[', /^HGQ3090 comb.json is no DAIS program of version 1: /)
  refused('{}', /^HGQ3090 comb.json is no DAIS program/)
  refused(changed(2, '[0,0]'), /1 inputs and 1 outputs are declared, and the lists are of other lengths/)
  refused(changed(5, '[[0,-1,-1,0,[-4,3,0.3],0,0]]'), /operation 0: \[-4, 3, 0.3\] is no range/)
  refused(
    changed(5, '[[1,-1,-1,0,[-4,3,1],0,0]]'),
    /^HGQ3091 operation 0 of comb.json cannot run: it reads input 1 of 1/,
  )
  refused(changed(5, '[[0,-1,3,0,[-4,3,1],0,0]]'), /it reads value 0, which is no earlier one/)
  refused(changed(5, '[[0,-1,12,0,[-4,3,1],0,0]]'), /opcode 12 is not known/)
  refused(changed(3, '[1000000000]'), /output 0 of comb.json cannot run: its shift is out of range/)
  refused(changed(1, '[2000]'), /input 0 of comb.json cannot run: its shift is out of range/)
  refused(changed(2, '[-5]'), /output 0 of comb.json cannot run: it is value -5, which there is not/)
  refused(changed(2, '[1]'), /output 0 of comb.json cannot run: it is value 1, which there is not/)
  const bytes = encodeDaisBinary(must(decodeDaisJson(`[${base.join(',')}]`, 'comb.json')))
  const binaryRefused = (damaged: Uint8Array, message: RegExp): void => {
    const result = decodeDaisBinary(damaged, 'comb.bin')
    assert.ok(!result.ok)
    assert.match(result.error.message, message)
  }
  binaryRefused(bytes.subarray(1), /no whole number of words/)
  binaryRefused(bytes.subarray(0, 8), /ends within its header/)
  binaryRefused(bytes.subarray(0, -4), /ends too early/)
  binaryRefused(
    Uint8Array.from(bytes, (byte, n) => (n === 0 ? 2 : byte)),
    /version 2 of DAIS/,
  )
})
