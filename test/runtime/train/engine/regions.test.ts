import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { TensorGraph } from '../../../../compiler/graph/operation.js'
import { bindCalls } from '../../../../runtime/kernels/bind.js'
import { kernelMemory, kernelModule } from '../../../../runtime/kernels/kernels.js'
import { partitionOf } from '../../../../runtime/kernels/partition.js'
import { BASE, type Call } from '../../../../runtime/kernels/program.js'
import { TileRunner } from '../../../../runtime/kernels/tiles.js'
import type { Work } from '../../../../runtime/kernels/work.js'
import { layOutEngine } from '../../../../runtime/train/engine/engine-layout.js'
import { type Between, Machine } from '../../../../runtime/train/engine/machine.js'
import { TestRandom } from '../../../fixtures/calibrated.js'
import { denseNetwork } from '../../../fixtures/networks.js'
import { randomNetwork } from '../../../fixtures/random-network/random-network.js'
import { suite } from '../../../kit.js'
import { randomPart, requestOf, unevenState } from './compare.js'

const test = suite('what the work between passes says that it touches')
const SEED = 23
const ROWS = 200
/** What stands where work must not look. As an index it leads far away, as a float32 it is no small number. */
const FOREIGN = 0x5a

/**
 * Makes two steps of a network on one thread, and of each piece of work on the way sees that it writes to nothing but
 * what it names, and the same whatever stands in what it does not name. How many pieces there were.
 */
function checkRegions(graph: TensorGraph): number {
  const part = randomPart(graph, 'mse', ROWS, 1)
  const layout = layOutEngine(requestOf(graph, { kind: 'mse' }, part))
  const { tiles, plans, penalty, optimizer, sources } = layout
  const memory = kernelMemory(layout.bytes)
  const leader = new TileRunner({ ...tiles, memory, module: kernelModule() }, 0)
  const machine = new Machine(leader.kernels, memory)
  const count = partitionOf(ROWS, tiles.sharesParts).parts
  const parts = { address: tiles.parts, bytes: tiles.partBytes, count, rows: ROWS, step: 0 }
  for (const action of [...plans.training.start, ...plans.screening.start, penalty.start]) action(machine, parts)
  layout.state.fill(machine, unevenState(graph, 3))
  for (const [name, { address }] of sources.train.inputs)
    machine.floats(address, part.inputs.get(name)?.length ?? 0).set(part.inputs.get(name) ?? [])
  machine.words(sources.train.order, ROWS).set(Int32Array.from({ length: ROWS }, (_, row) => row))
  const bases = new Int32Array(16)
  bases[BASE.part] = tiles.parts
  bases[BASE.parts] = count
  bases[BASE.partBytes] = tiles.partBytes
  let checked = 0
  // Tiles, the sums of the parts, which are read, and what threads have for themselves come last; the work knows of none.
  const known = new Uint8Array(memory.buffer, 0, tiles.tiles)
  const check = (work: Work): void => {
    const [run] = bindCalls([[work.call]], leader.kernels)
    const { kernel } = work.call
    const before = known.slice()
    run(bases, 0)
    const after = known.slice()
    const allowed = before.slice()
    for (const { address, bytes } of work.writes) allowed.set(after.subarray(address, address + bytes), address)
    assert.ok(Buffer.compare(allowed, after) === 0, `${kernel} writes to what it does not name`)
    known.fill(FOREIGN)
    for (const { address, bytes } of work.reads) known.set(before.subarray(address, address + bytes), address)
    const start = known.slice()
    run(bases, 0)
    for (const { address, bytes } of work.writes)
      for (let at = address; at < address + bytes; at++) {
        const untouched = known[at] === start[at] && before[at] === after[at]
        assert.ok(known[at] === after[at] || untouched, `${kernel} reads what it does not name, for ${at}`)
      }
    known.set(after)
    checked++
  }
  const pass = (items: readonly Between[]): void => {
    for (const item of items) {
      if (typeof item === 'function') item(machine, parts)
      else check(item)
    }
  }
  for (const { opening } of tiles.programs) for (const { kernel, given } of opening) checkOpening(kernel, given)
  const { passes } = plans.training
  for (let step = 0; step < 2; step++) {
    penalty.press(machine, 1e-4)
    optimizer.begin(machine, { first: 0, rows: ROWS, step, pressure: 1e-4, rate: 1e-2, widthRate: 1e-2 })
    for (const [index, { before, after }] of passes.entries()) {
      pass(before)
      leader.lead(index, 0, ROWS, 1 / ROWS)
      pass(after)
    }
    pass(penalty.gradients)
    pass(optimizer.update)
  }
  return checked
}

/** A thread opens a pass in memory of its own, where its first argument points, and knows of no tile then. */
function checkOpening(kernel: string, [target, ...others]: Call['given']): void {
  assert.ok(
    typeof target === 'object' && target.base === BASE.own,
    `${kernel} opens a pass in memory that threads share`,
  )
  for (const other of others)
    assert.ok(typeof other === 'number' || other.base === BASE.own, `${kernel} opens a pass with something of a tile`)
}

test('a dense network, with more in a layer than one piece of work takes', () => {
  assert.ok(checkRegions(denseNetwork({ inputs: 37, hidden: [33], outputs: 3 })) > 60)
})

test(`random networks (seed ${SEED})`, () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), (seed, size) => {
      checkRegions(randomNetwork(new TestRandom(seed), size, 2))
    }),
    { numRuns: 15, seed: SEED },
  )
})
