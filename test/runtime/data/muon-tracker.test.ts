import { createHash } from 'node:crypto'
import * as assert from 'uvu/assert'
import type { MuonTrackerSource } from '../../../lang/program.js'
import { openMuonTracker } from '../../../runtime/data/muon-tracker.js'
import type { Numbers } from '../../../runtime/data/table.js'
import { suite } from '../../kit.js'
import { allRows, contextOf, dataset, loaded, successOf } from './kit.js'

const test = suite('muon tracker')

const IDEAL: MuonTrackerSource = {
  kind: 'simulate.muon_tracker',
  events: 500,
  efficiency: 1,
  noise: 0,
  crosstalk: 0,
  seed: 3,
}

function simulate(change: Partial<MuonTrackerSource>): { stations: Numbers[]; angle: Numbers } {
  const reader = openMuonTracker({ ...IDEAL, ...change })
  const data = successOf(reader.read(new Map([0, 1, 2, 3].map((index) => [index, 'numbers' as const]))))
  const [first, second, third, angle] = [0, 1, 2, 3].map((index) => {
    const column = data.columns.get(index)
    if (column?.kind !== 'numbers') throw new Error('not numbers')
    return column.values
  })
  if (!first || !second || !third || !angle) throw new Error('an array is missing')
  return { stations: [first, second, third], angle }
}

/** Fraction of strips that fire, over all layers. */
function occupancy(stations: readonly Numbers[], events: number): number {
  let fired = 0
  for (const hits of stations) for (const hit of hits) fired += hit
  return fired / (events * 350)
}

test('arrays, their shapes and their range', () => {
  assert.equal(openMuonTracker(IDEAL).columns, [
    { name: 'station_1', shape: [3, 50] },
    { name: 'station_2', shape: [2, 50] },
    { name: 'station_3', shape: [2, 50] },
    { name: 'angle', shape: [] },
  ])
  const { stations, angle } = simulate({ noise: 0.01, crosstalk: 0.1, efficiency: 0.9 })
  for (const hits of stations) assert.ok(hits.every((hit) => hit === 0 || hit === 1))
  assert.ok(angle.every((mrad) => Math.abs(mrad) <= 200))
  assert.ok(angle.some((mrad) => mrad > 180) && angle.some((mrad) => mrad < -180))
})

test('an ideal detector: one hit in each layer, on a straight line that gives the angle', () => {
  const { stations, angle } = simulate({})
  const z = [
    [0, 1, 2],
    [80, 81],
    [160, 161],
  ]
  const shift = [
    [0, 1 / 3, 2 / 3],
    [0, 1 / 2],
    [0, 1 / 2],
  ]
  for (let event = 0; event < IDEAL.events; event++) {
    const points: [number, number][] = []
    for (const [station, hits] of stations.entries()) {
      for (const [layer, place] of (z[station] ?? []).entries()) {
        const first = (event * (z[station]?.length ?? 0) + layer) * 50
        const strips = Array.from(hits.subarray(first, first + 50))
        assert.is(
          strips.reduce((a, b) => a + b),
          1,
          `event ${event}`,
        )
        points.push([place, strips.indexOf(1) + 0.5 + (shift[station]?.[layer] ?? 0)])
      }
    }
    const meanZ = points.reduce((sum, [at]) => sum + at, 0) / points.length
    const meanX = points.reduce((sum, [, x]) => sum + x, 0) / points.length
    const slope =
      points.reduce((sum, [at, x]) => sum + (at - meanZ) * (x - meanX), 0) /
      points.reduce((sum, [at]) => sum + (at - meanZ) ** 2, 0)
    // A strip is at most half a pitch off: 1 pitch over the lever arm of 160.
    assert.ok(Math.abs(1000 * Math.atan(slope) - (angle[event] ?? 0)) < 1000 / 160)
  }
})

test('efficiency, noise and cross-talk do what they say', () => {
  const events = 4000
  const near = (found: number, expected: number, trials: number): boolean =>
    Math.abs(found - expected) < 5 * Math.sqrt((expected * (1 - expected)) / trials)
  const strips = events * 350
  assert.ok(near(occupancy(simulate({ events, efficiency: 0.9 }).stations, events), 0.9 / 50, strips))
  assert.ok(near(occupancy(simulate({ events, efficiency: 0, noise: 0.01 }).stations, events), 0.01, strips))
  assert.ok(near(occupancy(simulate({ events, crosstalk: 0.05 }).stations, events), 1.1 / 50, strips))
  assert.is(occupancy(simulate({ events, efficiency: 0, crosstalk: 1 }).stations, events), 0)
})

test('an event is the same however many follow; another seed gives others', () => {
  const some = simulate({ events: 10, noise: 0.01 })
  const more = simulate({ events: 20, noise: 0.01 })
  assert.equal(more.angle.slice(0, 10), some.angle)
  assert.equal(more.stations[0]?.slice(0, 1500), some.stations[0])
  assert.not.equal(simulate({ events: 10, seed: 4 }).angle, some.angle)
})

test('the same bits on every machine', () => {
  const { stations, angle } = simulate({ events: 1000, efficiency: 0.95, noise: 0.001, crosstalk: 0.02 })
  const hash = createHash('sha256')
  for (const hits of stations) hash.update(Uint8Array.from(hits))
  for (const mrad of angle) hash.update(String(mrad))
  assert.is(hash.digest('hex').slice(0, 16), DIGEST)
})

// Changes only when the simulation does, knowingly.
const DIGEST = '6d898aa92e98ea99'

test('as a data set: three inputs and an angle', async () => {
  const features = { inner: 'station_1', middle: 'station_2', outer: 'station_3' }
  const data = await loaded(dataset(IDEAL, { features, target: 'angle', unit: 'mrad' }), contextOf({}))
  assert.equal(
    data.inputs.map(({ shape }) => shape),
    [
      [3, 50],
      [2, 50],
      [2, 50],
    ],
  )
  assert.is(data.unit, 'mrad')
  // Uniform within ± 200 mrad: deviation 115.
  assert.equal(data.targetScale, new Float64Array([128]))
  assert.is(allRows(data).length, 500)
})
