import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { FlowNetwork, UNLIMITED } from '../../../compiler/schedule/max-flow.js'
import { suite } from '../../kit.js'

const test = suite('compiler/schedule/max-flow')
const SEED = 83

interface Arc {
  readonly from: number
  readonly to: number
  readonly capacity: number
}

/** The greatest flow, and what the source reaches then: path after path, in a matrix of what is left. */
function naive(size: number, arcs: readonly Arc[]): { readonly flow: number; readonly reached: readonly boolean[] } {
  const left = Array.from({ length: size }, () => new Array<number>(size).fill(0))
  const at = (from: number, to: number): number => left[from]?.[to] ?? 0
  const add = (from: number, to: number, more: number): void => {
    ;(left[from] as number[])[to] = at(from, to) + more
  }
  for (const { from, to, capacity } of arcs) add(from, to, capacity)
  for (let flow = 0; ; ) {
    const before = new Map<number, number>([[0, 0]])
    for (const node of before.keys()) {
      for (let to = 0; to < size; to++) if (!before.has(to) && at(node, to) > 0) before.set(to, node)
    }
    if (!before.has(size - 1)) return { flow, reached: left.map((_, node) => before.has(node)) }
    const path: (readonly [number, number])[] = []
    for (let to = size - 1; to !== 0; to = before.get(to) as number) path.push([before.get(to) as number, to])
    const most = Math.min(...path.map(([from, to]) => at(from, to)))
    for (const [from, to] of path) {
      add(from, to, -most)
      add(to, from, most)
    }
    flow += most
  }
}

const networks = fc.integer({ min: 2, max: 9 }).chain((size) => {
  const node = fc.integer({ min: 0, max: size - 1 })
  const capacity = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 0, max: 12 }) }, fc.constant(UNLIMITED))
  const arcs = fc.array(fc.record({ from: node, to: node, capacity }), { maxLength: 40 })
  return fc.record({ size: fc.constant(size), first: arcs, later: arcs })
})

test(`the cut has the capacity of the greatest flow, also with arcs that are added later (seed ${SEED})`, () => {
  let cuts = 0
  fc.assert(
    fc.property(networks, ({ size, first, later }) => {
      const network = new FlowNetwork(size, 0, size - 1)
      const arcs: Arc[] = []
      for (const more of [first, later]) {
        for (const { from, to, capacity } of more) network.arc(from, to, capacity)
        arcs.push(...more)
        const { flow, reached } = naive(size, arcs)
        // A path without a limit: there is no cut.
        if (flow >= UNLIMITED) return
        network.saturate()
        const isReached = reached.map((_, node) => network.reaches(node))
        const cut = arcs.filter(({ from, to }) => isReached[from] && !isReached[to])
        assert.is(isReached[0], true)
        assert.is(isReached[size - 1], false)
        assert.is(
          cut.reduce((sum, { capacity }) => sum + capacity, 0),
          flow,
        )
        assert.equal(isReached, reached)
        if (flow > 0) cuts++
      }
    }),
    { numRuns: 500, seed: SEED },
  )
  assert.ok(cuts > 100, `${cuts} networks with a flow`)
})

test('more arcs than there is room for at first', () => {
  const size = 1500
  const network = new FlowNetwork(size, 0, size - 1)
  for (let node = 0; node < size - 1; node++) network.arc(node, node + 1, node === 700 ? 3 : 5)
  network.saturate()
  assert.is(network.reaches(700), true)
  assert.is(network.reaches(701), false)
})
