import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { OperationId, TensorGraph } from '../../../compiler/graph/operation.js'
import { TABLE_FUNCTION_NAMES, type TableFunction } from '../../../compiler/graph/table-function.js'
import { operationAt } from '../../../compiler/graph/walk.js'
import { elementCount } from '../../../lang/shape.js'
import { elementTypes, freezeParameters } from '../../../runtime/calibrate/freeze.js'
import { type ObservedQuantizer, observe, type Rows } from '../../../runtime/calibrate/observe.js'
import { type BulkQuantizer, bulkQuantizer, observeInBulk } from '../../../runtime/calibrate/observe-bulk.js'
import { noExtremes, noteExtremes } from '../../../runtime/calibrate/widths.js'
import { Tables } from '../../../runtime/infer/element-tables.js'
import { initialState } from '../../../runtime/train/initial-state.js'
import { TestRandom } from '../../fixtures/calibrated.js'
import { blobs } from '../../fixtures/datasets.js'
import { activationQuantizer, denseNetwork, NetworkBuilder, weightQuantizer } from '../../fixtures/networks.js'
import { randomNetwork } from '../../fixtures/random-network/random-network.js'
import { suite } from '../../kit.js'

const test = suite('runtime/calibrate/observe-bulk')
const SEED = 23
const { train, validation } = blobs(4, 150).parts
const BLOBS: readonly Rows[] = [train, validation]

/** Extremes of every quantizer's elements with doubles and with the kernels; null where those gave up. */
function bothWays(graph: TensorGraph, seed: number, fraction: number, data = BLOBS) {
  const random = new TestRandom(seed)
  const tables = Tables.of(graph)
  const frozen = freezeParameters(graph, tables, { tensors: initialState(graph, seed), metadata: {} })
  const constants = new Map([...frozen].map(([id, { values }]) => [id, values]))
  const known = new Map<OperationId, ObservedQuantizer>()
  const bulk = new Map<OperationId, BulkQuantizer>()
  for (const id of tables.observed) {
    const operation = operationAt(graph, id)
    // Ports pass what they get, on a fine grid.
    if (operation.kind === 'input')
      bulk.set(id, { kind: 'round', f: new Array<number>(tables.size(id)).fill(20), rounding: 'nearest' })
    if (operation.kind !== 'quantize' || operation.side !== 'data') continue
    const size = tables.size(id)
    const groupOf = Int32Array.from({ length: size }, (_, element) => element)
    const { learned } = operation.quantizer
    const f = Float64Array.from({ length: size }, () => random.integer(-2, fraction))
    const types = Array.from(f, (each) => ({ k: random.pick([0, 1] as const), i: random.integer(-1, 6), f: each }))
    const how: ObservedQuantizer = learned
      ? { kind: 'round', f, groupOf }
      : { kind: 'known', elements: elementTypes(operation, types, groupOf) }
    known.set(id, how)
    const made = bulkQuantizer(operation, how)
    if (made !== undefined) bulk.set(id, made)
  }
  const expected = new Map<OperationId, number[]>()
  for (const id of known.keys()) expected.set(id, [])
  const extremes = new Map([...known.keys()].map((id) => [id, noExtremes(tables.size(id))]))
  const observer = {
    quantizer: ({ id }: { readonly id: OperationId }): ObservedQuantizer =>
      known.get(id) ?? { kind: 'unknown' as const },
    port: (_: unknown, values: Float64Array): void => {
      for (let at = 0; at < values.length; at++)
        values[at] = Math.floor((values[at] as number) * 2 ** 20 + 0.5) / 2 ** 20
    },
    saw: ({ id }: { readonly id: OperationId }, _: Float64Array, after: Float64Array | undefined): void => {
      const held = extremes.get(id)
      if (held === undefined || after === undefined) throw new Error('every quantizer is known')
      noteExtremes(
        held,
        after,
        Int32Array.from({ length: held.low.length }, (__, element) => element),
      )
    },
  }
  for (const part of data) observe(graph, tables, constants, part, observer, null)
  for (const [id, { low, high }] of extremes)
    expected.set(
      id,
      Array.from(low).flatMap((least, element) => [least + 0, (high[element] ?? 0) + 0]),
    )
  const found = observeInBulk(graph, constants, data, bulk)
  return {
    expected,
    found:
      found === null
        ? null
        : new Map([...known.keys()].map((id) => [id, Array.from(found.get(id) ?? [], (x) => x + 0)])),
  }
}

for (const overflow of ['learned', 'wrap', 'wrap_reflect', 'saturate'] as const)
  for (const [fraction, name] of [
    [6, 'few bits'],
    [14, 'more than float32 holds'],
  ] as const) {
    const activation = overflow === 'learned' ? {} : ({ overflow, learned: false } as const)
    const graph = denseNetwork({ inputs: 4, hidden: [9, 6], outputs: 3, activation })
    test(`extremes of ${overflow} types with ${name} are those of doubles (seed ${SEED})`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 1 }), (seed) => {
          const { expected, found } = bothWays(graph, seed, fraction)
          assert.equal(found, expected)
        }),
        { numRuns: 40, seed: SEED },
      )
    })
  }

/** A dense layer whose weights are scaled by the variance of its own products, as a folded batch normalization. */
function normalized(): TensorGraph {
  const network = new NetworkBuilder()
  const x = network.quantize('in', network.input('x', [4]), 'activation', activationQuantizer)
  const weight = network.parameter('w', [4, 7])
  const plain = network.apply('einsum', [x, network.quantize('plain', weight, 'weight', weightQuantizer)], {
    equation: '...i,io->...o',
  })
  const mean = network.apply('batch_mean', [plain], { momentum: 0.9 }, 'norm', 'norm')
  const variance = network.apply('batch_variance', [plain], { momentum: 0.9 }, 'norm', 'norm')
  const root = network.apply('square_root', [network.apply('add', [variance, network.constant(1e-3)])])
  const scaled = network.quantize('w/quantizer', network.apply('divide', [weight, root]), 'weight', weightQuantizer)
  const offset = network.quantize('offset', network.apply('divide', [mean, root]), 'bias', weightQuantizer)
  const product = network.apply('einsum', [x, scaled], { equation: '...i,io->...o' })
  const y = network.apply('relu', [network.apply('subtract', [product, offset])])
  const z = network.quantize('z', y, 'activation', activationQuantizer)
  network.output('output', network.dense('last', network.apply('add', [z, z]), 3))
  return network.graph()
}

test(`a folded batch normalization (seed ${SEED})`, () => {
  const graph = normalized()
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.integer({ min: 2, max: 16 }), (seed, fraction) => {
      const { expected, found } = bothWays(graph, seed, fraction)
      assert.equal(found, expected)
    }),
    { numRuns: 40, seed: SEED },
  )
})

/**
 * A function between two layers and, in two steps, a softmax: its operand is a product that a quantizer has passed, laid
 * out anew; what it gives is quantized, summed and looked up again.
 */
function tabled(name: TableFunction, activation: Partial<typeof activationQuantizer>): TensorGraph {
  const network = new NetworkBuilder()
  const quantized = (path: string, x: number): number =>
    network.quantize(path, x, 'activation', { ...activationQuantizer, ...activation })
  const table = (path: string, x: number, what: TableFunction): number =>
    quantized(path, network.apply('table', [x], { function: what }))
  const x = quantized('in', network.input('x', [4]))
  const hidden = network.apply('reshape', [quantized('h', network.dense('first', x, 6))], { shape: [2, 3] })
  const turned = network.apply('transpose', [hidden], { permutation: [1, 0] })
  const flat = network.apply('reshape', [table('f', turned, name)], { shape: [-1] })
  const logits = network.apply('minimum', [network.dense('second', flat, 5), network.constant(4)])
  const powers = table('exp', quantized('logits', logits), 'exp')
  const sum = network.apply('reduce_sum', [powers], { axes: [0], keep_axes: true })
  const inverse = table('inverse', quantized('sum', sum), 'inverse')
  network.output('output', network.dense('last', quantized('y', network.apply('multiply', [powers, inverse])), 3))
  return network.graph()
}

for (const overflow of ['learned', 'wrap', 'saturate'] as const)
  test(`tables that are still to be filled, of ${overflow} types (seed ${SEED})`, () => {
    const activation = overflow === 'learned' ? {} : ({ overflow, learned: false } as const)
    const graphs = TABLE_FUNCTION_NAMES.map((name) => tabled(name, activation))
    let refused = 0
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.nat(graphs.length - 1), fc.integer({ min: 2, max: 12 }), (seed, at, f) => {
        const { expected, found } = bothWays(graphs[at] as TensorGraph, seed, f)
        if (found === null) refused++
        else assert.equal(found, expected)
      }),
      { numRuns: 60, seed: SEED },
    )
    assert.ok(refused < 30, `${refused} of 60 networks were refused`)
  })

test(`random networks, tables among their operations (seed ${SEED})`, () => {
  const seen = { same: 0, tables: 0, refused: 0 }
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.integer({ min: 1, max: 150 }), (seed, rows) => {
      const random = new TestRandom(seed)
      const graph = randomNetwork(random, random.integer(2, 8), 3, 'firmware')
      const inputs = new Map(
        graph.inputs.map(({ name, operation }) => {
          const size = elementCount(operationAt(graph, operation).shape)
          return [name, Float32Array.from({ length: rows * size }, () => (random.unit() - 0.5) * 8)]
        }),
      )
      const { expected, found } = bothWays(graph, seed, 6, [{ rows, inputs }])
      if (found === null) {
        seen.refused++
        return
      }
      assert.equal(found, expected)
      seen.same++
      if (graph.operations.some(({ kind, side }) => kind === 'table' && side === 'data')) seen.tables++
    }),
    { numRuns: 100, seed: SEED },
  )
  assert.ok(seen.same > 60 && seen.tables > 15, JSON.stringify(seen))
})

test('what float64 cannot hold is left to others', () => {
  const graph = denseNetwork({
    inputs: 4,
    hidden: [9],
    outputs: 3,
    weight: { parametrization: 'kif', integer: 2, fraction: 30, overflow: 'saturate' },
  })
  let refused = 0
  for (let seed = 1; seed < 8; seed++) {
    const { expected, found } = bothWays(graph, seed, 24)
    if (found === null) refused++
    else assert.equal(found, expected)
  }
  assert.ok(refused > 0)
})
