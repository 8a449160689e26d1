import * as assert from 'uvu/assert'
import { optimize } from '../../../compiler/optimize/optimize.js'
import { quantizedNetwork } from '../../fixtures/quantized-network.js'
import { suite } from '../../kit.js'
import { BACKENDS, type Backend } from './backends.js'
import { Coverage } from './coverage.js'
import { runNetwork } from './run.js'
import { agreeInSoftware, vectorsOf } from './software.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const missing = new Map<Backend, string | null>()
for (const backend of BACKENDS) missing.set(backend, await backend.missing())

const test = suite('bench/networks')

const SEED = 4
const VECTORS = 400
/** Verilator compiles for seconds what the others run in one. */
const NETWORKS: Record<Backend['name'], number> = { verilator: 2, icarus: 6, netlist: 6, ghdl: 6, vitis: 4, oneapi: 4 }

for (const [backend, tool] of missing) {
  const count = NETWORKS[backend.name]
  const title = `${count} random networks: inference = emulator = ${backend.name} (seed ${SEED})`
  if (tool !== null) test.skip(title, `${tool} is not installed`)
  else
    test(title, async () => {
      for (let index = 0; index < count; index++) {
        const { outcomes } = await runNetwork({ seed: SEED, index, vectors: VECTORS, backends: [backend] })
        assert.equal(
          outcomes.map(({ backend, problem }) => [backend, problem]),
          [
            ['software', null],
            [backend.name, null],
          ],
          `network ${index}`,
        )
      }
    })
}

test(`100 networks have every kind of operation and every mode on each side (seed ${SEED})`, async () => {
  const coverage = new Coverage()
  for (let index = 0; index < 100; index++) {
    coverage.add(await runNetwork({ seed: SEED, index, vectors: 30, backends: [] }))
  }
  assert.equal(coverage.missing(), [])
})

test('the same seed gives the same network', () => {
  assert.equal(quantizedNetwork(7), quantizedNetwork(7))
})

test('what differs is found and named', () => {
  const found = { exact: 0, emulator: 0 }
  for (let seed = 0; seed < 10; seed++) {
    const network = quantizedNetwork(seed)
    const { calibrated, lowered } = network
    const vectors = vectorsOf(lowered, 200, seed)
    const graph = optimize(lowered)
    assert.not.type(agreeInSoftware(network, graph, vectors), 'string')
    const constants = new Map(
      [...calibrated.constants].map(([id, constant]) => [
        id,
        { ...constant, values: constant.values.map((value) => value + 0.5) },
      ]),
    )
    const exact = agreeInSoftware({ lowered, calibrated: { ...calibrated, constants } }, graph, vectors)
    if (typeof exact === 'string' && exact.includes('by rational arithmetic')) found.exact++
    const negated = { ...graph, nodes: graph.nodes.map(withoutRelu) }
    const emulated = agreeInSoftware(network, negated, vectors)
    if (typeof emulated === 'string' && emulated.includes('by the emulator of the graph as lowered')) found.emulator++
  }
  assert.ok(found.exact >= 5 && found.emulator >= 1, JSON.stringify(found))
})

function withoutRelu(node: ReturnType<typeof optimize>['nodes'][number]): typeof node {
  const { interval, origin } = node
  if (node.kind !== 'relu') return node
  return { kind: 'scale', term: { node: node.node, shift: 0, negate: false }, interval, origin }
}
