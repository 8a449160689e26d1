import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { checkFixedGraph } from '../../../compiler/fixed/check.js'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import type { FixedType } from '../../../compiler/fixed/type.js'
import type { Calibrated } from '../../../compiler/graph/calibrated.js'
import type { OperationId } from '../../../compiler/graph/operation.js'
import { lower } from '../../../compiler/lower/lower.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { emulate } from '../../../runtime/emulate/emulate.js'
import { inferNetwork } from '../../../runtime/infer/infer.js'
import { inferWithIntegers } from '../../../runtime/infer/integers.js'
import { CalibratedBuilder, TestRandom } from '../../fixtures/calibrated.js'
import { evaluateExactly } from '../../fixtures/exact/evaluate.js'
import { numberOfExact } from '../../fixtures/exact/number.js'
import { randomInputs } from '../../fixtures/random-inputs.js'
import { suite } from '../../kit.js'

const test = suite('compiler/lower')
const SEED = 88
const ROWS = 30

/** Lowers, optimizes, and compares both, and exact inference, with the direct evaluation on random rows. */
function agrees(calibrated: Calibrated, random: TestRandom): FixedGraph {
  const lowered = lower(calibrated)
  if (!lowered.ok) throw new Error(lowered.error.message)
  const inputs = randomInputs(calibrated, random, ROWS)
  const expected = new Map<string, number[]>(calibrated.graph.outputs.map(({ name }) => [name, []]))
  for (let row = 0; row < ROWS; row++) {
    const own = [...inputs].map(([name, values]) => {
      const elements = values.length / ROWS
      return [name, [...values.subarray(row * elements, (row + 1) * elements)]] as const
    })
    for (const [name, values] of evaluateExactly(calibrated, new Map(own))) {
      expected.get(name)?.push(...values.map(numberOfExact))
    }
  }
  const optimized = optimize(lowered.value)
  for (const graph of [lowered.value, optimized]) {
    checkFixedGraph(graph)
    for (const [name, values] of emulate(graph, inputs, ROWS)) assert.equal([...values], expected.get(name), name)
  }
  agreesWithInference(calibrated, inputs, lowered.value)
  return optimized
}

/** Exact inference, in doubles where they do and in integers, gives what the lowered graph gives. */
function agreesWithInference(
  calibrated: Calibrated,
  inputs: ReadonlyMap<string, Float64Array>,
  lowered: FixedGraph,
): void {
  const single = new Map([...inputs].map(([name, values]) => [name, Float32Array.from(values)]))
  const { ports, outputs } = inferNetwork(calibrated, single, ROWS)
  const byOperation = new Map(
    calibrated.graph.inputs.map(({ name, operation }) => [operation, ports.get(name) ?? new Float64Array()]),
  )
  const inIntegers = inferWithIntegers(calibrated, byOperation, ROWS, new Map())
  for (const [name, values] of emulate(lowered, ports, ROWS)) {
    for (const inferred of [outputs, inIntegers]) {
      // + 0 makes -0 and 0 the same: hardware has one zero.
      assert.equal(
        Array.from(inferred.get(name) ?? [], (value) => value + 0),
        Array.from(values, (value) => value + 0),
        `inference of ${name}`,
      )
    }
  }
}

const types = (random: TestRandom, count: number): readonly FixedType[] =>
  Array.from({ length: count }, () => random.type())

function input(build: CalibratedBuilder, random: TestRandom, name: string, shape: readonly number[]): OperationId {
  const count = shape.reduce((product, length) => product * length, 1)
  return build.input(name, { types: types(random, count), rounding: 'nearest', overflow: 'saturate' }, shape)
}

type Body = Parameters<CalibratedBuilder['push']>[0]

/** A network of one operation on inputs of the given shapes. */
function single(
  random: TestRandom,
  shapes: readonly (readonly number[])[],
  body: (ids: OperationId[]) => Body,
): Calibrated {
  const build = new CalibratedBuilder()
  const ids = shapes.map((shape, n) => input(build, random, `x${n}`, shape))
  return build.finish([{ name: 'y', operation: build.push(body(ids)) }])
}

const data = { side: 'data' } as const
const pair = (ids: readonly OperationId[]): readonly [OperationId, OperationId] => [ids[0] ?? 0, ids[1] ?? 0]
const one = (ids: readonly OperationId[]): readonly [OperationId] => [ids[0] ?? 0]

type Case = readonly [name: string, shapes: readonly (readonly number[])[], body: (ids: OperationId[]) => Body]

const cases: readonly Case[] = [
  ...(['add', 'subtract', 'multiply', 'maximum', 'minimum'] as const).map(
    (kind) =>
      [
        `${kind}, broadcast`,
        [[2, 3], [3]],
        (ids: OperationId[]): Body => ({ ...data, kind, operands: pair(ids), shape: [2, 3] }),
      ] as const,
  ),
  ...(['negate', 'relu', 'abs', 'stop_gradient'] as const).map(
    (kind) => [kind, [[4]], (ids: OperationId[]): Body => ({ ...data, kind, operands: one(ids), shape: [4] })] as const,
  ),
  ['shift', [[3]], (ids) => ({ ...data, kind: 'shift', by: -3, operands: one(ids), shape: [3] })],
  ...(['sum', 'max', 'min'] as const).map(
    (reduction) =>
      [
        `reduce ${reduction}`,
        [[2, 3, 2]],
        (ids: OperationId[]): Body => ({
          ...data,
          kind: 'reduce',
          reduction,
          axes: [0, 2],
          keepAxes: false,
          operands: one(ids),
          shape: [3],
        }),
      ] as const,
  ),
  ['reshape', [[2, 3]], (ids) => ({ ...data, kind: 'reshape', operands: one(ids), shape: [6] })],
  [
    'transpose',
    [[2, 3, 2]],
    (ids) => ({ ...data, kind: 'transpose', permutation: [1, 2, 0], operands: one(ids), shape: [3, 2, 2] }),
  ],
  [
    'slice',
    [[3, 4]],
    (ids) => ({ ...data, kind: 'slice', axis: 1, start: 1, end: 3, operands: one(ids), shape: [3, 2] }),
  ],
  [
    'patches, zeros around them',
    [[3, 4, 2]],
    (ids) => ({
      ...data,
      kind: 'patches',
      window: [2, 3],
      strides: [1, 2],
      dilation: [2, 1],
      before: [1, 1],
      border: 'zero',
      operands: one(ids),
      shape: [3, 2, 2, 3, 2],
    }),
  ],
  [
    'patches, the nearest elements around them',
    [[4]],
    (ids) => ({
      ...data,
      kind: 'patches',
      window: [3],
      strides: [2],
      dilation: [1],
      before: [2],
      border: 'nearest',
      operands: one(ids),
      shape: [2, 3],
    }),
  ],
  [
    'concat',
    [
      [2, 1],
      [2, 3],
    ],
    (ids) => ({ ...data, kind: 'concat', axis: 1, operands: ids, shape: [2, 4] }),
  ],
  [
    'einsum of data with data',
    [
      [2, 3],
      [3, 2],
    ],
    (ids) => ({ ...data, kind: 'einsum', equation: 'ij,jk->ki', operands: pair(ids), shape: [2, 2] }),
  ],
  [
    'einsum over leading axes',
    [
      [2, 2, 3],
      [3, 2],
    ],
    (ids) => ({ ...data, kind: 'einsum', equation: '...i,io->...o', operands: pair(ids), shape: [2, 2, 2] }),
  ],
]

for (const [name, shapes, body] of cases) {
  test(`${name} (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new TestRandom(seed)
        agrees(single(random, shapes, body), random)
      }),
      { numRuns: 25, seed: SEED },
    )
  })
}

test('einsum with the constant on the left, and on data with leading axes', () => {
  const random = new TestRandom(3)
  const build = new CalibratedBuilder()
  const x = input(build, random, 'x', [4, 3])
  const w = build.parameter('w', [2, 4], [1, -3, 0, 0.5, 7, 0, -0.75, 2])
  const y = build.push({ ...data, kind: 'einsum', equation: 'ab,bc->ac', operands: [w, x], shape: [2, 3] })
  agrees(build.finish([{ name: 'y', operation: y }]), random)
})

test('constants that meet data or are an output, several inputs and outputs, a dead input', () => {
  const random = new TestRandom(4)
  const build = new CalibratedBuilder()
  const a = input(build, random, 'a', [2])
  const dead = input(build, random, 'dead', [3])
  const c = build.parameter('c', [2], [0.5, -3])
  const one = build.parameter('one', [], [1])
  const sum = build.push({ ...data, kind: 'add', operands: [a, c], shape: [2] })
  const less = build.push({ ...data, kind: 'subtract', operands: [sum, one], shape: [2] })
  const graph = agrees(
    build.finish([
      { name: 'sum', operation: sum },
      { name: 'less', operation: less },
      { name: 'constant', operation: c },
      { name: 'again', operation: a },
    ]),
    random,
  )
  assert.equal(
    graph.inputs.map((port) => port.nodes.length),
    [2, build.shape(dead)[0]],
  )
})

test('pruned inputs, weights and outputs leave no logic', () => {
  const build = new CalibratedBuilder()
  const elements = [
    { k: 1, i: 2, f: 1 },
    { k: 0, i: 0, f: 0 },
    { k: 1, i: 3, f: -5 },
  ] as const
  const x = build.input('x', { types: elements, rounding: 'nearest', overflow: 'saturate' })
  const w = build.parameter('w', [3, 2], [0, 3, 5, 7, 1, 1])
  const y = build.push({ ...data, kind: 'einsum', equation: 'i,io->o', operands: [x, w], shape: [2] })
  const q = build.quantize(y, 'q', {
    types: [
      { k: 1, i: 5, f: 1 },
      { k: 0, i: -2, f: 1 },
    ],
    rounding: 'nearest',
    overflow: 'wrap',
  })
  const graph = agrees(build.finish([{ name: 'y', operation: q }]), new TestRandom(5))
  // The first output has a zero weight on the only live input, the second no bits.
  assert.equal(graph.nodes.map((node) => node.kind).sort(), ['constant', 'input', 'input', 'input'])
})

test('values wider than 53 bits stay exact inside', () => {
  const build = new CalibratedBuilder()
  const wide: FixedType = { k: 1, i: 25, f: 25 }
  const random = new TestRandom(6)
  const x = build.input('x', { types: [wide, wide, wide], rounding: 'nearest', overflow: 'saturate' })
  const square = build.push({ ...data, kind: 'multiply', operands: [x, x], shape: [3] })
  const cube = build.push({ ...data, kind: 'multiply', operands: [square, x], shape: [3] })
  const w = build.parameter('w', [3, 2], [1, -3.0000001, 5e8, 2 ** -30, 1 + 2 ** -50, -7])
  const sum = build.push({ ...data, kind: 'einsum', equation: 'i,io->o', operands: [cube, w], shape: [2] })
  const rectified = build.push({ ...data, kind: 'abs', operands: [sum], shape: [2] })
  const q = build.quantize(rectified, 'q', {
    types: [
      { k: 1, i: 20, f: 30 },
      { k: 0, i: 40, f: -5 },
    ],
    rounding: 'nearest_even',
    overflow: 'wrap',
  })
  agrees(build.finish([{ name: 'y', operation: q }]), random)
})

test('ports wider than a double are refused, with the place', () => {
  const build = new CalibratedBuilder()
  const type: FixedType = { k: 1, i: 20, f: 13 }
  const x = build.input('x', { types: [{ k: 0, i: 1, f: 1 }, type], rounding: 'nearest', overflow: 'saturate' })
  const y = build.push({ ...data, kind: 'multiply', operands: [x, x], shape: [2] })
  const result = lower(build.finish([{ name: 'y', operation: y }]))
  assert.is(result.ok, false)
  if (result.ok) return
  assert.is(result.error.code, 'HGQ5002')
  assert.match(result.error.message, "element 1 of output 'y' is 67 bits wide")
  assert.is(result.error.span?.start, y)

  const other = new CalibratedBuilder()
  const z = other.input('z', { types: [{ k: 1, i: 40, f: 13 }], rounding: 'nearest', overflow: 'saturate' })
  const refused = lower(other.finish([{ name: 'z', operation: z }]))
  assert.is(!refused.ok && refused.error.message, "element 0 of input 'z' is 54 bits wide")
})

test('what hardware cannot do is refused, with the place', () => {
  for (const kind of ['divide', 'square_root'] as const) {
    const random = new TestRandom(7)
    const body = (ids: OperationId[]): Body =>
      kind === 'divide'
        ? { ...data, kind, operands: pair(ids), shape: [1] }
        : { ...data, kind, operands: one(ids), shape: [1] }
    const result = lower(single(random, [[1], [1]], body))
    assert.is(!result.ok && result.error.code, 'HGQ5001')
    assert.is(!result.ok && result.error.span?.start, 2)
  }
})

test('every node belongs to the layer that made it', () => {
  const build = new CalibratedBuilder()
  const random = new TestRandom(8)
  const x = input(build, random, 'x', [2])
  const y = build.push({ ...data, kind: 'add', operands: [x, x], shape: [2] }, 'skip[0]')
  const graph = agrees(build.finish([{ name: 'y', operation: y }]), random)
  assert.equal(
    new Set(graph.nodes.filter((node) => node.kind === 'scale').map((node) => node.origin)),
    new Set(['skip[0]']),
  )
})
