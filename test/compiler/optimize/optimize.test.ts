import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { checkFixedGraph } from '../../../compiler/fixed/check.js'
import type { FixedGraph } from '../../../compiler/fixed/graph.js'
import type { Calibrated } from '../../../compiler/graph/calibrated.js'
import { lower } from '../../../compiler/lower/lower.js'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { emulate } from '../../../runtime/emulate/emulate.js'
import { CalibratedBuilder, randomCalibrated, TestRandom } from '../../fixtures/calibrated.js'
import { evaluateExactly } from '../../fixtures/exact/evaluate.js'
import { numberOfExact } from '../../fixtures/exact/number.js'
import { randomInputs } from '../../fixtures/random-inputs.js'
import { suite } from '../../kit.js'

const test = suite('compiler/optimize')

const SEED = 20261
const ROWS = 40

function lowered(calibrated: Calibrated): FixedGraph {
  const result = lower(calibrated)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** Rows of the outputs by the reference, flat. */
function expected(calibrated: Calibrated, inputs: ReadonlyMap<string, Float64Array>): Map<string, number[]> {
  const result = new Map<string, number[]>()
  for (let row = 0; row < ROWS; row++) {
    const own = new Map(
      [...inputs].map(([name, values]) => {
        const elements = values.length / ROWS
        return [name, [...values.subarray(row * elements, (row + 1) * elements)]] as const
      }),
    )
    for (const [name, values] of evaluateExactly(calibrated, own)) {
      result.set(name, [...(result.get(name) ?? []), ...values.map(numberOfExact)])
    }
  }
  return result
}

function agreesAtEveryStage(calibrated: Calibrated, seed: number): void {
  const values = randomInputs(calibrated, new TestRandom(seed), ROWS)
  const reference = expected(calibrated, values)
  const compare = (stage: string, graph: FixedGraph): void => {
    checkFixedGraph(graph)
    for (const [name, found] of emulate(graph, values, ROWS)) {
      assert.equal([...found], reference.get(name), `${stage}, output ${name}`)
    }
  }
  const graph = lowered(calibrated)
  compare('lower', graph)
  optimize(graph, { observe: compare })
}

test(`lowering and every pass give what the network means (seed ${SEED})`, () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      (seed, inputs, hidden, outputs, quantizeOutput) => {
        agreesAtEveryStage(randomCalibrated(seed, { inputs, hidden, outputs, quantizeOutput }), seed)
      },
    ),
    { numRuns: 150, seed: SEED },
  )
})

/** Differences of products that are shared, negated, scaled and added again. */
function tangled(seed: number): Calibrated {
  const random = new TestRandom(seed)
  const build = new CalibratedBuilder()
  const types = Array.from({ length: 3 }, () => random.type())
  const x = build.input('x', { types, rounding: 'nearest', overflow: 'saturate' })
  const data = { side: 'data', shape: [2] } as const
  const product = (name: string): number => {
    const w = build.parameter(
      name,
      [3, 2],
      Array.from({ length: 6 }, () => random.integer(-9, 9) / 4),
    )
    return build.push({ ...data, kind: 'einsum', equation: 'i,io->o', operands: [x, w] })
  }
  const [a, b] = [product('a'), product('b')]
  const difference = build.push({ ...data, kind: 'subtract', operands: [a, b] })
  const negated = build.push({ ...data, kind: 'negate', operands: [a] })
  const halved = build.push({ ...data, kind: 'shift', by: -1, operands: [difference] })
  const factor = build.parameter('factor', [2], [random.integer(-7, 7), random.integer(-7, 7)])
  const scaled = build.push({ ...data, kind: 'multiply', operands: [halved, factor] })
  const sum = build.push({ ...data, kind: 'add', operands: [scaled, negated] })
  const greatest = build.push({ ...data, kind: 'maximum', operands: [sum, difference] })
  return build.finish([
    { name: 'sum', operation: sum },
    { name: 'greatest', operation: greatest },
  ])
}

test(`so do sums that are subtracted, shared and multiplied again (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => agreesAtEveryStage(tangled(seed), seed)),
    { numRuns: 150, seed: SEED },
  )
})

test('what is left is made of primitives, and no adder negates both operands', () => {
  const graph = optimize(lowered(randomCalibrated(3, { inputs: 8, hidden: [8], outputs: 4 })))
  const allowed = new Set(['input', 'constant', 'add', 'scale', 'multiply', 'cast', 'relu', 'less', 'select'])
  for (const node of graph.nodes) {
    assert.ok(allowed.has(node.kind), node.kind)
    if (node.kind === 'add') assert.not(node.left.negate && node.right.negate)
  }
})

function adders(build: CalibratedBuilder, output: number): number {
  const graph = optimize(lowered(build.finish([{ name: 'y', operation: output }])))
  return graph.nodes.filter((node) => node.kind === 'add').length
}

function dense(weights: readonly number[], outputs: number): { build: CalibratedBuilder; y: number } {
  const build = new CalibratedBuilder()
  const inputs = weights.length / outputs
  const types = Array.from({ length: inputs }, () => ({ k: 1, i: 3, f: 0 }) as const)
  const x = build.input('x', { types, rounding: 'nearest', overflow: 'saturate' })
  const w = build.parameter('w', [inputs, outputs], weights)
  const y = build.push({ kind: 'einsum', equation: 'i,io->o', operands: [x, w], side: 'data', shape: [outputs] })
  return { build, y }
}

test('adders are as few as canonical digits, sharing and merging make them', () => {
  const count = (weights: readonly number[], outputs: number): number => {
    const { build, y } = dense(weights, outputs)
    return adders(build, y)
  }
  // 7 = 8 - 1; powers of two are wires.
  assert.is(count([7], 1), 1)
  assert.is(count([4, 0, 0.5], 1), 1)
  // A product that two sums need is made once, also with another sign and scale.
  assert.is(count([7, -14, 1, 0], 2), 2)
  // Equal outputs are one output.
  assert.is(count([3, 3, 5, 5], 2), 3)
})

test('a bias and the half that rounding adds are one constant', () => {
  const { build, y } = dense([1, 1], 1)
  const b = build.parameter('b', [1], [0.75])
  const sum = build.push({ kind: 'add', operands: [y, b], side: 'data', shape: [1] })
  const type = { k: 1, i: 6, f: 0 } as const
  const rounded = build.quantize(sum, 'q', { types: [type], rounding: 'nearest', overflow: 'wrap' })
  assert.is(adders(build, rounded), 2)
})

test('a sum that is read twice is made once', () => {
  const { build, y } = dense([1, 1, 1, 1], 1)
  const data = { side: 'data', shape: [1] } as const
  const three = build.parameter('three', [1], [3])
  const five = build.parameter('five', [1], [5])
  const parts = [three, five].map((c) => build.push({ ...data, kind: 'add', operands: [y, c] }))
  const both = build.push({ ...data, kind: 'maximum', operands: [parts[0] ?? 0, parts[1] ?? 0] })
  assert.is(adders(build, both), 5)
})
