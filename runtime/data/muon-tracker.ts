import { tan } from '../../compiler/numeric/exactmath.js'
import { fillWords, type RandomKey, randomKey } from '../../compiler/numeric/random.js'
import type { MuonTrackerSource } from '../../lang/program.js'
import type { ColumnData, ColumnHeader, TableReader } from './table.js'

/**
 * A toy of the muon-tracking task of the HGQ paper: straight tracks through three stations of 3, 2 and 2 layers of 50
 * strips each. Lengths are in units of the strip pitch; x runs along the strips' numbers, z along the beam.
 *
 *     z = 0, 1, 2            station_1, layers shifted by 0, 1/3 and 2/3 of a strip
 *     z = 80, 81             station_2, layers shifted by 0 and 1/2
 *     z = 160, 161           station_3, layers shifted by 0 and 1/2
 *
 * A track crosses the plane z = 80.5 at x uniform in 25 ± 6, under an angle uniform in ± 200 mrad, so that it stays
 * within the 50 strips of every layer. Binary strips of pitch 1 in staggered layers place it to about 0.1 in station_1
 * and 0.14 in station_3; over the lever arm of 160 that is a resolution of about 1 mrad at best;
 * one strip is 6 mrad, and small networks reach a few mrad.
 *
 * In each layer the strip that is crossed fires with probability `efficiency`; if it does, each of its neighbours fires
 * with probability `crosstalk`; every strip fires by itself with probability `noise`. Each event has its own random
 * numbers, keyed by its index, so that the first events do not depend on how many follow.
 */
const STRIPS = 50
const LAYERS = [
  [
    { z: 0, shift: 0 },
    { z: 1, shift: 1 / 3 },
    { z: 2, shift: 2 / 3 },
  ],
  [
    { z: 80, shift: 0 },
    { z: 81, shift: 1 / 2 },
  ],
  [
    { z: 160, shift: 0 },
    { z: 161, shift: 1 / 2 },
  ],
] as const
const PIVOT = 80.5
const LARGEST_OFFSET = 6
const LARGEST_ANGLE_MRAD = 200

/** Random words of one event: angle (2), position (2), then for each layer 1 for the hit, 2 for the neighbours, 50 for noise. */
const WORDS_PER_LAYER = 3 + STRIPS
const WORDS_PER_EVENT = 4 + 7 * WORDS_PER_LAYER
const INDICES_PER_EVENT = Math.ceil(WORDS_PER_EVENT / 4)

/** The arrays of the simulation; `angle` is in mrad. */
export const muonTrackerColumns: readonly ColumnHeader[] = [
  ...LAYERS.map((layers, index) => ({ name: `station_${index + 1}`, shape: [layers.length, STRIPS] })),
  { name: 'angle', shape: [] },
]

/** The simulation as a source of arrays `station_1` [3, 50], `station_2` [2, 50], `station_3` [2, 50] and `angle`. */
export function openMuonTracker(source: MuonTrackerSource): TableReader {
  return {
    file: 'simulate.muon_tracker',
    thing: 'array',
    columns: muonTrackerColumns,
    read: (wanted) => {
      const { stations, angle } = simulate(source)
      const all: ColumnData[] = [...stations, angle].map((values) => ({ kind: 'numbers', rows: source.events, values }))
      const columns = new Map([...wanted.keys()].flatMap((index) => (all[index] ? [[index, all[index]] as const] : [])))
      return { ok: true, value: { columns, place: (_, row) => `simulated event ${row}` } }
    },
  }
}

interface Simulated {
  readonly stations: readonly Uint8Array[]
  readonly angle: Float64Array
}

function simulate(source: MuonTrackerSource): Simulated {
  const key = randomKey(source.seed, 'muon_tracker')
  const stations = LAYERS.map((layers) => new Uint8Array(source.events * layers.length * STRIPS))
  const angle = new Float64Array(source.events)
  for (let event = 0; event < source.events; event++) angle[event] = simulateEvent(source, key, event, stations)
  return { stations, angle }
}

const words = new Uint32Array(WORDS_PER_EVENT)

/** Writes the hits of one event and returns its angle in mrad. */
function simulateEvent(
  source: MuonTrackerSource,
  key: RandomKey,
  event: number,
  stations: readonly Uint8Array[],
): number {
  fillWords(key, event * INDICES_PER_EVENT, words)
  const angle = (2 * fraction(0) - 1) * LARGEST_ANGLE_MRAD
  const center = STRIPS / 2 + (2 * fraction(2) - 1) * LARGEST_OFFSET
  const slope = tan(angle / 1000)
  let at = 4
  for (const [index, layers] of LAYERS.entries()) {
    const hits = stations[index]
    if (hits === undefined) throw new Error('a station without an array')
    for (const [layer, { z, shift }] of layers.entries()) {
      const first = (event * layers.length + layer) * STRIPS
      const strip = Math.floor(center + slope * (z - PIVOT) - shift)
      simulateLayer(source, at, strip, hits.subarray(first, first + STRIPS))
      at += WORDS_PER_LAYER
    }
  }
  return angle
}

function simulateLayer(source: MuonTrackerSource, at: number, strip: number, hits: Uint8Array): void {
  if (happens(at, source.efficiency)) {
    fire(hits, strip)
    if (happens(at + 1, source.crosstalk)) fire(hits, strip - 1)
    if (happens(at + 2, source.crosstalk)) fire(hits, strip + 1)
  }
  for (let each = 0; each < STRIPS; each++) if (happens(at + 3 + each, source.noise)) hits[each] = 1
}

function fire(hits: Uint8Array, strip: number): void {
  if (strip >= 0 && strip < STRIPS) hits[strip] = 1
}

function happens(index: number, probability: number): boolean {
  return (words[index] ?? 0) < probability * 4294967296
}

/** 53 random bits from two words, in [0, 1). */
function fraction(index: number): number {
  return (((words[index] ?? 0) >>> 5) * 67108864 + ((words[index + 1] ?? 0) >>> 6)) / 9007199254740992
}
