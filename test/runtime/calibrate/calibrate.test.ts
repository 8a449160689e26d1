import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { assignedEbops, exactEbops, meanBits } from '../../../compiler/ebops/report.js'
import { widthOf } from '../../../compiler/fixed/type.js'
import type { Calibrated } from '../../../compiler/graph/calibrated.js'
import { decodeCalibrated, encodeCalibrated } from '../../../compiler/graph/calibrated-codec.js'
import type { TensorGraph } from '../../../compiler/graph/operation.js'
import { powerOfTwo } from '../../../compiler/numeric/exponent.js'
import { roundNearest } from '../../../compiler/numeric/fixed-quantizer.js'
import { calibrate } from '../../../runtime/calibrate/calibrate.js'
import { leastType, leastTypeOfMagnitude } from '../../../runtime/calibrate/widths.js'
import { inferNetwork } from '../../../runtime/infer/infer.js'
import { inferWithIntegers } from '../../../runtime/infer/integers.js'
import { initialState } from '../../../runtime/train/initial-state.js'
import { ROUNDING_MODES } from '../../fixtures/calibrated.js'
import { blobs } from '../../fixtures/datasets.js'
import { activationQuantizer, denseNetwork, NetworkBuilder, weightQuantizer } from '../../fixtures/networks.js'
import { suite } from '../../kit.js'

const test = suite('calibration and exact inference')
const dataset = blobs(4, 300)
const { train, validation } = dataset.parts

function calibrated(
  graph: TensorGraph,
  margin = 0,
  change: (state: ReturnType<typeof initialState>) => void = () => {},
): Calibrated {
  const tensors = initialState(graph, 3)
  change(tensors)
  const result = calibrate(graph, { tensors, metadata: {} }, dataset, { data: 'train', margin })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

const total = (wraps: ReadonlyMap<string, number>): number => [...wraps.values()].reduce((sum, count) => sum + count, 0)

test('the data it was calibrated with never wraps, and round-only inference agrees', () => {
  for (const activation of [
    {},
    { parametrization: 'kbi', magnitude: 5 },
    { rounding: 'truncate' },
    { granularity: [] },
    { overflow: 'saturate' },
    { overflow: 'wrap_reflect' },
  ] as const) {
    const network = calibrated(denseNetwork({ inputs: 4, hidden: [6, 5], outputs: 3, activation }))
    const { wraps } = inferNetwork(network, train.inputs, train.rows)
    assert.is(total(wraps), 0, JSON.stringify(activation))
  }
})

test('many rows give the same on the kernels as in columns of doubles', () => {
  const many = blobs(4, 3000)
  const values = many.parts.train.inputs.get('x') ?? new Float32Array()
  values[0] = 0
  // A number that rounds to 0 and that the kernels refuse, so that all is done in doubles.
  const odd = blobs(4, 3000)
  odd.parts.train.inputs.get('x')?.set([1e-30])
  for (const activation of [
    {},
    { parametrization: 'kbi', magnitude: 5 },
    { overflow: 'wrap_reflect', signed: true },
    { overflow: 'saturate' },
    { fraction: 16 },
  ] as const)
    for (const inputType of [null, { ...activationQuantizer, fraction: 5 }]) {
      const size = { inputs: 4, hidden: [24, 12], outputs: 3 }
      const graph = denseNetwork({ ...size, activation, ...(inputType !== null && { inputType }) })
      const checkpoint = { tensors: initialState(graph, 3), metadata: {} }
      const [fast, slow] = [many, odd].map((data) => {
        const result = calibrate(graph, checkpoint, data, { data: 'train', margin: 0 })
        if (!result.ok) throw new Error(result.error.message)
        return result.value
      })
      assert.equal(fast?.quantizers, slow?.quantizers)
      assert.equal(fast?.inputs, slow?.inputs)
    }
})

test('what reflects keeps values that are never negative as they are: data and constants', () => {
  const reflecting = { overflow: 'wrap_reflect', fraction: 2 } as const
  const network = new NetworkBuilder()
  const input = network.quantize('q', network.input('x', [4]), 'activation', activationQuantizer)
  const data = network.quantize('d', network.apply('relu', [input]), 'activation', activationQuantizer, reflecting)
  const init = { kind: 'constant', value: 0.5 }
  for (const [path, overrides] of [
    ['kif', { ...reflecting, parametrization: 'kif' }],
    ['kbi', { ...reflecting, magnitude: 3 }],
  ] as const) {
    const constant = network.quantize(
      `${path}/q`,
      network.parameter(path, [4], init),
      'weight',
      weightQuantizer,
      overrides,
    )
    network.output(path, network.apply('multiply', [data, constant]))
  }
  network.output('d', data)
  const result = calibrated(network.graph())
  const { outputs, wraps } = inferNetwork(result, train.inputs, train.rows)
  assert.is(total(wraps), 0)
  const kept = outputs.get('d') ?? []
  assert.ok(kept.some((value) => value > 0) && kept.every((value) => value >= 0))
  for (const path of ['kif', 'kbi'])
    assert.equal(
      Array.from(outputs.get(path) ?? []),
      Array.from(kept, (value) => value / 2),
    )
})

test('one bit less than calibrated wraps', () => {
  const network = calibrated(denseNetwork({ inputs: 4, hidden: [6], outputs: 3 }))
  const [last] = [...network.quantizers.keys()].slice(-1)
  if (last === undefined) throw new Error('no quantizer')
  const elements = network.quantizers.get(last)
  if (elements === undefined) throw new Error('no types')
  const narrower = { ...elements, types: elements.types.map((type) => ({ ...type, i: type.i - 1 })) }
  const { wraps } = inferNetwork(
    { ...network, quantizers: new Map(network.quantizers).set(last, narrower) },
    train.inputs,
    train.rows,
  )
  assert.ok(total(wraps) > 0)
})

test('a margin widens every wrapping quantizer that holds anything', () => {
  const graph = denseNetwork({ inputs: 4, hidden: [6], outputs: 3 })
  const [plain, wide] = [calibrated(graph), calibrated(graph, 2)]
  for (const [id, { types }] of plain.quantizers) {
    for (const [element, type] of types.entries()) {
      assert.is(wide.quantizers.get(id)?.types[element]?.i, widthOf(type) === 0 ? type.i : type.i + 2)
    }
  }
})

test('a port holds what its consumers ask for, and saturates', () => {
  const network = new NetworkBuilder()
  const x = network.input('x', [4])
  const parts = [2, 5].map((fraction, index) => {
    const q = network.quantize(`q${index}`, x, 'activation', activationQuantizer, { fraction })
    return network.apply(
      'einsum',
      [q, network.quantize(`w${index}`, network.parameter(`p${index}`, [4, 2]), 'weight', weightQuantizer)],
      { equation: '...i,io->...o' },
    )
  })
  network.output('y', network.apply('add', parts))
  const result = calibrated(network.graph())
  const port = result.inputs.get(0)
  assert.is(port?.overflow, 'saturate')
  assert.ok(port?.types.every(({ k, f }) => k === 1 && f === 5))
  const far = inferNetwork(result, new Map([['x', new Float32Array(4).fill(1e6)]]), 1)
  assert.is(total(far.wraps), 0)
  for (const [element, value] of (far.ports.get('x') ?? []).entries()) {
    const type = port?.types[element]
    assert.is(value, powerOfTwo(type?.i ?? 0) - powerOfTwo(-5))
  }
})

test('an input that nothing quantizes is refused', () => {
  const network = new NetworkBuilder()
  network.output('y', network.apply('relu', [network.input('x', [4])]))
  const graph = network.graph()
  const result = calibrate(graph, { tensors: initialState(graph, 1), metadata: {} }, dataset, {
    data: 'train',
    margin: 0,
  })
  assert.not.ok(result.ok)
  if (!result.ok) assert.is(result.error.code, 'HGQ4004')
})

test('doubles and integers give the same outputs and wraps', () => {
  for (const rounding of ROUNDING_MODES) {
    for (const overflow of ['wrap', 'saturate', 'saturate_symmetric', 'wrap_reflect'] as const) {
      const network = calibrated(
        denseNetwork({ inputs: 4, hidden: [5], outputs: 3, activation: { rounding, overflow, integer: 1 } }),
      )
      const rows = 20
      const inputs = new Map([
        ['x', (validation.inputs.get('x') ?? new Float32Array()).subarray(0, rows * 4).map((x) => 4 * x)],
      ])
      const { outputs, ports, wraps } = inferNetwork(network, inputs, rows)
      const found = new Map([...wraps.keys()].map((path) => [path, 0] as const))
      const byId = new Map(
        network.graph.inputs.map(({ name, operation }) => [operation, ports.get(name) ?? new Float64Array()]),
      )
      const exact = inferWithIntegers(network, byId, rows, found)
      assert.equal(
        Array.from(exact.get('output') ?? [], (v) => v + 0),
        Array.from(outputs.get('output') ?? [], (v) => v + 0),
      )
      assert.equal(found, wraps)
    }
  }
})

test('networks beyond 53 bits are inferred with integers', () => {
  const wide = { fraction: 24, integer: 3 } as const
  const graph = denseNetwork({
    inputs: 4,
    hidden: [],
    outputs: 3,
    activation: wide,
    weight: { magnitude: 23, integer: -10 },
  })
  const network = calibrated(graph, 0, (state) => {
    for (const [path, { values }] of state)
      if (path.endsWith('parameter[0]'))
        for (let index = 0; index < values.length; index++) values[index] = (values[index] ?? 0) * 1e-4
  })
  const { outputs } = inferNetwork(network, validation.inputs, 3)
  assert.ok((outputs.get('output') ?? []).every(Number.isFinite))
})

test('the least type of a range is the least that holds it', () => {
  const integer = fc.integer({ min: -70, max: 70 })
  fc.assert(
    fc.property(integer, integer, fc.integer({ min: -4, max: 4 }), (a, b, f) => {
      const step = powerOfTwo(-f)
      const [low, high] = [Math.min(a, b, 0) * step, Math.max(a, b, 0) * step]
      const holds = (k: number, i: number): boolean => low >= -k * powerOfTwo(i) && high <= powerOfTwo(i) - step
      const { k, i } = leastType(low, high, f)
      assert.ok(holds(k, i))
      if (low < 0 || high > 0) assert.not.ok(holds(k, i - 1))
      assert.is(k, low < 0 ? 1 : 0)
    }),
  )
  assert.equal(leastType(-4, 3.75, 2), { k: 1, i: 2, f: 2 }, 'exactly -2^i needs no bit more')
  fc.assert(
    fc.property(
      fc.double({ min: -50, max: 0, noNaN: true }),
      fc.double({ min: 0, max: 50, noNaN: true }),
      fc.integer({ min: 1, max: 8 }),
      (low, high, b) => {
        const { k, i, f } = leastTypeOfMagnitude(low, high, b, roundNearest)
        if (k + i + f <= 0) return
        assert.is(i + f, b)
        const [bottom, top] = [low, high].map((x) => roundNearest(x * powerOfTwo(f)))
        assert.ok((top ?? 0) < powerOfTwo(b) && (bottom ?? 0) >= -powerOfTwo(b))
      },
    ),
  )
})

test('bytes and back', () => {
  const network = calibrated(denseNetwork({ inputs: 4, hidden: [6], outputs: 3 }))
  const bytes = encodeCalibrated(network)
  const back = decodeCalibrated(bytes)
  assert.equal(back, network)
  assert.equal(encodeCalibrated(back), bytes)
  assert.throws(() => decodeCalibrated(bytes.subarray(0, 100)))
})

test('EBOPs: exact never above assigned; widths are counted', () => {
  const network = calibrated(denseNetwork({ inputs: 4, hidden: [6], outputs: 3 }))
  const [assigned, exact] = [assignedEbops(network), exactEbops(network)]
  assert.ok(exact.total <= assigned.total && exact.total > 0)
  assert.is(
    assigned.operations.reduce((sum, { ebops }) => sum + ebops, 0),
    assigned.total,
  )
  assert.equal([...new Set(assigned.operations.map(({ path }) => path))], ['dense[0]', 'dense[1]'])
  const { weight, activation } = meanBits(network)
  assert.ok(weight > 0 && weight <= 6 && activation > 0 && activation < 12)
})
