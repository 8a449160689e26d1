import * as assert from 'uvu/assert'
import { createEngine } from '../../../../runtime/train/create-engine.js'
import { activationQuantizer, denseNetwork, NetworkBuilder } from '../../../fixtures/networks.js'
import { withoutMemory } from '../../../fixtures/no-memory.js'
import { suite } from '../../../kit.js'
import { datasetOf, randomPart, requestOf } from './compare.js'

const test = suite('memory of the engine')

test('a batch that takes more than WebAssembly can address is an error of the training, with a cure', async () => {
  // A barrier in the middle: every tile of the batch keeps its rows.
  const n = new NetworkBuilder()
  const kbi = { ...activationQuantizer, parametrization: 'kbi' } as const
  const x = n.quantize('x/q', n.input('x', [4]), 'activation', kbi)
  n.output('y', n.dense('last', x, 2))
  const graph = n.graph()
  const request = requestOf(graph, { kind: 'mse' }, randomPart(graph, 'mse', 1000, 1), { batch: 1e9 })
  const made = await createEngine('hgq', request)
  assert.not.ok(made.ok)
  if (made.ok) return
  assert.is(made.error.code, 'HGQ4006')
  assert.match(
    made.error.message,
    /^the engine `hgq` needs [\d.]+ GB at once for this training, and can hold 4\.29 GB$/,
  )
  assert.match(made.error.notes.join('\n'), /a smaller `batch`/)
})

test('so is a machine that has no memory left', async () => {
  const graph = denseNetwork({ inputs: 4, hidden: [6], outputs: 3 })
  const request = requestOf(graph, { kind: 'cross_entropy' }, randomPart(graph, 'cross_entropy', 200, 1))
  await withoutMemory(async () => {
    const made = await createEngine('hgq', request)
    assert.match((!made.ok && made.error.message) || '', / this machine does not give them$/)
  })
})

test('what is taught in place of targets counts among the rows', async () => {
  const graph = denseNetwork({ inputs: 2, hidden: [], outputs: 8 })
  const rows = 1e6
  const part = { rows, inputs: new Map([['x', new Float32Array(2 * rows)]]), targets: new Float32Array(rows) }
  const dataset = datasetOf(graph, 'cross_entropy', part, randomPart(graph, 'cross_entropy', 10, 1))
  const request = requestOf(graph, { kind: 'cross_entropy' }, part, { dataset, batch: 100 })
  await withoutMemory(async () => {
    for (const [taught, bytes] of [
      [null, '0.01 GB'],
      [new Float32Array(8 * rows), '0.04 GB'],
    ] as const) {
      const made = await createEngine('hgq', { ...request, taught })
      assert.is(((!made.ok && made.error.notes[0]) || '').slice(0, 7), bytes)
    }
  })
})

test('any other mistake of a request is thrown before a thread is started', async () => {
  const graph = denseNetwork({ inputs: 4, hidden: [6], outputs: 3 })
  const part = randomPart(graph, 'cross_entropy', 200, 1)
  const request = requestOf(graph, { kind: 'cross_entropy' }, part, { threads: 3 })
  let started = 0
  const count = (): number => started++
  process.on('worker', count)
  try {
    const failed = await createEngine('hgq', { ...request, network: new Map() }).catch((error: unknown) => error)
    assert.match(failed instanceof Error ? failed.message : '', /^state .* is missing or has another shape$/)
    await new Promise(setImmediate)
    assert.is(started, 0)
    // The count does see threads.
    const made = await createEngine('hgq', request)
    await new Promise(setImmediate)
    assert.is(started, 2)
    if (made.ok) await made.value.close()
  } finally {
    process.off('worker', count)
  }
})
